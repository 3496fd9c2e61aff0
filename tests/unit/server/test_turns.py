"""Turns: whoever asks most makes itself wait, and nobody else."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from linlog import limits
from linlog.errors import RateLimited
from linlog.server.rates import Rates, Refusals
from linlog.server.turns import Gate, Turns


class Line:
    """Requests at a gate: who works now, and in which order they began."""

    def __init__(self, slots: int, waiting: int = 1000, spare: int = 0, alone_s: float = 0) -> None:
        self.gate = Gate(slots, waiting=waiting, spare=spare, alone_s=alone_s)
        self.began: list[str] = []
        self.at_work: list[tuple[str, asyncio.Event]] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def ask(self, *whose: str) -> None:
        """One request each, as far as it gets."""
        for one in whose:
            self.tasks.append(asyncio.ensure_future(self._work(one)))
            await asyncio.sleep(0)

    async def _work(self, whose: str) -> None:
        async with self.gate.turn(whose):
            done = asyncio.Event()
            self.began.append(whose)
            self.at_work.append((whose, done))
            await done.wait()

    async def end(self, whose: str = "") -> None:
        """Let the first request at work end, or the first of somebody."""
        at = next(at for at, (one, _) in enumerate(self.at_work) if whose in {"", one})
        self.at_work.pop(at)[1].set()
        for _ in range(4):
            await asyncio.sleep(0)

    async def end_all(self) -> None:
        """Let all end."""
        while self.at_work:
            await self.end()


@pytest.mark.attack("G10", "G11")
def test_one_who_floods_makes_itself_wait() -> None:
    async def run() -> None:
        line = Line(4)
        await line.ask(*["many"] * 500)
        assert line.began == ["many"] * 4
        await line.ask("few", "few", "other")
        await line.end("many")
        assert line.began[4:] == ["few"]
        await line.end("many")
        assert line.began[5:] == ["other"]
        await line.end("many")
        assert line.began[6:] == ["many"]
        await line.end("few")
        assert line.began[7:] == ["few"]
        await line.end_all()
        assert (len(line.began), line.began.count("many")) == (503, 500)
        await asyncio.gather(*line.tasks)

    asyncio.run(run())


@pytest.mark.attack("G11")
def test_who_has_nothing_at_work_begins_beside_one_who_floods() -> None:
    async def run() -> None:
        line = Line(2, spare=1)
        await line.ask(*["many"] * 10, "few")
        assert line.began == ["many", "many", "few"]
        await line.ask("few", "other")
        assert line.began[3:] == []
        await line.end("few")
        assert line.began[3:] == ["other"]
        # Nor is anybody's second one beside, and those who flood have no more for it.
        await line.end("other")
        assert line.began[4:] == ["few"]
        await line.end("few")
        assert line.began[5:] == []
        await line.end("many")
        assert line.began[5:] == ["many"]
        await line.end_all()
        assert len(line.began) == 13

    asyncio.run(run())


@pytest.mark.attack("G11")
def test_beside_others_one_who_floods_begins_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def run() -> None:
        line = Line(4, alone_s=3600)
        monkeypatch.setattr(limits, "ASKING_S", 3600)
        # Whoever shows no credentials is nobody whom the others would have to wait for.
        await line.ask("", *["many"] * 10)
        await line.end("")
        assert line.began == ["", *["many"] * 4]
        await line.end("many")
        await line.ask("few")
        assert line.began[5:] == ["many"]
        for _ in range(4):
            await line.end("many")
        # The last of those at work has ended before the next of them begins.
        assert line.began[5:] == ["many", "few", "many"]
        await line.end("few")
        assert line.began[8:] == []
        monkeypatch.setattr(limits, "ASKING_S", 0)
        await line.end("many")
        assert line.began[8:] == ["many"] * 4
        await line.end_all()
        assert line.began.count("many") == 10

    asyncio.run(run())


@pytest.mark.attack("G10", "G11")
def test_what_works_for_long_keeps_nobody_of_its_own_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def run() -> None:
        monkeypatch.setattr(limits, "ASKING_S", 3600)
        loop, now = asyncio.get_running_loop(), [0.0]
        # A clock that stands still between two lines, however long this machine stops there.
        monkeypatch.setattr(loop, "time", lambda: now[0])
        line = Line(4, alone_s=0.5)
        await line.ask("few", "many", "many", "many")
        for passed, began in ((0.25, 2), (0.5, 3), (0.75, 3), (1.0, 4)):
            now[0] = passed
            for _ in range(4):
                await asyncio.sleep(0)
            assert line.began == ["few", *["many"] * (began - 1)]
        await line.end_all()

    asyncio.run(run())


@pytest.mark.attack("G10")
def test_who_waits_too_much_is_told_to_come_back() -> None:
    async def run() -> None:
        line = Line(1, waiting=3)
        await line.ask(*["many"] * 6)
        refused = [one.exception() for one in line.tasks if one.done()]
        assert [type(one) for one in refused] == [RateLimited] * 2
        assert refused[0].retry_after == "1"
        await line.ask("few")
        await line.end()
        assert line.began == ["many", "few"]
        await line.end_all()
        assert line.began.count("many") == 4

    asyncio.run(run())


@pytest.mark.attack("G10")
def test_who_waits_too_long_is_told_to_come_back() -> None:
    async def run() -> None:
        gate = Gate(1, waiting=1, waiting_s=0.05)
        async with gate.turn("one"):
            for _ in range(2):
                with pytest.raises(RateLimited, match="took 0.05 s") as told:
                    async with gate.turn("one"):
                        pytest.fail("there was no turn")
                assert told.value.retry_after == "1"
        # The turn is there for the next.
        async with gate.turn("one"):
            pass

    asyncio.run(run())


def test_whoever_goes_away_gives_the_turn_on() -> None:
    async def run() -> None:
        line = Line(1)
        await line.ask("a", "b", "c")
        line.tasks[1].cancel()
        with suppress(asyncio.CancelledError):
            await line.tasks[1]
        await line.end()
        assert line.began == ["a", "c"]
        # Called and cancelled at the same moment.
        await line.ask("d", "e")
        line.at_work.pop()[1].set()
        await asyncio.sleep(0)
        line.tasks[3].cancel()
        for _ in range(6):
            await asyncio.sleep(0)
        assert line.began[2:] in (["e"], ["d", "e"])
        await line.end_all()
        async with line.gate.turn("anybody"):
            pass

    asyncio.run(run())


def test_a_gate_gives_back_what_fails() -> None:
    async def run() -> None:
        gate = Gate(1)
        for _ in range(3):
            with pytest.raises(ValueError, match="bad"):
                async with gate.turn("a"):
                    raise ValueError("bad")

    asyncio.run(run())


@pytest.mark.attack("D16")
def test_organisations_are_served_in_turn() -> None:
    turns = Turns()
    waiting = ["many", "few", "other"]
    assert [turns.choose(waiting) for _ in range(6)] == waiting * 2
    assert turns.choose(["many", "new"]) == "new"
    assert turns.choose(["many"]) == "many"


@pytest.mark.attack("G11")
def test_a_minute_has_so_many_requests() -> None:
    rates, second = Rates(60), 1_000_000
    for _ in range(60):
        rates.count("a", now=0)
    with pytest.raises(RateLimited) as caught:
        rates.count("a", now=0)
    assert caught.value.retry_after == "1"
    rates.count("b", now=0)
    rates.count("a", now=second)
    with pytest.raises(RateLimited):
        rates.count("a", now=second)
    # A clock that goes back gives nothing and takes nothing.
    with pytest.raises(RateLimited):
        rates.count("a", now=0)
    for _ in range(60):
        rates.count("a", now=3600 * second)
    with pytest.raises(RateLimited):
        rates.count("a", now=3600 * second)
    for _ in range(1000):
        Rates(0).count("a", now=0)


@pytest.mark.attack("G11")
def test_credentials_that_were_refused_are_known_until_they_may_ask_again() -> None:
    rates, second = Rates(1), 1_000_000
    for whose in ("a", "b"):
        rates.count(whose, now=0, shown=f"Token {whose}")
    rates.check("Token a", now=0)
    with pytest.raises(RateLimited):
        rates.count("a", now=0, shown="Token a")
    with pytest.raises(RateLimited) as caught:
        rates.check("Token a", now=second)
    assert caught.value.retry_after == "59"
    rates.check("Token b", now=second)
    rates.check("Token a", now=60 * second)
    rates.count("a", now=60 * second, shown="Token a")


@pytest.mark.attack("G11")
def test_refusals_of_one_come_one_after_the_other() -> None:
    refusals = Refusals()
    told = [refusals.wait_s("Token a", now=100.0) for _ in range(1000)]
    assert told[:3] == pytest.approx([0.05, 0.1, 0.15])
    assert max(told) == pytest.approx(10)
    assert refusals.wait_s("Token b", now=100.0) == pytest.approx(0.05)
    assert refusals.wait_s("Token a", now=200.0) == pytest.approx(0.05)
