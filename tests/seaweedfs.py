"""A real server of the S3 protocol for tests: a program from a package, on loopback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from tests.patience import PATIENCE_S
from tests.ports import free_port

KEY, SECRET = "linlog-tests", "a-secret-of-the-tests"
BUCKET = "blobs"
OTHER_PORTS = (
    *("master.port", "volume.port", "filer.port"),
    *(f"{part}.port.grpc" for part in ("master", "volume", "filer", "s3")),
)


@dataclass(frozen=True)
class Seaweedfs:
    """A running server."""

    port: int

    @property
    def environment(self) -> dict[str, str]:
        """The variables that open a bucket of it."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
        }


@contextmanager
def running() -> Iterator[Seaweedfs]:
    """A server in a temporary folder."""
    folder = Path(mkdtemp(prefix="linlog-s3-"))
    identity = {
        "name": "tests",
        "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    settings = folder / "s3.json"
    settings.write_text(json.dumps({"identities": [identity]}))
    port = free_port()
    command = [
        *(str(Path(sys.executable).with_name("weed")), "server", "-dir", str(folder)),
        *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3", f"-s3.config={settings}"),
        *(f"-s3.port={port}", *(f"-{part}={free_port()}" for part in OTHER_PORTS)),
        # These would listen at one port each, so that a second server ends as it begins.
        *("-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.iam=false", "-master.telemetry=false"),
        *(f"-{part}.localSocket={folder / part}.sock" for part in ("filer", "s3")),
        *("-master.volumeSizeLimitMB=64", "-volume.max=8"),
    ]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, stdout=log, stderr=log, env=_quiet()) as process,
    ):
        try:
            _wait(port, process, folder / "log")
            yield Seaweedfs(port)
        finally:
            # It keeps nothing that is wanted, and takes ten seconds to end by itself.
            process.kill()
    shutil.rmtree(folder, ignore_errors=True)


def _quiet() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a bucket can be made, which needs every part of the server."""
    from obstore.store import S3Store

    store = S3Store(
        BUCKET,
        endpoint=f"http://127.0.0.1:{port}",
        access_key_id=KEY,
        secret_access_key=SECRET,
        region="us-east-1",
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            store.put("ready", b"ready")
        except Exception:  # noqa: BLE001 - whatever it says before it is ready
            assert process.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < until, log.read_text()[-2000:]
            time.sleep(0.2)
        else:
            return
