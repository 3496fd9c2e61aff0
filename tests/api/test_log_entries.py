"""Log entries: stored once, in order, with every number, and drawn without losing a spike."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf, isfinite, isnan, nan
from random import Random
from typing import Any

import pytest

from linlog import LinLogClient, ModelTrainer, errors
from linlog.server.services import log_entries as services
from linlog.server.store import log_packs
from tests.factories import log_entries, model_versions, models
from tests.factories.organisations import Home


def logged(client: LinLogClient, version_id: str) -> list[tuple[int, int, dict]]:
    """The log of a version."""
    page = client.log_entries.everything(version_id)
    return [(entry.sequence, entry.step, entry.data) for entry in page]


def test_entries_keep_their_order_whatever_their_steps(client: LinLogClient) -> None:
    version = model_versions.create(client)
    new = [log_entries.of(number, step) for number, step in enumerate((5, 5, 0, -3, 7))]
    receipt = log_entries.send(client, version.id, new)
    assert (receipt.accepted, receipt.repeated) == (5, 0)
    assert [entry[:2] for entry in logged(client, version.id)] == [
        *((1, 5), (2, 5), (3, 0), (4, -3), (5, 7)),
    ]


def test_entries_sent_again_change_nothing(client: LinLogClient) -> None:
    version = model_versions.create(client)
    log_entries.send(client, version.id, [log_entries.of(0, a=1), log_entries.of(1, a=2)])
    again = [log_entries.of(1, a=9), log_entries.of(2, a=3), log_entries.of(2, a=8)]
    receipt = log_entries.send(client, version.id, again)
    assert (receipt.accepted, receipt.repeated, receipt.highest) == (1, 2, 2)
    late = log_entries.send(client, version.id, [log_entries.of(0, a=7)])
    assert (late.accepted, late.highest) == (0, 2)
    other = log_entries.send(client, version.id, [log_entries.of(0, a=4)], client_id="there")
    assert (other.accepted, other.highest) == (1, 0)
    assert [data for _, _, data in logged(client, version.id)] == [
        *({"a": 1}, {"a": 2}, {"a": 3}, {"a": 4}),
    ]


def test_two_processes_do_not_clash(client: LinLogClient) -> None:
    version = model_versions.create(client)
    for name in ("here", "there"):
        log_entries.send(client, version.id, [log_entries.of(0, who=name)], client_id=name)
    assert logged(client, version.id) == [(1, 0, {"who": "here"}), (2, 0, {"who": "there"})]


def test_any_data_comes_back_as_it_was(client: LinLogClient) -> None:
    version = model_versions.create(client)
    data = {
        "loss": nan,
        "": [inf, -inf, 0.1 + 0.2, 2**63, -(2**63), 5e-324],
        "deep": {"a.b": {"$number": "NaN"}, "$$number": {"ü🌍": None}},
        "text": 'quote " and \\ and \0',
    }
    log_entries.send(client, version.id, [log_entries.of(0, 2**53 - 1, **data)])
    found = client.log_entries.everything(version.id)[0].data
    assert isnan(found.pop("loss"))
    del data["loss"]
    assert found == data


@pytest.mark.parametrize(
    ("number", "status", "reason"),
    [
        *((text, 422, "entries.0.data.x must be a finite number") for text in (b"NaN", b"1e400")),
        (b"Infinity", 422, "entries.0.data.x must be a finite number"),
        (b'"\\ud800"', 400, "the body is no valid JSON"),
    ],
)
def test_bare_numbers_that_json_has_not_are_refused(
    home: Home, number: bytes, status: int, reason: str
) -> None:
    version = model_versions.create(home.client())
    body = b'{"client_id":"a","entries":[{"number":0,"step":0,"data":{"x":' + number + b"}}]}"
    where = f"/api/v2/model-versions/{version.id}/log-entries"
    reply = home.call("POST", where, body, headers={"Content-Type": "application/json"})
    assert reply.status == status
    assert reply.data["detail"].startswith(reason)
    assert logged(home.client(), version.id) == []


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"number": -1, "step": 0, "data": {}}, "entries.1.number"),
        ({"number": 1, "step": 2**53, "data": {}}, "entries.1.step"),
        ({"number": 1, "step": 0.5, "data": {}}, "entries.1.step"),
        ({"number": 1, "step": 0, "data": []}, "entries.1.data"),
        ({"number": 1, "step": 0}, "entries.1.data"),
        ({"number": 1, "step": 0, "data": {}, "extra": 1}, "entries.1.extra"),
    ],
)
def test_one_bad_entry_refuses_all_and_is_named(home: Home, entry: dict, field: str) -> None:
    version = model_versions.create(home.client())
    good = {"number": 0, "step": 0, "data": {}}
    body = {"client_id": "a", "entries": [good, entry]}
    reply = home.call("POST", f"/api/v2/model-versions/{version.id}/log-entries", body)
    assert (reply.status, reply.data["field"]) == (422, field)
    assert logged(home.client(), version.id) == []


def test_a_finished_version_takes_nothing_new(client: LinLogClient) -> None:
    version = model_versions.create(client)
    log_entries.send(client, version.id, [log_entries.of(0)])
    client.model_versions.finish(version.id)
    assert log_entries.send(client, version.id, [log_entries.of(0)]).repeated == 1
    for entries in ([log_entries.of(1)], [log_entries.of(0), log_entries.of(1)]):
        with pytest.raises(errors.Conflict, match="is finished"):
            log_entries.send(client, version.id, entries)
    assert len(logged(client, version.id)) == 1


def test_the_log_comes_in_pages(client: LinLogClient) -> None:
    version = model_versions.create(client)
    log_entries.send(client, version.id, [log_entries.of(number) for number in range(7)])
    page = client.log_entries.list(version.id, limit=3)
    assert page.count == 7
    assert [entry.step for entry in page.walk()] == [*range(7)]
    assert [entry.step for entry in client.log_entries.list(version.id, limit=3, offset=5)] == [
        5,
        6,
    ]


def test_a_trainer_logs_what_the_server_keeps(home: Home) -> None:
    client = home.client()
    trainer = ModelTrainer(client)
    version = trainer.init(models.create(client).id, "small")
    trainer.log({"loss": 1.0}, step=0)
    trainer.log({"early": 1}, commit=False)
    trainer.log({"loss": nan})
    trainer.finish()
    (_, first, one), (_, second, two) = logged(client, version.id)
    assert (first, one, second, two["early"]) == (0, {"loss": 1.0}, 1, 1)
    assert isnan(two["loss"])
    assert client.model_versions.get(version.id).state == "finished"


# ---------------------------------------------------------------------------- series


def test_every_number_is_a_series_by_its_place(client: LinLogClient) -> None:
    version = model_versions.create(client)
    new = [
        log_entries.of(0, loss=2, val={"acc": 0.5, "note": "x"}, on=True),
        log_entries.of(1, loss=nan, lr=inf),
        log_entries.of(2, loss=1.5, many=[1, 2]),
    ]
    log_entries.send(client, version.id, new)
    found = client.log_entries.series(version.id)
    assert found.log_entry_count == 3
    assert {line.key: (line.steps, line.values, line.total) for line in found.series} == {
        "loss": ((0, 1, 2), (2.0, None, 1.5), 3),
        "val.acc": ((0,), (0.5,), 1),
        "lr": ((1,), (None,), 1),
    }


def test_thinning_keeps_every_extreme(client: LinLogClient) -> None:
    version = model_versions.create(client)
    values = [float(number % 17) for number in range(3000)]
    values[1234], values[2345], values[777] = 1e6, -1e6, nan
    log_entries.send(
        client,
        version.id,
        [log_entries.of(number, loss=value) for number, value in enumerate(values)],
    )
    line = client.log_entries.series(version.id, points=40).series[0]
    kept = dict(zip(line.steps, line.values, strict=True))
    assert (kept[1234], kept[2345], kept[0]) == (1e6, -1e6, 0.0)
    assert kept[2999] == values[2999]
    assert (line.total, len(kept) <= 48, [*kept] == sorted(kept)) == (3000, True, True)


@pytest.mark.parametrize("points", [3, 10_001, 0])
def test_points_have_bounds(home: Home, points: int) -> None:
    version = model_versions.create(home.client())
    reply = home.call("GET", f"/api/v2/model-versions/{version.id}/series?points={points}")
    assert (reply.status, reply.data["field"]) == (422, "points")


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        ("9999-12-31T23:59:59-23:59", 422),
        ("0001-01-01T00:00:00+00:01", 422),
        ("9999-12-31T23:59:59.999999Z", 200),
        ("0001-01-01T00:00:00Z", 200),
    ],
)
def test_a_time_that_utc_has_not_makes_no_log_unreadable(
    home: Home, client: LinLogClient, moment: str, status: int
) -> None:
    version = model_versions.create(client)
    where = f"/api/v2/model-versions/{version.id}/log-entries"
    entry = {"number": 0, "step": 0, "data": {"a": 1}, "logged_date": moment}
    reply = home.call("POST", where, {"client_id": "c", "entries": [entry]})
    assert reply.status == status
    assert status == 200 or reply.data["field"] == "entries.0.logged_date"
    found = home.call("GET", where)
    assert (found.status, found.data["count"]) == (200, int(status == 200))


# ------------------------------------------------------------------- packs and summaries

PACKED = 2 * log_packs.PACK + 100


def sent(client: LinLogClient, numbers: Iterable[int], version_id: str) -> None:
    """Send entries in batches: a loss in each, now and then a rare key, one NaN."""
    new = [
        log_entries.of(
            number,
            loss=nan if number == 17 else float(number % 101),
            **({"val": {"acc": number / 2}} if number % 1000 == 5 else {}),
        )
        for number in numbers
    ]
    for start in range(0, len(new), 4000):
        log_entries.send(client, version_id, new[start : start + 4000])


def test_a_packed_log_reads_as_it_was_logged(client: LinLogClient) -> None:
    version = model_versions.create(client)
    sent(client, range(PACKED), version.id)
    found = client.log_entries.series(version.id, points=10_000).series
    assert [line.key for line in found] == ["loss", "val.acc"]
    loss, rare = found
    assert loss.steps == tuple(range(PACKED))
    assert loss.values == tuple(None if at == 17 else float(at % 101) for at in range(PACKED))
    assert rare.steps == tuple(range(5, PACKED, 1000))
    assert rare.values == tuple(at / 2 for at in range(5, PACKED, 1000))
    [one] = client.log_entries.series(version.id, keys=["val.acc"], low=1000, high=2005).series
    assert (one.key, one.steps, one.total) == ("val.acc", (1005, 2005), 2)
    again = client.model_versions.get(version.id)
    assert (again.log_entry_count, again.last_step) == (PACKED, PACKED - 1)


def test_what_was_overtaken_is_packed_anew(client: LinLogClient) -> None:
    version = model_versions.create(client)
    late = range(3000, 3010)
    sent(client, [number for number in range(PACKED) if number not in late], version.id)
    sent(client, late, version.id)
    for _ in range(2):
        [loss] = client.log_entries.series(version.id, points=10_000, keys=["loss"]).series
        assert loss.steps == tuple(range(len(loss.steps)))
        assert [*loss.values[2999:3011]] == [float(at % 101) for at in range(2999, 3011)]
        # The next entries pack what was taken back.
        sent(client, range(PACKED, PACKED + 10), version.id)


def thinned(points: list[Any], columns: int) -> list[Any]:
    """What must stay of points (place on the axis, segment, number or None, step), one by one."""
    if len(points) <= columns * 4:
        return points
    low, high = min(each[0] for each in points), max(each[0] for each in points)
    groups: dict[tuple[int, int], list[int]] = {}
    for place, (x, segment, _, _) in enumerate(points):
        share = (x / 2 - low / 2) / (high / 2 - low / 2) if high > low else 0
        groups.setdefault((min(int(share * columns), columns - 1), segment), []).append(place)
    kept = set[int]()
    for group in groups.values():
        finite = [place for place in group if points[place][2] is not None]
        kept |= {group[0], group[-1]}
        if finite:
            kept.add(min(finite, key=lambda place: points[place][2]))
            kept.add(max(finite, key=lambda place: points[place][2]))
    return [points[place] for place in sorted(kept)]


@pytest.mark.parametrize("held", [0, 2**20])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_read_in_pieces_is_drawn_as_the_whole(
    client: LinLogClient, monkeypatch: pytest.MonkeyPatch, seed: int, held: int
) -> None:
    """Of resumed runs, with steps that repeat and go back, NaN, and keys that some entries lack."""
    monkeypatch.setattr(log_packs, "PACK", 16)
    monkeypatch.setattr(log_packs, "_PACKS_READ_AT_ONCE", 3)
    monkeypatch.setattr(log_packs, "_NUMBERS_AT_ONCE", 40)
    monkeypatch.setattr(services, "_HELD_NUMBERS", held)
    random = Random(seed)
    entries: list[tuple[int, int, dict[str, float]]] = []
    for number in range(600):
        whole = {"loss": random.choice([nan, inf, random.gauss(0, 1), random.randrange(3)])}
        rare = {"epoch": random.choice([nan, random.random()])} if random.random() < 0.4 else {}
        entries.append((random.randrange(-5, 90), number // 250, whole | rare))
    version = model_versions.create(client)
    for start in range(0, 600, 90):
        part = enumerate(entries[start : start + 90], start)
        new = [
            replace(log_entries.of(at, step, **data), segment=segment)
            for at, (step, segment, data) in part
        ]
        log_entries.send(client, version.id, new)

    def expected(key: str, x: str, low: float, high: float) -> list[Any]:
        found = []
        for step, segment, data in entries:
            place = float(step) if x == "step" else data.get(x, nan)
            if key in data and low <= place <= high:
                value = data[key] if isfinite(data[key]) else None
                found.append((place, segment, value, step))
        return thinned(found, 5)

    for x, low, high in (("step", -inf, inf), ("step", 3, 70), ("epoch", -inf, inf)):
        bounds: dict[str, Any] = {} if high == inf else {"low": low, "high": high}
        found = client.log_entries.series(version.id, points=20, x=x, **bounds).series
        assert [line.key for line in found] == ["loss", "epoch"]
        for line in found:
            points = expected(line.key, x, low, high)
            assert line.steps == tuple(step for _, _, _, step in points)
            assert line.values == tuple(value for _, _, value, _ in points)
            assert line.segments == tuple(segment for _, segment, _, _ in points)
            assert line.x == (() if x == "step" else tuple(place for place, *_ in points))


def test_series_over_time_and_over_another_key(client: LinLogClient) -> None:
    version = model_versions.create(client)
    moments = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=at) for at in range(3)]
    new = [
        replace(log_entries.of(0, loss=3, epoch=0.5), logged_date=moments[0]),
        replace(log_entries.of(1, loss=2), logged_date=moments[1]),
        replace(log_entries.of(2, loss=1, epoch=1.5), logged_date=moments[2]),
    ]
    log_entries.send(client, version.id, new)
    [line] = client.log_entries.series(version.id, keys=["loss"], x="time").series
    assert line.x == tuple(moment.timestamp() for moment in moments)
    [line] = client.log_entries.series(version.id, keys=["loss"], x="epoch").series
    assert (line.x, line.values, line.steps) == ((0.5, 1.5), (3.0, 1.0), (0, 2))
    assert client.log_entries.series(version.id, keys=["loss"], x="absent").series == ()
    assert client.log_entries.series(version.id, keys=["loss"], x='"absent"').series == ()
    assert client.log_entries.series(version.id, keys=["loss"], x='"epo').series == ()


def test_keys_that_are_called_like_axes_are_axes_in_quotes(client: LinLogClient) -> None:
    version = model_versions.create(client)
    own = [{"loss": 3, "step": 10, "time": 7, '"odd"': 1}, {"loss": 2, "step": 20, "time": 9}]
    entries = [replace(log_entries.of(at), data=each) for at, each in enumerate(own)]
    log_entries.send(client, version.id, entries)
    drawn = {}
    for axis in ("step", '"step"', '"time"', '"\\"odd\\""'):
        [line] = client.log_entries.series(version.id, keys=["loss"], x=axis).series
        drawn[axis] = line.x
    assert drawn["step"] == ()
    assert (drawn['"step"'], drawn['"time"']) == ((10.0, 20.0), (7.0, 9.0))
    assert drawn['"\\"odd\\""'] == (1.0,)


def test_segments_are_told_after_a_resume(client: LinLogClient) -> None:
    version = model_versions.create(client)
    log_entries.send(client, version.id, [log_entries.of(0, loss=2), log_entries.of(1, loss=1)])
    log_entries.send(client, version.id, [replace(log_entries.of(2, 1, loss=3), segment=1)])
    [line] = client.log_entries.series(version.id).series
    assert (line.steps, line.segments) == ((0, 1, 1), (0, 0, 1))


def test_one_answer_has_a_number_by_key_of_every_version(client: LinLogClient) -> None:
    model = models.create(client)
    versions = [client.model_versions.create(model.id, name) for name in ("a", "b", "silent")]
    for version, values in zip(versions, ((3, nan, 1, 2), (5, 6, inf)), strict=False):
        for number, value in enumerate(values):
            log_entries.send(client, version.id, [log_entries.of(number, loss=value)])
    log_entries.send(client, versions[1].id, [log_entries.of(9, acc=0.5)])
    elsewhere = model_versions.create(client)
    log_entries.send(client, elsewhere.id, [log_entries.of(0, other=1)])

    def told(value: str) -> dict[str, dict[str, float | None]]:
        found = client.log_entries.numbers(model_id=model.id, value=value)
        return {
            row.model_version_id: dict(zip(found.logged_keys, row.values, strict=True))
            for row in found.model_versions
        }

    a, b, _ = (version.id for version in versions)
    assert told("last") == {a: {"loss": 2, "acc": None}, b: {"loss": None, "acc": 0.5}}
    assert told("lowest") == {a: {"loss": 1, "acc": None}, b: {"loss": 5, "acc": 0.5}}
    assert told("highest") == {a: {"loss": 3, "acc": None}, b: {"loss": 6, "acc": 0.5}}
    assert "other" in client.log_entries.numbers().logged_keys


@pytest.mark.parametrize("keys", ["loss", "{}", "[1]", "["])
def test_keys_are_a_list(home: Home, keys: str) -> None:
    version = model_versions.create(home.client())
    reply = home.call("GET", f"/api/v2/model-versions/{version.id}/series?keys={keys}")
    assert (reply.status, reply.data["field"]) == (422, "keys")
