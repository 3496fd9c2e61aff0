"""Verdicts: they say what the comparison says, and no more."""

from dataclasses import replace

import pytest

from linlog.demo import verdicts
from linlog.wire.comparisons import Comparison, ScalarDifference

NUMBER = ScalarDifference(
    name="map",
    title="mAP",
    first=0.5,
    second=0.625,
    difference=0.125,
    low=0.1,
    high=0.15,
    p_value=0.001,
    better="higher",
    verdict="better",
)
COMPARISON = Comparison(
    kind="detection",
    headline="map",
    scalars=(replace(NUMBER, name="ap50", title="AP50"), NUMBER),
    labels=(),
    won=(),
    lost=(),
    won_count=7,
    lost_count=2,
    tasks=10,
    only_first=0,
    only_second=0,
    resamples=1000,
    seed=0,
    note="",
)


def words(number: ScalarDifference) -> str:
    return verdicts.in_words("a", "b", replace(COMPARISON, scalars=(number,)))


def test_better_names_the_headline_number_with_its_interval() -> None:
    assert verdicts.in_words("a", "b", COMPARISON) == (
        "“b” is better than “a”: mAP 0.625 against 0.500, a difference of +0.125 "
        "(95 % interval +0.100 to +0.150). "
        "On 10 pictures it does better on 7 and worse on 2."
    )


def test_worse_says_so() -> None:
    said = words(replace(NUMBER, difference=-0.125, low=-0.15, high=-0.1, verdict="worse"))
    assert "“b” is worse than “a”" in said
    assert "−0.125" in said


@pytest.mark.parametrize("low", [-0.01, None])
def test_no_evidence_claims_nothing(low: float | None) -> None:
    said = words(replace(NUMBER, low=low, verdict="no evidence"))
    assert said.startswith("There is no evidence that “b” and “a” differ")
    assert "is better" not in said
