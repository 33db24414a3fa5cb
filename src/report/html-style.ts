/**
 * The report's only style sheet; its hash stands in the page's Content-Security-Policy. One accent colour: what it
 * marks is always said in words or by shape too.
 */
export const styleSheet = `
:root { color-scheme: light dark; --ink: #1b1f23; --soft: #57606a; --literal: #7a3e00; --line: #d5dae0; --paper: #fff; --tint: #f5f7f9; --accent: #0a5ea8; --accent-soft: #a9cbe8; --other: #6b7480; --other-soft: #c3c9d0; --heat1: #eef5fb; --heat2: #d9e9f6; --heat3: #c5ddf1; --heat4: #abcfeb; --heat5: #8cbde4; --f0: #d3dce5; --f1: #7db2df; --f2: #e9edf0; --f3: #b5bcc4; --flame-ink: #14181b; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ec; --soft: #a2acb6; --literal: #e6b478; --line: #343b42; --paper: #14171a; --tint: #1b2025; --accent: #6cb4f2; --accent-soft: #2c5273; --other: #9aa4ae; --other-soft: #4c545c; --heat1: #18222b; --heat2: #1a2e3f; --heat3: #1d3d58; --heat4: #215076; --heat5: #2a6796; --f0: #3a4651; --f1: #235f93; --f2: #262c32; --f3: #565f68; --flame-ink: #eef2f5; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 72rem; }
h1 { font-size: clamp(1.4rem, 1.1rem + 1.3vw, 2rem); line-height: 1.25; margin: .25rem 0 .75rem; max-width: 52rem; text-wrap: balance; }
h2 { font-size: 1.2rem; margin: 2.75rem 0 .5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.6rem 0 .25rem; }
h4 { font-size: .9375rem; margin: 1rem 0 .2rem; }
p { margin: .4rem 0; max-width: 48rem; overflow-wrap: anywhere; }
h1, h2, h3, h4, summary, li { overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
[hidden] { display: none !important; }
.meta, .soft, caption { color: var(--soft); }
.meta { font-size: .9375rem; }
.lead { font-size: 1.0625rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; padding: 0; margin: 1rem 0 0; font-size: .9375rem; }
.scroll { overflow-x: auto; margin: .5rem 0; container-type: inline-size; position: relative; }
table { border-collapse: collapse; width: 100%; }
caption { position: sticky; left: 0; max-width: 100cqi; text-align: left; padding: 0 0 .25rem; font-size: .9375rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
tbody th { font-weight: 500; }
thead th { color: var(--soft); font-weight: 500; font-size: .9375rem; vertical-align: bottom; }
th.number, td.number { text-align: right; }
td.number, td.keep, th.keep { white-space: nowrap; font-variant-numeric: tabular-nums; }
td.bars, th.bars { width: 30%; min-width: 9rem; }
tr:has(.bars ~ .bars) > .bars { width: 22%; }
tbody th { min-width: 7rem; }
ul.plain { list-style: none; padding: 0; margin: 0; }
table.code tbody th { min-width: 0; }
td.bars { padding-right: 1.2rem; }
tr.negligible > *, tr.undetermined > * { color: var(--soft); }
tr.total > * { border-top: 2px solid var(--line); font-weight: 600; }
tr.part > th { padding-left: 1.2rem; }
code, pre, .code { font: .8125rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
code { overflow-wrap: anywhere; }
:is(td, th) li, th code, .keep code { overflow-wrap: break-word; }
pre { background: var(--tint); padding: .6rem .75rem; margin: .35rem 0; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; }
ul { padding-left: 1.2rem; margin: .35rem 0; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .15rem 1.2rem; margin: .4rem 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
details { margin: .4rem 0; }
summary { cursor: pointer; width: fit-content; }
.doubt { border-left: 3px solid var(--soft); padding-left: .7rem; }
button, select { font: inherit; font-size: .9375rem; color: var(--ink); background: var(--paper); border: 1px solid var(--other); border-radius: .25rem; padding: .15rem .6rem; max-width: 100%; }
button:hover { border-color: var(--accent); }
button[aria-pressed=true] { background: var(--heat2); }
.tools { display: flex; flex-wrap: wrap; gap: .5rem; align-items: baseline; margin: .6rem 0; }
svg { display: block; overflow: hidden; }
svg.bar { width: 100%; height: 22px; }
svg .cause { fill: var(--accent); }
svg .asset { fill: var(--paper); stroke: var(--accent); stroke-width: 1.5; }
svg .rest { fill: none; stroke: var(--other); stroke-width: 1.5; stroke-dasharray: 3 2; }
svg .open { fill: var(--accent-soft); }
svg .small { fill: var(--other-soft); }
svg .work { fill: none; stroke: var(--accent); stroke-width: 1.5; stroke-dasharray: 1 3; }
svg .sum { stroke: var(--ink); stroke-width: 2; }
svg .axis { stroke: var(--line); }
svg .interval { stroke: var(--ink); stroke-width: 1.25; }
svg .amount { fill: var(--accent); }
svg .amount.second { fill: var(--other); }
svg text { fill: var(--soft); font: .75rem system-ui, sans-serif; }
svg.chart { width: 100%; }
svg.chart .dots { fill: none; stroke: var(--accent); stroke-linecap: round; stroke-opacity: .75; }
svg.chart .dots.second { stroke: var(--other); }
svg.chart .middle { stroke: var(--ink); stroke-width: 1.5; }
svg.chart .columns { fill: var(--accent); }
svg.chart .columns.second { fill: var(--other); }
.pair-code { display: grid; gap: 0 2rem; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 68rem) { .pair-code { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (min-width: 100rem) { .wide { width: min(96vw, 120rem); margin-left: calc((100% - min(96vw, 120rem)) / 2); } }
table.code td, table.code th { border: 0; padding: 0 .6rem 0 0; line-height: 1.6; font-weight: 400; }
table.code thead th { padding-bottom: .2rem; font-size: .8125rem; }
table.code caption { font: .875rem/1.5 system-ui, sans-serif; }
table.code td.text { white-space: pre; tab-size: 4; width: 100%; }
.tk { font-weight: 600; font-style: normal; }
.tc { color: var(--soft); }
.ts, .tn { color: var(--literal); font-style: normal; }
tr:is(.h1, .h2, .h3, .h4, .h5) i { color: var(--ink); }
.margin { display: flex; flex-wrap: wrap; gap: 0 1.5rem; }
.margin .remark { flex: 0 1 24rem; white-space: normal; font: .8125rem/1.6 system-ui, sans-serif; color: var(--soft); border-left: 2px solid var(--accent); padding-left: .5rem; }
table.code tr:is(.h1, .h2, .h3, .h4, .h5) .remark { color: var(--ink); }
table.code td.share, table.code th.share { text-align: right; white-space: nowrap; padding-left: .3rem; }
table.code :is(td, th).line, table.code tbody th { color: var(--soft); text-align: right; white-space: nowrap; }
table.code td.mark { white-space: nowrap; }
table.code td.mark b { font-weight: 600; }
table.code tr.outside > * { color: var(--soft); }
table.code tr.edge > * { border-top: 1px dashed var(--line); }
table.code tr.linked > * { box-shadow: inset 0 1px var(--accent), inset 0 -1px var(--accent); }
table.code button { font: inherit; padding: 0 .3rem; border-color: var(--line); }
.h1 { background: var(--heat1); } .h2 { background: var(--heat2); } .h3 { background: var(--heat3); } .h4 { background: var(--heat4); } .h5 { background: var(--heat5); }
table.code tr:is(.h1, .h2, .h3, .h4, .h5) > :is(td, th), table.code tr:is(.h1, .h2, .h3, .h4, .h5) a { color: var(--ink); }
.tall { max-height: 32rem; overflow: auto; }
.flame { margin: .3rem 0 .2rem; }
.flame svg text { fill: var(--flame-ink); font-size: .75rem; }
.flame rect { stroke: var(--paper); stroke-width: 1; }
.k0 { fill: var(--f0); } .k1 { fill: var(--f1); } .k2 { fill: var(--f2); } .k3 { fill: var(--f3); }
.flame .here rect { stroke: var(--ink); stroke-width: 2.5; }
.flame .faded { opacity: .3; }
.flame.interactive svg svg { cursor: pointer; }
.says { min-height: 3em; font-size: .9375rem; overflow-wrap: anywhere; margin: .2rem 0 .8rem; max-width: none; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; list-style: none; padding: 0; font-size: .9375rem; }
.legend svg { display: inline-block; width: 14px; height: 14px; vertical-align: -.1rem; margin-right: .4rem; }
@media (prefers-reduced-motion: no-preference) { html.scripted { scroll-behavior: smooth; } }
@media (max-width: 34rem) {
  th, td { padding-right: .6rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .4rem; }
  table.stacks thead, section.pair table:has(td.bars) thead { position: absolute; clip-path: inset(50%); }
  table.stacks :is(tbody, tr, th, td, caption), section.pair table:has(td.bars) :is(tbody, caption) { display: block; }
  table.stacks tr { border-bottom: 1px solid var(--line); padding: .4rem 0; }
  table.stacks tbody :is(th, td) { border: 0; padding: .1rem 0; text-align: left; white-space: normal; width: auto; }
  table.stacks td:not(.bars)::before { content: attr(data-label) ": "; color: var(--soft); }
  table.stacks td:empty { display: none; }
  section.pair tr:has(td.bars) { display: grid; grid-template-columns: minmax(0, 1fr) auto auto; border-bottom: 1px solid var(--line); padding: .3rem 0; }
  section.pair tr:has(td.bars) > * { border: 0; padding: 0 0 0 .6rem; min-width: 0; }
  section.pair tr:has(td.bars) > th { padding-left: 0; }
  section.pair tr:has(td.bars) > td.bars { grid-column: 1 / -1; grid-row: 2; width: auto; padding: .15rem 0; }
  section.pair tr:has(td.bars) > td:empty { display: none; }
  section.pair tr:has(td.bars) > td:nth-child(5) { grid-column: 2 / -1; grid-row: 3; }
  section.pair tr:has(td.bars) > td:nth-child(5)::after { content: " of the gap"; }
  section.pair tr:has(td.bars) > td:nth-child(n + 6) { grid-row: 3; white-space: normal; padding: 0; }
  section.pair tr:has(td.bars) > td:nth-child(7) { grid-row: 4; grid-column: 1 / -1; }
  section.pair tr:has(td.bars) > td:nth-child(7)::before { content: "alone: "; color: var(--soft); }
}
@media print {
  :root { --ink: #000; --soft: #444; --literal: #444; --line: #bbb; --paper: #fff; --tint: #f5f5f5; --accent: #0a5ea8; --accent-soft: #a9cbe8; --other: #666; --other-soft: #bbb; --heat1: #eef5fb; --heat2: #d9e9f6; --heat3: #c5ddf1; --heat4: #abcfeb; --heat5: #8cbde4; --f0: #d3dce5; --f1: #7db2df; --f2: #e9edf0; --f3: #b5bcc4; --flame-ink: #000; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  :root { font-size: 9pt; }
  td.keep { white-space: normal; }
  main { max-width: none; padding: 0; }
  nav, .tools, .says { display: none; }
  h2, h3, h4, caption { break-after: avoid; }
  tr, svg, .flame { break-inside: avoid; }
  .scroll, .tall { overflow: visible; max-height: none; }
  .pair-code { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  table.code, code, pre, .code { font-size: 6.5pt; }
  table.code td.text { white-space: pre-wrap; overflow-wrap: anywhere; min-width: 0; }
    details > summary { list-style: none; }
  details::details-content { content-visibility: visible; display: block; block-size: auto; }
}
`;
