"""Importances find what decides, leave alone what does not, and agree with scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from linlog.evaluation import importances

sklearn_ensemble = pytest.importorskip("sklearn.ensemble")
stats = pytest.importorskip("scipy.stats")

SETS = 60


def made(random: np.random.Generator, runs: int) -> list[dict[str, Any]]:
    """Configs of six keys, drawn at random: four numbers, a word, a switch."""
    return [
        {
            **{f"n{place}": float(random.random()) for place in range(4)},
            "optimizer": str(random.choice(["adam", "sgd", "lion"])),
            "augment": bool(random.random() < 0.5),
        }
        for _ in range(runs)
    ]


def test_what_decides_comes_first_with_about_its_share() -> None:
    random = np.random.default_rng(1)
    configs = made(random, 400)
    # Of uniform numbers: 3² / 12 = 0.75, 16² / 180 = 1.42, 2/9 = 0.22 and 0.09 of noise.
    reached = [
        3 * config["n0"]
        + 16 * (config["n1"] - 0.5) ** 2
        + (config["optimizer"] == "sgd")
        + 0.3 * random.normal()
        for config in configs
    ]
    found = importances.of_configs(configs, reached)
    assert [each.key for each in found.keys[:3]] == ["n1", "n0", "optimizer"]
    shares = {each.key: each for each in found.keys}
    total = 0.75 + 256 / 180 + 2 / 9 + 0.09
    for key, share in {"n0": 0.75, "n1": 256 / 180, "optimizer": 2 / 9}.items():
        assert shares[key].low > 0
        # Trees cut what is smooth into steps and so tell a part of it only.
        assert 0.4 * share / total < shares[key].importance < 1.1 * share / total
    assert all(each.low <= 0 and each.importance < 0.02 for each in found.keys[3:])
    assert shares["optimizer"].correlation is None
    assert found.explained is not None
    assert 0.8 < found.explained < 1


def test_the_forest_explains_as_much_as_the_reference() -> None:
    random = np.random.default_rng(2)
    configs = made(random, 300)
    reached = [4 * config["n0"] * config["n1"] + 0.2 * random.normal() for config in configs]
    found = importances.of_configs(configs, reached)
    table = [[config[f"n{place}"] for place in range(4)] for config in configs]
    reference = sklearn_ensemble.ExtraTreesRegressor(
        200, bootstrap=True, oob_score=True, random_state=0, min_samples_split=4
    ).fit(table, reached)
    assert found.explained == pytest.approx(reference.oob_score_, abs=0.06)
    order = np.argsort(-reference.feature_importances_)[:2]
    assert {each.key for each in found.keys[:2]} == {f"n{place}" for place in order}


@pytest.mark.parametrize("runs", [12, 40])
def test_chance_is_seldom_taken_for_importance(runs: int) -> None:
    random = np.random.default_rng(runs)
    seen = wrong = 0
    for _ in range(SETS):
        found = importances.of_configs(made(random, runs), [*random.normal(size=runs)])
        wrong += sum(each.low > 0 for each in found.keys)
        seen += len(found.keys)
    assert wrong / seen < 0.05


def test_correlations_are_spearmans() -> None:
    random = np.random.default_rng(3)
    for _ in range(SETS):
        first = random.integers(6, size=30).astype(float)
        second = first * random.normal() + random.integers(4, size=30)
        found = importances.of_configs([{"k": value} for value in first], [*second])
        expected = stats.spearmanr(first, second).statistic
        assert found.keys[0].correlation == pytest.approx(expected, abs=1e-6)


def test_absent_keys_mixed_values_and_odd_numbers_are_told_apart() -> None:
    configs: list[dict[str, Any]] = [{"layers": [1, 2], "rate": 0.1, "same": 1} for _ in range(10)]
    configs += [{"layers": [3], "rate": float("nan"), "same": 1} for _ in range(10)]
    configs += [{"layers": "auto", "same": 1} for _ in range(10)]
    found = importances.of_configs(configs, [0.0] * 10 + [1.0] * 10 + [2.0] * 10)
    assert {each.key for each in found.keys} == {"layers", "rate"}
    assert all(each.importance > 0.2 for each in found.keys)


@pytest.mark.parametrize(
    ("runs", "reached"), [(7, [1.0, 2, 3, 4, 5, 6, 7]), (9, [2.0] * 9), (0, [])]
)
def test_nothing_is_said_of_too_little(runs: int, reached: list[float]) -> None:
    configs = [{"k": place} for place in range(runs)]
    assert importances.of_configs(configs, reached) == importances.Importances(None, ())


def test_again_gives_the_same_digits() -> None:
    configs = made(np.random.default_rng(4), 50)
    reached = [config["n0"] for config in configs]
    assert importances.of_configs(configs, reached) == importances.of_configs(configs, reached)


def test_flat_joins_nested_names() -> None:
    nested = {"a": {"b": {"c": 1}, "d": {}}, "e": [{"f": 1}]}
    assert importances.flat(nested) == {"a.b.c": 1, "a.d": {}, "e": [{"f": 1}]}
