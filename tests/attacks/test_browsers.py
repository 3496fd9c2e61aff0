"""What a browser could be made to do (C): other sites, other origins, headers and names."""

from __future__ import annotations

import json
import re
from itertools import product
from urllib.parse import quote

import pytest

from linlog.server import pages
from tests.api import addresses
from tests.attacks import oracles
from tests.attacks.targets import Target
from tests.conftest import PASSWORD
from tests.factories import files
from tests.factories.replies import Reply

OTHERS = [
    *("https://evil.test", "null", "http://localhost:1", "http://127.0.0.1", "file://"),
    *("http://127.0.0.1:{port}.evil.test", "http://evil.test#http://127.0.0.1:{port}"),
    *("https://127.0.0.1:{port}", "http://evil127.0.0.1:{port}", "http://localhost:{port}"),
]
"""Origins that are not the one that a page of ours has."""
BARE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; font-src 'self'; "
    "frame-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'self'; "
    "object-src 'none'; frame-ancestors 'none'"
)
MEDIA = (
    "sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'"
)
"""The policies of the API, of pages and of files, as they were chosen."""


@pytest.fixture(scope="module")
def cookie(target: Target) -> str:
    """The session of a person who has signed in."""
    said = {"email": target.person, "password": PASSWORD}
    made = target.call("POST", "/api/v2/sessions", said, role=None)
    assert made.status == 201
    return made.headers["set-cookie"].partition(";")[0]


@pytest.mark.attack("C07")
def test_every_answer_binds_the_browser(target: Target) -> None:
    """`Target.call` looks at the headers of each answer; here are all kinds of them."""
    seen = set()
    for address in addresses.all_of_them():
        for role in ("owner", "viewer", None):
            where = address.filled(target.ids)
            method = address.method if role is None else "GET"
            seen.add(kind_of(target.call(method, where, role=role)))
    built = [f"/assets/{one.name}" for one in sorted((pages.FOLDER / "assets").glob("*"))[:3]]
    for path in (
        *("/", "/projects", "/sign-in", "/healthz", "/assets/none.js", "/none.svg", "/api"),
        *("/.well-known/security.txt", "/media/f_x", "/api/v1/projects", *built),
    ):
        seen.add(kind_of(target.call("GET", path, role=None)))
    for method in ("PUT", "OPTIONS", "TRACE", "PROPFIND"):
        seen.add(kind_of(target.call(method, "/api/v2/projects")))
    assert seen >= {"json", "page", "media"}


def kind_of(reply: Reply) -> str:
    """Whether an answer is JSON, a page or a file, each bound as its kind is, word by word."""
    said, media_type = reply.headers, reply.headers["content-type"].partition(";")[0]
    nonce = re.compile(r"'nonce-[A-Za-z0-9_-]{24}'")
    policy = nonce.sub("'nonce'", said["content-security-policy"])
    if said["referrer-policy"] == "no-referrer":
        assert policy == MEDIA
        return "media"
    assert policy == (PAGE if media_type == "text/html" else BARE)
    assert said["x-frame-options"] == "DENY"
    if media_type in {"application/json", "application/x-ndjson"}:
        assert said["cache-control"] == "no-store"
        return "json"
    return "page" if media_type == "text/html" else "other"


@pytest.mark.attack("C08")
@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "application/x-www-form-urlencoded"]
)
def test_another_site_cannot_act_by_cookie(target: Target, cookie: str, kind: str) -> None:
    signs = [{"Origin": origin.format(port=target.port)} for origin in OTHERS]
    signs += [{"Sec-Fetch-Site": site} for site in ("cross-site", "same-site", "none", "x")]
    signs += [{"Origin": f"http://{target.host}", "Sec-Fetch-Site": "cross-site"}, {}]
    with oracles.unchanged(target.data):
        for sign in signs:
            headers = {"Cookie": cookie, "Content-Type": kind, **sign}
            for method, path in (
                ("PUT", f"/api/v2/tasks/{target.ids['task_id']}/annotations"),
                ("POST", "/api/v2/projects"),
                ("PATCH", f"/api/v2/projects/{target.ids['project_id']}"),
                ("DELETE", f"/api/v2/projects/{target.ids['project_id']}"),
                ("POST", "/api/v1/tasks"),
                ("POST", "/api/v2/files"),
                ("DELETE", "/api/v2/session"),
            ):
                reply = target.call(method, path, b'{"title":"x"}', role=None, headers=headers)
                assert (sign, path, reply.status) == (sign, path, 403)


@pytest.mark.attack("C08")
def test_our_own_page_can(target: Target, cookie: str) -> None:
    for sign in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": f"http://{target.host}"}):
        headers = {"Cookie": cookie, **sign}
        reply = target.call("POST", "/api/v2/models", {"name": "x"}, role=None, headers=headers)
        assert reply.status == 201


@pytest.mark.attack("C09")
def test_nothing_is_changed_by_asking(target: Target, cookie: str) -> None:
    readable = {one.path for one in addresses.all_of_them() if one.method == "GET"}
    with oracles.unchanged(target.data):
        for address in addresses.all_of_them():
            where = address.filled(target.ids)
            for headers in ({"Cookie": cookie}, {}):
                role = None if headers else "owner"
                for method in ("GET", "HEAD", "OPTIONS"):
                    if address.path.endswith("/thumbnail"):
                        continue
                    reply = target.call(method, where, role=role, headers=headers)
                    reads = method == "GET" and address.path in readable
                    assert reads or reply.status == 405
        for path in ("logout", "sessions/delete", "tasks/delete", "export", "export?start=1"):
            reply = target.call("GET", f"/api/v2/{path}", headers={"Cookie": cookie})
            assert (path, reply.status in {404, 405}) == (path, True)


@pytest.mark.attack("C10")
@pytest.mark.parametrize("origin", OTHERS)
def test_no_other_origin_reads_anything(target: Target, cookie: str, origin: str) -> None:
    asked = {
        "Origin": origin.format(port=target.port),
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
        "Access-Control-Request-Private-Network": "true",
    }
    for path in ("/api/v2/projects", "/api/v1/projects", "/healthz", "/", "/media/f_x"):
        for method in ("OPTIONS", "GET"):
            for more in ({}, {"Cookie": cookie}):
                role = None if more else "owner"
                reply = target.call(method, path, role=role, headers={**asked, **more})
                assert [name for name in reply.headers if name.startswith("access-control")] == []


@pytest.mark.attack("C12")
def test_no_address_sends_elsewhere(target: Target) -> None:
    for value in (
        *("//evil.test", "/\\evil.test", "https:evil.test", "javascript:alert(1)", "\\/evil.test"),
        *("/%0d%0aSet-Cookie:a=b", "http://127.0.0.1@evil.test/", "data:text/html,x"),
    ):
        for path, name in product(
            ("/", "/sign-in", "/projects", "//evil.test/%2e%2e", "/\\evil.test"),
            ("next", "redirect_uri", "return_to"),
        ):
            reply = target.call("GET", f"{path}?{name}={quote(value)}", role=None)
            assert reply.status == (404 if "evil" in path else 200)
            assert not {"location", "set-cookie", "refresh"} & reply.headers.keys()


@pytest.mark.attack("C13", "E04")
@pytest.mark.parametrize(
    "name",
    [
        *("../../etc/passwd", "..\\..\\boot.ini", ".htaccess", "con", "a\r\nSet-Cookie: b=c.png"),
        *("<script>alert(1)</script>.png", "👩‍👩‍👧.png", "-rf", 'a"; filename="b.exe', "a;b=c.png"),
        *("\u202egnp.exe", "a\u0085b", "x" * 4096, "%0d%0aX: y", "é.png", "nul\x7f.png"),
    ],
)
def test_names_of_files_split_no_header_and_name_no_place(target: Target, name: str) -> None:
    where = f"/api/v2/files?filename={quote(name, safe='')}"
    made = target.call("POST", where, files.picture(), headers={"Content-Type": "image/png"})
    assert made.status == 201
    reply = target.call("GET", f"/api/v2/files/{made.data['id']}/content")
    said = reply.headers["content-disposition"]
    assert "set-cookie" not in reply.headers
    assert said.startswith("inline; filename*=UTF-8''")
    assert said.isascii()
    assert said.count(";") == 1
    assert not set('"\r\n/\\ ') & set(said.partition("''")[2])
    assert made.data["filename"] is None or "/" not in made.data["filename"]
    kept = [path for path in (target.data / "blobs").rglob("*") if path.is_file()]
    assert kept
    assert {
        bool(re.fullmatch("[0-9a-f]{64}(-256)?", "".join(path.parts[-2:]))) for path in kept
    } == {True}


@pytest.mark.attack("C13", "E04")
@pytest.mark.parametrize("name", ["\x00a.png", "a\x00.png"])
def test_a_name_with_nul_is_refused(target: Target, name: str) -> None:
    with oracles.unchanged(target.data):
        reply = target.call("POST", f"/api/v2/files?filename={quote(name)}", b"x")
        assert reply.status == 422


HTML = b"<!doctype html><script>alert(1)</script>"
SVGS = [
    b'<svg><foreignObject><iframe src="https://evil.test"/></foreignObject></svg>',
    b'<svg xmlns:x="http://www.w3.org/1999/xlink"><image x:href="https://evil.test/a.png"/></svg>',
    b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg><text>&a;</text></svg>',
    b'\n\n<!-- a --><svg><use href="data:image/svg+xml;base64,AAAA#a"/></svg>',
]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'


PICKLED = b"cos\nsystem\n(S'touch owned'\ntR."
CODE = {
    "a.pkl": PICKLED,
    "a.pt": b"PK\x03\x04\x14\0\0\0\0\0archive/data.pkl" + PICKLED,
    "a.joblib": b"\x80\x04\x95" + PICKLED,
    "a.npy": b"\x93NUMPY\x01\0v\0{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n"
    + PICKLED,
    "a.yaml": b"!!python/object/apply:os.system ['touch owned']",
}
"""What a loader of its kind would run."""


@pytest.mark.attack("C02", "C03", "E06", "E17")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        *(
            ("a.png", HTML),
            ("a.svg", SVG),
            ("a.html", HTML),
            ("a.png", SVG),
            ("a.gif", b"GIF8" + HTML),
        ),
        *(("a.xml", b'<?xml version="1.0"?>' + SVG), ("a.js", b"alert(1)"), ("a.pdf", b"%PDF-1.7")),
        *(("a.mp4", b"\0\0\0\x18ftypmp42" + b"\xff" * 99), ("a.mp3", b"ID3\x04\xff\xff\xff\xff")),
        *(
            ("a.swf", b"FWS\x09"),
            ("a.wasm", b"\0asm"),
            ("a.css", b"body{}"),
            *((f"a{at}.svg", one) for at, one in enumerate(SVGS)),
            ("a", b"\xef\xbb\xbf" + HTML),
        ),
        *CODE.items(),
    ],
)
def test_what_is_no_picture_is_bytes_to_be_saved(target: Target, name: str, content: bytes) -> None:
    for kind in ("text/html", "image/svg+xml", "image/png"):
        headers = {"Content-Type": kind}
        made = target.call("POST", f"/api/v2/files?filename={name}", content, headers=headers)
        assert (made.status, made.data["media_type"]) == (201, "application/octet-stream")
        link = made.data["content_url"].partition(target.host)[2]
        for path, role in ((f"/api/v2/files/{made.data['id']}/content", "owner"), (link, None)):
            reply = target.call("GET", path, role=role)
            assert reply.body == content
            assert reply.headers["content-type"] == "application/octet-stream"
            assert reply.headers["content-disposition"].startswith("attachment; ")
            assert reply.headers["content-security-policy"].startswith(
                "sandbox; default-src 'none'"
            )
            assert reply.headers["referrer-policy"] == "no-referrer"


@pytest.mark.attack("C03")
def test_a_picture_with_a_page_behind_it_is_a_picture(target: Target) -> None:
    both = files.picture() + HTML
    made = target.call(
        "POST", "/api/v2/files?filename=a.html", both, headers={"Content-Type": "text/html"}
    )
    reply = target.call("GET", f"/api/v2/files/{made.data['id']}/content")
    assert reply.headers["content-type"] == "image/png"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in reply.headers["content-security-policy"]


@pytest.mark.attack("C03")
@pytest.mark.parametrize("told", ["text/html", "image/svg+xml", "application/javascript"])
def test_no_type_that_a_client_says_is_believed(target: Target, told: str) -> None:
    where, headers = (
        "/api/v1/tasks/image/upload",
        {"Content-Type": "multipart/form-data; boundary=x"},
    )
    payload = json.dumps({"project": target.ids["project_id"]}).encode()
    for content, status in ((files.picture(), 200), (HTML, 400), (b"GIF89a" + HTML, 400)):
        body = form({"payload": payload}, picture=content, told=told)
        assert target.call("POST", where, body, headers=headers).status == status
    named = f"/api/v2/files?filename=a.png&media_type={quote(told, safe='')}"
    assert target.call("POST", named, HTML).status == 422


def form(fields: dict[str, bytes], *, picture: bytes, told: str) -> bytes:
    """A multipart body with fields and a picture, of whatever type is told."""
    said = [(f'name="{name}"', content) for name, content in fields.items()]
    said.append((f'name="image"; filename="a.html"\r\nContent-Type: {told}', picture))
    parts = [
        b"--x\r\nContent-Disposition: form-data; " + name.encode() + b"\r\n\r\n" + content
        for name, content in said
    ]
    return b"\r\n".join([*parts, b"--x--\r\n"])


@pytest.mark.attack("C16")
@pytest.mark.parametrize(
    "colour",
    [
        "red",
        "url(https://evil.test)",
        "#12345",
        "#1234567",
        "#12345g",
        "#fff;a:b",
        "",
        "#１２３４５６",
    ],
)
def test_a_colour_is_six_digits(target: Target, colour: str) -> None:
    where = f"/api/v2/projects/{target.ids['project_id']}/labels"
    with oracles.unchanged(target.data):
        reply = target.call("POST", where, {"name": "new", "colour": colour})
        assert (reply.status, reply.data["field"]) == (422, "colour")
        change = {"colour": colour}
        assert (
            target.call("PATCH", f"/api/v2/labels/{target.ids['label_id']}", change).status == 422
        )


@pytest.mark.attack("E20")
@pytest.mark.parametrize(
    "query",
    [
        *("size=1e9", "size=0", "size=-1", "size=257", "size=999999999999", "format=../../x"),
        *("frame=-1", "size=256&size=512", "quality=1", "size=../../x", "w=1e9"),
    ],
)
def test_thumbnails_have_three_sizes(target: Target, query: str) -> None:
    with oracles.unchanged(target.data):
        reply = target.call("GET", f"/api/v2/files/{target.ids['file_id']}/thumbnail?{query}")
        assert reply.status == 422


@pytest.mark.attack("I05")
@pytest.mark.parametrize(
    "said",
    [
        {"X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "https", "X-Forwarded-Port": "1"},
        {"X-Forwarded-Prefix": "/evil", "X-Script-Name": "/evil", "X-Original-URL": "/healthz"},
        {"Forwarded": "for=127.0.0.1;host=evil.test;proto=https", "X-Rewrite-URL": "/healthz"},
    ],
    ids=str,
)
def test_what_a_stranger_says_of_a_proxy_is_not_believed(
    target: Target, said: dict[str, str]
) -> None:
    made = target.call("POST", "/api/v2/files", files.picture(), headers=said)
    assert made.data["content_url"].startswith(f"http://{target.host}/")
    credentials = {"email": target.person, "password": PASSWORD}
    entered = target.call("POST", "/api/v2/sessions", credentials, role=None, headers=said)
    assert (entered.status, "secure" in entered.headers["set-cookie"].lower()) == (201, False)
    page = target.call("GET", "/", role=None, headers=said)
    assert not {"location", "strict-transport-security"} & page.headers.keys()
    assert b"evil" not in page.body


@pytest.mark.attack("B07")
def test_no_filter_reaches_what_is_hidden(target: Target) -> None:
    where = f"/api/v2/projects/{target.ids['project_id']}/tasks"
    with oracles.unchanged(target.data):
        for name in (
            "owner__password__startswith",
            "user.token[gt]",
            "__class__",
            "org_id__ne",
            "text",
        ):
            reply = target.call("GET", f"{where}?{quote(name)}=a")
            assert (reply.status, "takes:" in reply.data["detail"]) == (422, True)
        for query in ("owner.password:a", "user.token>a", "__class__:a", "password_hash~a"):
            for path in (where, f"{where}/facets"):
                reply = target.call("GET", f"{path}?query={quote(query)}")
                assert (query, reply.status, reply.data["field"]) == (query, 422, "query")
        reply = target.call("GET", f"{where}?sort=password_hash")
        assert (reply.status, reply.data["field"]) == (422, "sort")
        for field, op in (("owner.password", "is"), ("label", "startswith"), ("label", "gt")):
            condition = {"field": field, "op": op, "value": "a"}
            sent = {"dataset_id": target.ids["dataset_id"], "name": "x", "query": condition}
            assert target.call("POST", "/api/v2/slices", sent).status == 422
    assert json.loads(target.call("GET", where).body)["count"] >= 1
