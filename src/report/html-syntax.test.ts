import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { htmlText } from "./html.ts";
import { sourceLines } from "./html-syntax.ts";

const marked = (file: string, ...lines: string[]) => sourceLines(file, lines).map(htmlText);

describe("source lines", () => {
  it("mark keywords, comments, strings and numbers", () => {
    expect(marked("/src/main.go", "\tfor i := range 0x1F { // every one", 'total += "a\\"b" + s')).toEqual([
      '\t<i class="tk">for</i> i := <i class="tk">range</i> <i class="tn">0x1F</i> { <i class="tc">// every one</i>',
      'total += <i class="ts">&quot;a\\&quot;b&quot;</i> + s',
    ]);
    expect(marked("a.c", "#include <stdio.h>", "charm(1);")).toEqual([
      '<i class="tk">#include</i> &lt;stdio.h&gt;',
      'charm(<i class="tn">1</i>);',
    ]);
  });

  it("carry a comment and a raw string over lines", () => {
    expect(marked("a.cpp", "x /* one", "for", "two */ int y;", "int")).toEqual([
      'x <i class="tc">/* one</i>',
      '<i class="tc">for</i>',
      '<i class="tc">two */</i> <i class="tk">int</i> y;',
      '<i class="tk">int</i>',
    ]);
    expect(marked("a.go", "s := `for", "// ` + `x` + t")).toEqual([
      's := <i class="ts">`for</i>',
      '<i class="ts">// `</i> + <i class="ts">`x`</i> + t',
    ]);
  });

  it("tell a lifetime from a character", () => {
    expect(marked("a.rs", "fn f<'a, 'b>(c: &'a str) -> char { '\\u{1F600}' }")[0]).toBe(
      '<i class="tk">fn</i> f&lt;&#39;a, &#39;b&gt;(c: &amp;&#39;a str) -&gt; char { <i class="ts">&#39;\\u{1F600}&#39;</i> }',
    );
  });

  it("stay as they are in a language that is not known", () => {
    expect(marked("a.constructor", "for <b>")).toEqual(["for &lt;b&gt;"]);
    expect(marked("Makefile", "for")).toEqual(["for"]);
  });

  const unmarked = (file: string, lines: readonly string[]) =>
    marked(file, ...lines).map((text) => text.replaceAll(/<i class="t[ckns]">([^<>]*)<\/i>/g, "$1"));

  it("lose, add and unescape nothing, whatever they hold", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary", maxLength: 3 }),
      fc.constantFrom("/*", "*/", "//", '"', "'", "`", "\\", "<i class=tk>", "</i>", "&lt;", "for", "1"),
    );
    const line = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(" ").replaceAll("\n", " "));
    const lines = fc.array(line, { maxLength: 3 });
    fc.assert(
      fc.property(fc.constantFrom("a.go", "a.rs", "a.c", "a.cpp"), lines, (file, some) => {
        const shown = unmarked(file, some);
        expect(shown).toEqual(marked("none", ...some));
        for (const text of shown) expect(text).not.toMatch(/[<>]/);
      }),
      { seed: 20261124, numRuns: 100 },
    );
  });

  it("may be long", () => {
    const long = ['"', "'", "/*", "`", "\\'", "0", "a", "'\\"].map((text) => text.repeat(20_000));
    for (const line of long) expect(unmarked("a.go", [line])).toEqual(marked("none", line));
  });
});
