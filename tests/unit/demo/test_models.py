"""Detectors and classifiers: they really learn, they log as they learn, and they beat chance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from linlog.demo import boxes, classifiers, detectors, features, proposals, raster, scenes
from linlog.demo.predictions import Predictor
from linlog.shapes import Box, Whole

SEED = 5
DETECTORS = [detectors.pixel_settings(SEED, 6), detectors.edge_settings(SEED, 6)]
CLASSIFIERS = [classifiers.pixel_settings(SEED, 6), classifiers.edge_settings(SEED, 8)]

both_detectors = pytest.mark.parametrize(
    "trained", DETECTORS, ids=lambda one: one.name, indirect=True
)


@dataclass
class Trained:
    """A detector, and what it logged."""

    detector: detectors.Detector
    log: list[dict[str, float]]


def found_share(detector: Predictor, pictures: Sequence[scenes.Scene]) -> float:
    """The share of digits that a prediction finds, with the right label."""
    found = []
    for scene in pictures:
        predictions = detector.predict(scene.png)
        places = [one.shape for one in predictions if isinstance(one.shape, Box)]
        shared = boxes.iou(scene.boxes, places)
        for label, row in zip(scene.labels, shared, strict=True):
            near = [one for one, iou in zip(predictions, row, strict=True) if iou > 0.5]
            found.append(any(one.label == label for one in near))
    return float(np.mean(found))


@pytest.fixture(scope="module")
def trained(request: pytest.FixtureRequest) -> Trained:
    """A detector trained on a few scenes."""
    log: list[dict[str, float]] = []
    train = scenes.compose("train", 24, SEED)
    return Trained(detectors.train(request.param, train, log.append), log)


@both_detectors
def test_a_detector_learns_and_beats_chance(trained: Trained) -> None:
    assert len(trained.log) == trained.detector.settings.epochs
    assert trained.log[-1]["loss"] < trained.log[0]["loss"]
    assert found_share(trained.detector, scenes.compose("test", 8, SEED)) > 0.3


@both_detectors
def test_predictions_are_thinned_and_in_order(trained: Trained) -> None:
    settings = trained.detector.settings
    (scene,) = scenes.compose("test", 1, SEED)
    predictions = trained.detector.predict(scene.png)
    confidences = [one.confidence for one in predictions]
    places = [one.shape for one in predictions if isinstance(one.shape, Box)]

    assert confidences == sorted(confidences, reverse=True)
    assert all(settings.least_confidence <= one <= 1 for one in confidences)
    shared = boxes.iou(places, places)
    assert (shared - np.eye(len(predictions)) <= settings.iou_threshold).all()


@both_detectors
def test_an_empty_picture_has_no_predictions(trained: Trained) -> None:
    blank = raster.to_png(np.full((scenes.HEIGHT, scenes.WIDTH), 200.0))
    assert trained.detector.predict(blank) == []


@pytest.mark.parametrize("settings", CLASSIFIERS, ids=lambda one: one.name)
def test_a_classifier_learns_and_beats_chance(settings: classifiers.Settings) -> None:
    log: list[dict[str, float]] = []
    classifier = classifiers.train(settings, scenes.single("train", 150, SEED), log.append)
    test = scenes.single("test", 40, SEED)
    predictions = [classifier.predict(digit.png) for digit in test]

    assert len(log) == settings.epochs
    assert log[-1]["loss"] < log[0]["loss"]
    assert all(one[0].shape == Whole() and 0 <= one[0].confidence <= 1 for one in predictions)
    right = [one[0].label == digit.label for one, digit in zip(predictions, test, strict=True)]
    assert np.mean(right) > 0.3


def test_training_again_gives_the_same_curves() -> None:
    lessons = scenes.single("train", 60, SEED)
    first: list[dict[str, float]] = []
    second: list[dict[str, float]] = []
    classifiers.train(CLASSIFIERS[1], lessons, first.append)
    classifiers.train(CLASSIFIERS[1], lessons, second.append)
    assert first == second


def test_every_digit_is_proposed_closely_by_some_box() -> None:
    near = []
    for scene in scenes.compose("train", 6, SEED):
        found = proposals.local_thresholds(proposals.read(scene.png), (2.5, 4.0, 6.0, 9.0))
        near += boxes.iou(scene.boxes, found).max(axis=1).tolist()
    assert np.mean(np.array(near) > 0.75) > 0.9


def test_edge_directions_do_not_mind_contrast() -> None:
    crops = np.random.default_rng(SEED).normal(0, 1, (3, 24, 24))
    seen = features.edge_directions(crops)
    assert seen.shape == (3, 5 * 5 * 32 + 12 * 12)
    assert np.allclose(seen, features.edge_directions(7 * crops + 20), atol=1e-4)


def test_the_config_is_plain_data_with_the_real_settings() -> None:
    config = DETECTORS[1].config()
    assert config["learner"]["classifier"] == "neural network"
    assert config["learner"]["epochs"] == 6
    assert config["features"] == "edge directions"
