"""A store of the S3 protocol that fails in every way: R35."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import md5, sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from linlog.server.blobs import s3 as s3_blobs
from linlog.server.blobs._protocol import Blobs, Unreachable
from tests.faults.counts import tries

Fault = Callable[["Handler"], None]
LIST = b'<?xml version="1.0"?><ListBucketResult><Name>blobs</Name></ListBucketResult>'


@dataclass
class Bucket:
    """What is stored, and the faults of the requests to come."""

    objects: dict[str, bytes] = field(default_factory=dict)
    coming: list[str] = field(default_factory=list)
    met: int = 0


class Handler(BaseHTTPRequestHandler):
    """As much of the protocol as blobs need, well or badly."""

    protocol_version = "HTTP/1.1"
    bucket: Bucket

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def handle_any(self) -> None:
        """Read, fail where that is planned, else answer."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        fault = self.bucket.coming.pop() if self.bucket.coming else ""
        self.bucket.met += bool(fault)
        if fault in STATUSES:
            self._say(STATUSES[fault], b"<Error><Code>Planned</Code></Error>")
        elif fault == "cut before":
            self.close_connection = True
        else:
            if fault == "slow":
                time.sleep(0.02)
            self._do(body, fault)

    do_GET = do_PUT = do_HEAD = handle_any  # noqa: N815 - names of the library

    def _do(self, body: bytes, fault: str) -> None:
        key, objects = self.path.partition("?")[0], self.bucket.objects
        if self.command == "PUT":
            objects[key] = body
            if fault == "cut behind":
                self.close_connection = True
            else:
                tag = "0" * 32 if fault == "wrong tag" else md5(body).hexdigest()
                self._say(200, b"", ETag=f'"{tag}"')
        elif "list-type" in self.path:
            self._say(200, LIST)
        elif key not in objects or fault == "missing":
            self._say(404, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            whole = objects[key]
            cut = len(whole) // 2 if fault == "short" and self.command == "GET" else len(whole)
            self._say(200, whole, cut=cut, ETag=f'"{md5(whole).hexdigest()}"')

    def _say(self, status: int, body: bytes, *, cut: int | None = None, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", "Fri, 27 Nov 2026 00:00:00 GMT")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[:cut])
        self.close_connection = cut is not None and cut < len(body)


STATUSES = {"500": 500, "503": 503, "expired": 403}
FAULTS = (*STATUSES, "slow", "short", "wrong tag", "cut before", "cut behind")


@pytest.fixture(scope="module")
def bucket() -> Iterator[tuple[Bucket, str]]:
    """A store, and its address."""
    handler = type("Served", (Handler,), {"bucket": Bucket()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield handler.bucket, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def blobs(bucket: tuple[Bucket, str], monkeypatch: pytest.MonkeyPatch) -> Blobs:
    """Blobs in it that retry at once."""
    settings = {
        "AWS_ENDPOINT_URL": bucket[1],
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "nowhere",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    quick: Any = {
        **s3_blobs._RETRIES,
        "backoff": {"init_backoff": MOMENT, "max_backoff": MOMENT, "base": 2},
    }
    monkeypatch.setattr(s3_blobs, "_RETRIES", quick)
    return s3_blobs.open_store("s3://blobs")


MOMENT = s3_blobs.timedelta(milliseconds=1)


@pytest.mark.parametrize("seed", tries(300))
def test_r35_a_store_that_fails(bucket: tuple[Bucket, str], blobs: Blobs, seed: int) -> None:
    """What was stored is there whole; what was not is said; nothing that is read is wrong."""
    chance, (kept, _) = random.Random(seed), bucket
    kept.coming.clear()
    content = chance.randbytes(chance.randint(1, 300_000))
    key = sha256(content).hexdigest()
    # A store tries four times more; beyond that it gives up.
    plan = [chance.choice(FAULTS) for _ in range(chance.randint(1, 8))]
    kept.coming[:] = plan
    stored = False
    with suppress(Unreachable):
        stored = blobs.put(content).key == key
    if stored:
        kept.coming.clear()
        assert blobs.read(key) == content
    kept.coming[:] = plan
    for _ in range(5):
        with suppress(Unreachable, FileNotFoundError):
            assert b"".join(blobs.stream(key)) == content
        with suppress(Unreachable, FileNotFoundError):
            assert blobs.read(key) == content
    kept.coming.clear()
    assert blobs.put(content).key == key
    assert blobs.read(key) == content
