"""`linlog demo`: fills a folder with real work once, and serves it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from linlog.demo import folder, serving
from linlog.demo.size import Size
from linlog.demo.talk import Talk
from linlog.errors import ConfigError, LinLogError

if TYPE_CHECKING:
    from linlog.demo.folder import Demo
    from linlog.demo.verdicts import Verdict

INTERRUPTED = 130


def run(data: Path, host: str, port: int, *, serve: bool = True, size: Size | None = None) -> int:
    """Show the demo of a folder, after doing its work where the folder is new; the exit code.

    With `serve` it goes on serving until Ctrl-C; otherwise it ends when the verdict is told.
    """
    talk = Talk()
    try:
        with serving.interruptible():
            return _run(data, host, port, serve=serve, size=size or Size(), talk=talk)
    except KeyboardInterrupt:
        if folder.unfinished(data):
            talk.say(f"\nStopped before the end. Delete {data} to begin again.")
        return INTERRUPTED
    except (LinLogError, OSError) as error:
        talk.say(f"linlog demo: {error}")
        return 1


def _run(data: Path, host: str, port: int, *, serve: bool, size: Size, talk: Talk) -> int:
    """Find out what the folder holds, and go on from there."""
    _refuse_settings(data, host)
    found = folder.find(data)
    chosen = serving.free_port(host, port)
    if port not in {0, chosen}:
        talk.say(f"Port {port} is taken; using {chosen}.")
    demo = found or _begin(data)
    with serving.server(data, host, chosen) as server:
        if found is None:
            talk.say(f"Serving {server.address} from {data}. Watch it there while it works:")
            talk.say(f"sign in as {demo.email} with {demo.password}\n")
            demo = folder.finish(data, demo, _work(data, server.address, size, talk))
        _show(demo, server.address, talk)
        return _serve(server, talk) if serve else 0


def _refuse_settings(data: Path, host: str) -> None:
    """Refuse settings that would lead the demo out of its folder or this machine."""
    from linlog.server.settings import LOOPBACK, load

    if host not in LOOPBACK:
        raise ConfigError(f"the demo serves this machine alone, not {host}: leave --host out")
    settings = load(data=data)
    for name in ("database", "origin"):
        if getattr(settings, name):
            raise ConfigError(
                f"LINLOG_{name.upper()} is set. The demo keeps to its own folder and to this "
                "machine: unset it and run the demo again."
            )


def _begin(data: Path) -> Demo:
    """Make the folder and its owner, if everything is installed that the work needs."""
    try:
        from linlog.demo import story  # noqa: F401 - only whether it can be
        from linlog.server import admin
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"the demo needs {error.name}, which is not installed: pip install 'linlog[demo]'"
        ) from error
    demo = folder.begin(data)
    admin.create_user(data, demo.email, "owner", demo.password, "Demo")
    return demo


def _work(data: Path, address: str, size: Size, talk: Talk) -> tuple[Verdict, ...]:
    """Do all the work through the SDK, with a token of its own."""
    from linlog import LinLogClient
    from linlog.demo import story
    from linlog.server import admin

    token = admin.create_token(data, "demo", "manager", expires_days=None)
    with LinLogClient(address, token) as client:
        return story.tell(client, size, talk)


def _show(demo: Demo, address: str, talk: Talk) -> None:
    """Tell what came out, and where to look at it."""
    for verdict in demo.verdicts:
        talk.tell()
        talk.tell(verdict.title, style="bold")
        talk.tell(f"  {verdict.words}")
        talk.tell(f"  side by side  {address}{verdict.comparison}")
        for name, path in verdict.reports.items():
            talk.tell(f"  {f'report of “{name}”':<19} {address}{path}")
    talk.tell()
    talk.tell(f"Open {address} and sign in", style="bold")
    talk.tell(f"  email     {demo.email}")
    talk.tell(f"  password  {demo.password}")


def _serve(server: serving.Server, talk: Talk) -> int:
    """Serve until Ctrl-C; a server that ends by itself is an error."""
    talk.say("\nServing until Ctrl-C.")
    try:
        code = server.wait()
    except KeyboardInterrupt:
        talk.say("\nStopped. The same command serves it again.")
        return 0
    talk.say(f"The server ended by itself with exit code {code}; see {serving.LOG} in the folder.")
    return 1
