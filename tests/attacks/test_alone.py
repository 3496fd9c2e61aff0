"""What the attacks run in: a network of its own where the kernel allows it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from tests.factories.processes import ROOT
from tools import alone

SEEN = "import os, socket; print(os.environ['LINLOG_ALONE'], [n for _, n in socket.if_nameindex()])"


def test_a_network_of_its_own_has_loopback_alone() -> None:
    program = [sys.executable, "-m", "tools.alone", sys.executable, "-c", SEEN]
    ran = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True)
    is_alone, _, names = ran.stdout.strip().partition(" ")
    if is_alone == "0":
        # The program runs all the same, and says what it does without.
        assert "the audit hook watches" in ran.stderr
        return
    assert names == "['lo']"
    code = (
        "import socket; s = socket.create_server(('127.0.0.1', 0)); "
        "socket.create_connection(s.getsockname()).close(); print('reached')"
    )
    program[-1] = code
    ran = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "reached"


def test_nothing_leads_out_of_it() -> None:
    if os.environ.get(alone.VARIABLE) != "1":
        pytest.skip("not in a network of its own: python3 dev test runs this in one")
    with socket.socket() as line, pytest.raises(OSError, match="unreachable"):
        line.connect(("93.184.216.34", 80))
