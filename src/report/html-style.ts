/** The report's only style sheet; its hash stands in the page's Content-Security-Policy. */
export const styleSheet = `
:root { color-scheme: light dark; --ink: #1d2126; --soft: #5b6570; --line: #d9dee3; --paper: #fff; --accent: #0b66a8; --pay: #b4480c; --doubt: #8a6100; --tint: #f4f6f8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ec; --soft: #a3adb7; --line: #363d44; --paper: #14171a; --accent: #6cb6f0; --pay: #f0935c; --doubt: #e0b04a; --tint: #1d2226; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 62rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .25rem 0 .75rem; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: .35rem 0; max-width: 46rem; }
a { color: var(--accent); }
.meta, .soft, caption { color: var(--soft); }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding: 0 0 .25rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.keep { white-space: nowrap; font-variant-numeric: tabular-nums; }
tr.negligible td, tr.negligible th { color: var(--soft); font-weight: normal; }
tr.undetermined td, tr.undetermined th { color: var(--doubt); }
code, pre { font: .875rem/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { background: var(--tint); padding: .6rem .75rem; margin: .35rem 0; white-space: pre-wrap; }
ul { padding-left: 1.2rem; margin: .35rem 0; }
.doubt { border-left: 3px solid var(--doubt); padding-left: .6rem; }
td code { white-space: nowrap; }
svg.bar { display: block; }
svg .pay { fill: var(--pay); }
svg .gain { fill: var(--accent); }
svg .rest { fill: none; stroke: var(--soft); stroke-dasharray: 3 2; }
svg .axis { stroke: var(--line); }
svg .interval { stroke: var(--ink); }
@media print { body { max-width: none; padding: 0; } h2 { break-after: avoid; } tr { break-inside: avoid; } details > * { display: block; } }
`;
