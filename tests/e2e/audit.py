"""An audit of an open page by axe-core, against WCAG 2.2 A and AA and axe's own practices."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

PROGRAM = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
# Colours in the middle of a transition are nobody's choice, so transitions are ended first. The one
# rule of WCAG 2.2 that a program can judge, how large a target is, runs only where it is asked for.
AUDIT = """async (program) => {
  if (window.axe === undefined) new Function(program)();
  const moving = () => document.getAnimations().filter((one) => one instanceof CSSTransition);
  const frame = () => new Promise(requestAnimationFrame);
  for (await frame(), await frame(); moving().length > 0; await frame())
    for (const one of moving()) one.finish();
  const rules = { "target-size": { enabled: true } };
  const found = await window.axe.run(document, { resultTypes: ["violations"], rules });
  return found.violations;
}"""
GRAVE = ("serious", "critical")
SCHEMES: Final = ("light", "dark")


def grave(page: Page) -> list[str]:
    """What keeps people out, light or dark, a line each: the rule, what is wrong, and where."""
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
        found += [
            f"{scheme}: {violation['id']}: {node['html'][:160]} | {said(node)}"
            for violation in audited(page)
            if violation["impact"] in GRAVE
            for node in violation["nodes"]
        ]
    return found


def audited(page: Page) -> list[dict[str, Any]]:
    """Every violation that axe finds."""
    source = PROGRAM.read_text(encoding="utf-8")
    found = page.evaluate(AUDIT, source)
    assert isinstance(found, list)
    return found


def said(node: dict[str, Any]) -> str:
    """Why axe thinks so, in its words."""
    return " ".join(str(node.get("failureSummary", "")).split())
