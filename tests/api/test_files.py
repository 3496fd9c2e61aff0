"""Files: bytes in, the same bytes out, small pictures, and links that end."""

import io
from hashlib import sha256
from urllib.parse import urlsplit

import pytest
from PIL import Image

from linlog import LinLogClient, errors
from linlog.server import clock
from linlog.server.services import files as file_rules
from tests.conftest import Server
from tests.factories import files, organisations
from tests.factories.organisations import Home


def path_of(url: str) -> str:
    """The path and query of an address."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def test_a_file_is_given_back_byte_by_byte(client: LinLogClient) -> None:
    content = files.picture(9, 5)
    made = files.create(client, content, "a.png")
    assert client.files.content(made.id) == content
    assert (made.sha256, made.size_bytes) == (sha256(content).hexdigest(), len(content))
    assert (made.media_type, made.width, made.height) == ("image/png", 9, 5)
    found = client.files.get(made.id)
    assert (found.id, found.filename, found.created_date) == (made.id, "a.png", made.created_date)


def test_the_same_bytes_are_two_files_and_one_blob(client: LinLogClient) -> None:
    first, second = files.create(client), files.create(client, filename="b.png")
    assert first.id != second.id
    assert first.sha256 == second.sha256


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<html>", b"%PDF-1.7", b"x"],
)
def test_what_is_no_image_is_bytes_to_be_saved(home: Home, content: bytes) -> None:
    made = files.create(home.client(), content, "evil.png")
    assert made.media_type == "application/octet-stream"
    reply = home.call("GET", f"/api/v2/files/{made.id}/content")
    assert (reply.status, reply.body) == (200, content)
    assert reply.headers["content-disposition"] == "attachment; filename*=UTF-8''evil.png"
    assert reply.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\a.png", "a.png"),
        ("a\r\nSet-Cookie: b=c.png", "aSet-Cookie: b=c.png"),
        ("ünï 🌍.png", "ünï 🌍.png"),
        ("\x07", None),
        ("x" * 2000, "x" * 1000),
    ],
)
def test_names_are_tidied_and_never_split_a_header(
    home: Home, given: str, kept: str | None
) -> None:
    made = files.create(home.client(), filename=given)
    assert made.filename == kept
    reply = home.call("GET", f"/api/v2/files/{made.id}/content")
    disposition = reply.headers["content-disposition"]
    assert reply.status == 200
    assert "set-cookie" not in reply.headers
    assert disposition.isascii()
    assert disposition.startswith("inline; ")


def test_nothing_and_too_much_are_refused(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert home.call("POST", "/api/v2/files", b"").status == 422
    monkeypatch.setattr(file_rules, "LARGEST_BYTES", 10)
    assert home.call("POST", "/api/v2/files", b"x" * 10).status == 201
    reply = home.call("POST", "/api/v2/files", b"x" * 11)
    assert (reply.status, reply.data["code"]) == (413, "too_large")
    assert "11 bytes; at most 10" in reply.data["detail"]


def test_an_image_that_is_broken_at_its_start_leaves_nothing(home: Home) -> None:
    broken = files.picture()[:20]
    before = [*home.server.machine.blobs.root.rglob("*")]
    reply = home.call("POST", "/api/v2/files", broken)
    assert (reply.status, reply.data["code"]) == (422, "invalid")
    assert "damaged" in reply.data["detail"]
    assert [*home.server.machine.blobs.root.rglob("*")] == before


def test_an_image_that_ends_early_is_kept_but_has_no_thumbnail(client: LinLogClient) -> None:
    made = files.create(client, files.picture(400, 300, format="JPEG")[:-200], "a.jpg")
    assert (made.width, made.height) == (400, 300)
    with pytest.raises(errors.Invalid, match="damaged"):
        client.files.thumbnail(made.id)


@pytest.mark.parametrize("size", [128, 256, 512])
def test_thumbnails_fit_their_size_and_are_made_once(client: LinLogClient, size: int) -> None:
    made = files.create(client, files.picture(1000, 400, format="JPEG"), "a.jpg")
    small = client.files.thumbnail(made.id, size=size)
    with Image.open(io.BytesIO(small)) as opened:
        assert (opened.format, max(opened.size)) == ("WEBP", size)
        left, right = opened.getpixel((2, 10)), opened.getpixel((opened.width - 3, 10))
    assert left[0] > 200
    assert left[2] < 60
    assert right[2] > 200
    assert right[0] < 60
    assert client.files.thumbnail(made.id, size=size) == small


def test_other_sizes_and_other_files_have_no_thumbnail(client: LinLogClient) -> None:
    made = files.create(client)
    with pytest.raises(errors.Invalid) as caught:
        client.files.thumbnail(made.id, size=100)
    assert caught.value.field == "size"
    with pytest.raises(errors.Invalid, match="no image"):
        client.files.thumbnail(files.create(client, b"words").id)


# ---------------------------------------------------------------------------- links


def test_a_link_opens_its_file_for_anybody(home: Home) -> None:
    made = files.create(home.client())
    reply = home.call("GET", path_of(made.content_url), role=None)
    assert (reply.status, reply.body) == (200, files.picture())
    assert reply.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert reply.headers["etag"] == f'"{made.sha256}"'
    assert home.token() not in made.content_url


@pytest.mark.attack("A22", "B11", "B12")
def test_a_changed_link_opens_nothing(home: Home) -> None:
    first, second = files.create(home.client()), files.create(home.client())
    theirs = files.create(organisations.create(home.server).client())
    place = path_of(first.content_url)
    bare, signed = place.partition("?")[0], place.partition("&")[2]
    changed = {
        "expires": place.replace("expires=", "expires=9"),
        "signature": place[:-1] + ("0" if place[-1] != "0" else "1"),
        "file": place.replace(first.id, second.id),
        "file of others": place.replace(first.id, theirs.id),
        "nothing signed": bare,
        "no signature": place.partition("&")[0],
        "no end": f"{bare}?{signed}",
        "a token in its place": f"{place.partition('signature=')[0]}signature={home.token()}",
    }
    for name, where in changed.items():
        reply = home.call("GET", where, role=None)
        assert (name, reply.status, reply.data["code"]) == (name, 403, "not_allowed")
    # What a link does not take at all is refused as everywhere.
    for more in ("&x=1", f"&{signed}"):
        assert home.call("GET", place + more, role=None).status == 422
    for method in ("HEAD", "POST", "PUT", "PATCH", "DELETE"):
        assert home.call(method, place, role=None).status == 405
    assert home.call("GET", place, role=None).status == 200


@pytest.mark.attack("B12")
def test_no_address_of_a_file_shows_it_to_who_has_not_signed_in(home: Home) -> None:
    made = files.create(home.client(), b"only for us")
    for path in (
        *(f"/media/{made.id}", f"/media/{made.sha256}", f"/api/v2/files/{made.id}/content"),
        *(f"/api/v2/files/{made.id}/thumbnail", f"/blobs/{made.sha256[:2]}/{made.sha256}"),
        *("/linlog.sqlite3", "/media/../linlog.sqlite3", "/assets/..%2f..%2flinlog.sqlite3"),
        *("/api/v2/audit-entries/export", "/secret", "/api/v1/files"),
    ):
        reply = home.call("GET", path, role=None)
        # Addresses that are none of the server's own show the pages' one document.
        of_pages = reply.status == 200 and reply.headers["content-type"].startswith("text/html")
        assert (path, reply.status in {401, 403, 404} or of_pages) == (path, True)
        assert b"only for us" not in reply.body
        assert b"SQLite" not in reply.body


@pytest.mark.attack("B11")
def test_a_link_ends(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    # A link of the moment before could be one of the window before, which ends sooner.
    monkeypatch.setattr(clock, "now", lambda: now)
    place = path_of(files.create(home.client()).content_url)
    lasts = home.server.machine.settings.media_link_s * 1_000_000
    assert lasts <= 15 * 60 * 1_000_000
    for later, status in ((lasts // 2, 200), (lasts, 403)):
        monkeypatch.setattr(clock, "now", lambda later=later: now + later)
        assert home.call("GET", place, role=None).status == status


def test_bytes_that_are_gone_are_said_to_be(home: Home, shared: Server) -> None:
    made = files.create(home.client(), b"soon to be gone")
    shared.machine.blobs.delete(made.sha256)
    reply = home.call("GET", f"/api/v2/files/{made.id}/content")
    assert (reply.status, reply.data["code"]) == (404, "not_found")
    assert "gone" in reply.data["detail"]
