/** The file of a page fetches nothing, runs nothing, and says where it is from. */
import { expect, test } from "vitest";

import { fileText, stylesOf } from "./page_file";

const ABOUT = { title: "v1 on <cells>", address: 'http://localhost:8420/evaluations/e_1?slice="a"&confidence=0.4', written: new Date("2026-03-04T05:06:07Z") };
const sheet = (...rules: string[]): Pick<CSSStyleSheet, "cssRules"> => ({ cssRules: rules.map((cssText) => ({ cssText })) as unknown as CSSRuleList });

test("the document names its page, and forbids whatever would fetch or run", () => {
  const text = fileText("<main>body</main>", ".a{color:red}", 'lang="en"', ABOUT);
  expect(text).toContain("default-src 'none'");
  expect(text).not.toContain("script-src");
  expect(text).toContain("<title>v1 on &lt;cells&gt;</title>");
  expect(text).toContain('href="http://localhost:8420/evaluations/e_1?slice=&quot;a&quot;&amp;confidence=0.4"');
  expect(text).toContain("on 2026-03-04 at 05:06 UTC");
  expect(text).toContain("<main>body</main>");
});

test("styles fetch nothing and do not end early", () => {
  const styles = stylesOf([sheet('.a { background: url("/x.png"); }', ".b { mask: url(data:image/svg+xml;x); }"), sheet('.c::after { content: "</style><script>"; }')]);
  expect(styles).toContain(".a { background: none; }");
  expect(styles).toContain("url(data:image/svg+xml;x)");
  expect(styles).not.toContain("</");
});
