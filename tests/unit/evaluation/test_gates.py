"""Gates: what they prove, what they rule out, and what they leave open."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from linlog.evaluation import comparison, gates, kinds
from linlog.wire.comparisons import Comparison, ScalarDifference
from tests.unit.evaluation.test_comparison import answer

KIND = kinds.get("classification")


def told(low, high, *, better="higher", moved=500, tasks=1000, difference=0.0):
    """A comparison of one number with that interval."""
    number = ScalarDifference(
        name="map",
        title="mAP",
        first=0.5,
        second=0.5 + difference,
        difference=difference,
        low=low,
        high=high,
        p_value=0.5,
        better=better,
        verdict="no evidence",
        moved=moved,
    )
    return Comparison(
        kind="detection",
        headline="map",
        scalars=(number,),
        labels=(),
        won=(),
        lost=(),
        won_count=0,
        lost_count=0,
        tasks=tasks,
        only_first=0,
        only_second=0,
        resamples=1000,
        seed=0,
        note="",
    )


def decided(*interval, max_drop=0.005, alpha=0.05, **changes):
    return gates.decide(told(*interval, **changes), "map", max_drop=max_drop, alpha=alpha)


@pytest.mark.parametrize(
    ("interval", "outcome"), [((0.01, 0.02), "too thin"), ((-0.5, -0.4), "failed")]
)
def test_a_candidate_that_was_not_asked_everything_does_not_pass(interval, outcome):
    found = replace(told(*interval), skipped_second=7)
    decision = gates.decide(found, "map", max_drop=0.005, alpha=0.05)
    assert decision.outcome == outcome
    assert "Nothing is known of 7 tasks" in decision.reason
    fewer = replace(told(*interval), skipped_first=7)
    decision = gates.decide(fewer, "map", max_drop=0.005, alpha=0.05)
    assert decision.outcome == {"too thin": "passed"}.get(outcome, outcome)


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [
        (-0.020, -0.006, "failed"),
        (-0.020, -0.005, "too thin"),
        (-0.020, 0.010, "too thin"),
        (-0.005, 0.010, "passed"),
        (-0.004, -0.001, "passed"),
        (0.010, 0.020, "passed"),
        (None, None, "too thin"),
    ],
)
def test_the_interval_decides(low, high, outcome):
    found = decided(low, high)
    assert found.outcome == outcome
    assert found.reason


def test_what_is_better_when_lower_drops_by_rising():
    found = decided(0.006, 0.020, better="lower", difference=0.01)
    assert (found.outcome, found.change, found.worst, found.best) == (
        *("failed", -0.01, -0.020, -0.006),
    )
    assert decided(-0.020, 0.004, better="lower").outcome == "passed"


@pytest.mark.parametrize(
    ("moved", "tasks", "outcome"),
    [(0, 1000, "passed"), (0, 100, "too thin"), (0, 1, "too thin"), (5, 1000, "too thin")],
)
def test_of_few_that_differ_it_passes_only_what_many_tasks_show(moved, tasks, outcome):
    """That a hundred tasks are alike leaves room for three in a hundred that are not."""
    assert decided(0.0, 0.0, moved=moved, tasks=tasks).outcome == outcome


def test_few_that_differ_prove_no_drop():
    assert decided(-0.03, 0.0, moved=5, tasks=100, difference=-0.02).outcome == "too thin"


@pytest.mark.parametrize(("seen", "tasks"), [(0, 1), (0, 60), (2, 60), (5, 5000), (4, 4)])
def test_the_unseen_share_is_clopper_and_pearsons(seen, tasks):
    expected = stats.beta.ppf(0.95, seen + 1, tasks - seen) if seen < tasks else 1.0
    assert gates.upper_share(seen, tasks, 0.05) == pytest.approx(expected, abs=1e-12)


def test_of_several_the_worst_counts():
    """A proven drop outweighs thin evidence, and thin evidence a pass."""
    assert gates.worst(["passed", "failed", "too thin"]) == "failed"
    assert gates.worst(["too thin", "passed"]) == "too thin"
    assert gates.worst(["passed"]) == "passed"


def test_what_makes_no_sense_is_refused():
    for changes, said in (
        ({"alpha": 0.5}, "alpha must be above 0 and below 0.5, not 0.5"),
        ({"max_drop": -0.1}, "at least 0 and below 1, not -0.1"),
        ({"better": "neither"}, "no number is called 'map'"),
    ):
        with pytest.raises(ValueError, match=said):
            decided(-0.1, 0.1, **changes)
    with pytest.raises(ValueError, match="no number is called 'mapp'; it is one of map"):
        gates.decide(told(0, 0), "mapp", max_drop=0, alpha=0.05)


# ------------------------------------------------------------------------- in the long run


def outcomes(trials, tasks, seed, second_right, max_drop):
    """How often each outcome comes of classifiers right at 0.8 and at `second_right`."""
    random, config = np.random.default_rng(seed), KIND.Config()
    found = []
    for trial in range(trials):
        apart = random.random(tasks) < 0.4
        first = random.random(tasks) < 0.8
        # Where they are apart the second is right as often as makes up the difference.
        share = 0.8 + (second_right - 0.8) / 0.4
        second = np.where(apart, random.random(tasks) < share, first)
        runs = [
            KIND.match([answer(at, bool(right)) for at, right in enumerate(run)], config)
            for run in (first, second)
        ]
        made = comparison.compare_all(
            KIND, runs, config, resamples=300, seed=trial, level=gates.level(0.05)
        )
        found.append(gates.decide(made, "accuracy", max_drop=max_drop, alpha=0.05).outcome)
    return {name: found.count(name) / trials for name in ("passed", "failed", "too thin")}


def test_it_rarely_stops_what_is_no_worse():
    """At most alpha, 0.05; of 120 more than 12 % would be a chance of one in a thousand."""
    assert outcomes(120, 100, 1, 0.8, 0.0)["failed"] <= 0.12


def test_it_stops_the_planted_drop_and_rarely_passes_it():
    found = outcomes(40, 200, 2, 0.6, 0.005)
    assert found["failed"] >= 0.9
    assert found["passed"] == 0
