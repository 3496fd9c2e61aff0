"""`linlog evaluate` on files: the field's numbers, and what becomes of rows that do not fit."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pycocotools import mask as masks
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from seqeval.metrics import classification_report
from sklearn import metrics

from linlog.evaluation import lvis
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.formats._coco_shapes import expanded
from linlog.shapes import Box
from tests import dask_cluster
from tests.unit.evaluation.test_lvis import restated

ROOT = Path(__file__).parents[2]
USUAL = ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"]


@pytest.fixture
def evaluate(monkeypatch, command, tmp_path):
    """Runs the command in this process: the exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        ran = command("evaluate", *arguments)
        return ran.code, ran.out, ran.err

    return run


def detections(seed, folder):
    """Random COCO files with crowds, sizes, odd ids and results in no order."""
    chance = np.random.default_rng(seed)
    ids = chance.permutation(np.array([2, 10, 9, 100, 33, 7]))
    annotations, results = [], []
    for image in ids.tolist():
        for _ in range(chance.integers(0, 8)):
            box = [*chance.uniform(0, 300, 2), *chance.uniform(3, 160, 2)]
            label = int(chance.integers(1, 4))
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image,
                    "category_id": label,
                    "bbox": box,
                    "area": box[2] * box[3] * float(chance.uniform(0.5, 1)),
                    "iscrowd": int(chance.random() < 0.1),
                }
            )
            for _ in range(chance.integers(0, 3)):
                near = [float(side + chance.normal(0, 4)) for side in box]
                near[2:] = [abs(side) for side in near[2:]]
                score = round(float(chance.random()), 1)
                other = int(chance.integers(1, 5)) if chance.random() < 0.2 else label
                results.append(
                    {"image_id": image, "category_id": other, "bbox": near, "score": score}
                )
    chance.shuffle(results)
    names = ("cat", "dog", "fox", "owl")
    document = {
        "images": [{"id": image, "file_name": f"{image}.jpg"} for image in ids.tolist()],
        "annotations": annotations,
        "categories": [{"id": at, "name": name} for at, name in enumerate(names, 1)],
    }
    (folder / "instances.json").write_text(json.dumps(document))
    (folder / "results.json").write_text(json.dumps(results))


DETECTION = (
    *("--kind", "detection", "--truth", "instances.json"),
    *("--predictions", "results.json", "--json"),
)


def peers(kind, images=None):
    """The finished evaluation of pycocotools on the same files, of some images or of all."""
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO("instances.json")
        peer = COCOeval(truth, truth.loadRes("results.json"), kind)
        if images is not None:
            peer.params.imgIds = images
        peer.evaluate()
        peer.accumulate()
        peer.summarize()
    return peer


def check_equal(found, peer, names):
    for name, value in zip(names, peer.stats, strict=True):
        expected = None if value == -1 else pytest.approx(value, abs=1e-12)
        assert found[name] == expected, name


@pytest.mark.parametrize("seed", range(12))
def test_detection_equals_pycocotools(evaluate, tmp_path, seed):
    detections(seed, tmp_path)
    code, out, err = evaluate(*DETECTION)
    assert (code, err) == (0, "")
    found, peer = json.loads(out), peers("bbox")
    check_equal(found, peer, USUAL)
    by_label = peer.eval["precision"][:, :, :, 0, 2]
    for at, label in enumerate(["cat", "dog", "fox"]):
        values = by_label[:, :, at][by_label[:, :, at] > -1]
        expected = pytest.approx(values.mean(), abs=1e-12) if len(values) else None
        assert found["labels"].get(label, {}).get("AP") == expected


def silent_on(folder, *images):
    """Without results on some images; the images that still have some."""
    file = folder / "results.json"
    kept = [each for each in json.loads(file.read_text()) if each["image_id"] not in images]
    file.write_text(json.dumps(kept))
    return sorted({each["image_id"] for each in kept})


def test_images_without_results_are_said_and_count_as_missed(evaluate, tmp_path):
    detections(0, tmp_path)
    there = silent_on(tmp_path, 9, 33)
    code, out, _ = evaluate(*DETECTION)
    assert code == 0
    found = json.loads(out)
    check_equal(found, peers("bbox"), USUAL)
    silent = 6 - len(there)
    assert found["coverage"] == {
        "covered": len(there),
        "without_predictions": silent,
        "missing": "missed",
    }
    _, out, _ = evaluate(*DETECTION[:-1])
    evaluate(*DETECTION[:-1], "--html", "a.html", "--markdown", "a.md")
    for shown in (out, Path("a.html").read_text(), Path("a.md").read_text()):
        assert (
            f"The model run covers {len(there)} of 6 tasks; for the other {silent} no "
            "predictions were submitted at all. Their truths count as missed."
        ) in " ".join(shown.split())


def test_a_file_that_covers_everything_says_so(evaluate, tmp_path):
    detections(0, tmp_path)
    rows = json.loads((tmp_path / "results.json").read_text())
    rows += [
        {"image_id": image, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.1}
        for image in (2, 10, 9, 100, 33, 7)
    ]
    (tmp_path / "results.json").write_text(json.dumps(rows))
    every = {"covered": 6, "without_predictions": 0, "missing": "missed"}
    assert json.loads(evaluate(*DETECTION)[1])["coverage"] == every
    assert "The model run covers all 6 tasks." in " ".join(evaluate(*DETECTION[:-1])[1].split())


@pytest.mark.parametrize("seed", range(6))
def test_images_without_results_may_be_left_out(evaluate, tmp_path, seed):
    detections(seed, tmp_path)
    there = silent_on(tmp_path, 9, 33)
    assert len(there) < 6
    code, out, err = evaluate(*DETECTION, "--config", "missing=left out", "--protocols")
    assert (code, err) == (0, "")
    found = json.loads(out)
    check_equal(found, peers("bbox", there), USUAL)
    assert found["protocols"]["coco"]["AP"] == pytest.approx(found["AP"], abs=1e-12)
    assert found["coverage"]["missing"] == "left out"
    document = json.loads((tmp_path / "instances.json").read_text())
    for name, key in (("images", "id"), ("annotations", "image_id")):
        document[name] = [each for each in document[name] if each[key] in there]
    (tmp_path / "instances.json").write_text(json.dumps(document))
    alone = json.loads(evaluate(*DETECTION, "--protocols")[1])
    same = {"tasks": None, "coverage": None, "files": None}
    assert {**found, **same} == {**alone, **same}


def test_a_cluster_gives_the_same_digits(evaluate, tmp_path, monkeypatch):
    detections(3, tmp_path)
    monkeypatch.setattr("linlog.cli.evaluate.SHARD", 2)
    alone = evaluate(*DETECTION)
    with dask_cluster.running() as cluster:
        assert evaluate(*DETECTION, "--compute", cluster.address) == alone
    assert alone[0] == 0
    code, _, err = evaluate(*DETECTION, "--compute", "ray://127.0.0.1:1")
    assert code == 1
    assert "addresses begin with dask://" in err


def outlined(row, chance, size, *, mask=False):
    """The row with an outline inside its box, or a mask of it."""
    left, top, width, height = row["bbox"]
    turns = np.sort(chance.uniform(0, 2 * np.pi, 8))
    x = left + width / 2 * (1 + np.cos(turns))
    y = top + height / 2 * (1 + np.sin(turns))
    path = np.stack([x, y], axis=1).ravel().tolist()
    if mask or chance.random() < 0.4 or row.get("iscrowd"):
        runs = masks.merge(masks.frPyObjects([path], *size))
        packed = runs["counts"].decode()
        runs = {"size": list(size), "counts": expanded(packed) if row.get("iscrowd") else packed}
        return {**row, "segmentation": runs}
    return {**row, "segmentation": [path]}


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("boxes", [False, True])
def test_segmentation_equals_pycocotools(evaluate, tmp_path, seed, boxes):
    detections(seed, tmp_path)
    chance, size = np.random.default_rng(seed), (500, 520)
    document = json.loads((tmp_path / "instances.json").read_text())
    results = json.loads((tmp_path / "results.json").read_text())
    for image in document["images"]:
        image["height"], image["width"] = size
    document["annotations"] = [outlined(row, chance, size) for row in document["annotations"]]
    # pycocotools measures results without a box by their packed mask alone.
    results = [outlined(row, chance, size, mask=not boxes) for row in results]
    if not boxes:
        results = [{key: row[key] for key in row if key != "bbox"} for row in results]
    (tmp_path / "instances.json").write_text(json.dumps(document))
    (tmp_path / "results.json").write_text(json.dumps(results))
    code, out, err = evaluate("--kind", "segmentation", *DETECTION[2:])
    assert (code, err) == (0, "")
    check_equal(json.loads(out), peers("segm"), USUAL)
    code, out, _ = evaluate("--kind", "semantic_segmentation", *DETECTION[2:])
    assert code == 0
    assert 0 <= json.loads(out)["mean_iou"] <= 1


def pointed(row, chance, *, truth):
    """The row with 17 points around its box, some of a truth not known."""
    left, top, width, height = row["bbox"]
    x, y = chance.uniform(0, 1, (2, 17))
    seen = chance.integers(0, 3, 17) if truth else np.ones(17)
    seen = seen * (chance.random() < 0.9) if truth else seen
    points = np.stack([(left + x * width).round(1), (top + y * height).round(1), seen], axis=1)
    found = {**row, "keypoints": points.ravel().tolist()}
    return {**found, "num_keypoints": int((seen > 0).sum())} if truth else found


@pytest.mark.parametrize("seed", range(10))
def test_keypoints_equal_pycocotools(evaluate, tmp_path, seed):
    detections(seed, tmp_path)
    chance = np.random.default_rng(seed)
    document = json.loads((tmp_path / "instances.json").read_text())
    document["annotations"] = [pointed(row, chance, truth=True) for row in document["annotations"]]
    results = []
    for row in document["annotations"]:
        found = pointed(row, chance, truth=False)
        near = np.array(row["keypoints"]).reshape(-1, 3)
        near[:, :2] += chance.normal(0, 3, (17, 2))
        found["keypoints"] = near.ravel().tolist()
        kept = ("image_id", "category_id", "keypoints", *(("bbox",) if seed % 2 else ()))
        score = round(float(chance.random()), 1)
        results.append({**{key: found[key] for key in kept}, "score": score})
    (tmp_path / "instances.json").write_text(json.dumps(document))
    (tmp_path / "results.json").write_text(json.dumps(results))
    code, out, err = evaluate("--kind", "keypoints", *DETECTION[2:])
    assert (code, err) == (0, "")
    names = ["AP", "AP50", "AP75", "APm", "APl", "AR", "AR50", "AR75", "ARm", "ARl"]
    check_equal(json.loads(out), peers("keypoints"), names)


def test_what_does_not_fit_is_refused_with_its_reason(evaluate, tmp_path):
    detections(1, tmp_path)
    clean = json.loads(evaluate(*DETECTION)[1])
    rows = json.loads((tmp_path / "results.json").read_text())
    good = {"image_id": 2, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.5}
    bad = [
        good | {"bbox": [1, 2, -3, 4]},
        good | {"bbox": [float("nan"), 2, 3, 4]},
        good | {"category_id": 99},
        good | {"image_id": 12345},
        good | {"image_id": 54321},
        good | {"score": 7},
    ]
    (tmp_path / "results.json").write_text(json.dumps([*bad, *rows]))
    code, out, err = evaluate(*DETECTION)
    found = json.loads(out)
    assert code == 3
    assert found["refused"]["count"] == 6
    counts = {each["reason"]: each["count"] for each in found["refused"]["reasons"]}
    assert counts == {
        "bbox has a negative size": 1,
        "bbox has a number that is not finite or beyond 1e+09": 1,
        "has a label that the truth does not name": 1,
        "is on nothing that the truth looks at": 2,
        "score is not from 0 to 1": 1,
    }
    assert "2 rows refused: is on nothing that the truth looks at: [3] (12345), [4] (54321)" in err
    assert found["files"][1]["read"] == len(rows)
    assert [found[name] for name in USUAL] == [clean[name] for name in USUAL]


def test_tables_name_images_by_their_files(evaluate, tmp_path):
    detections(3, tmp_path)
    code, out, err = evaluate(*DETECTION[:-1])
    assert (code, err) == (0, "")
    assert "Summary" in out
    assert "100.jpg" in out
    assert "By label" in out


def test_the_report_is_written_beside_the_numbers(evaluate, tmp_path):
    detections(3, tmp_path)
    code, out, err = evaluate(*DETECTION, "--html", "a.html", "--markdown", "a.md")
    assert code == 0
    assert json.loads(out)["kind"] == "detection"
    assert err == "written: a.md\nwritten: a.html\n"
    page = (tmp_path / "a.html").read_text()
    assert "100.jpg" in page
    assert "instances.json" in page
    assert "* iou_threshold: 0.5" in (tmp_path / "a.md").read_text()
    before = page
    evaluate(*DETECTION, "--html", "a.html")
    assert (tmp_path / "a.html").read_text() == before


def test_protocols_stand_beside_the_numbers(evaluate, tmp_path):
    detections(3, tmp_path)
    found = json.loads(evaluate(*DETECTION, "--protocols")[1])
    plain = json.loads(evaluate(*DETECTION)[1])
    assert {**found, "protocols": None, "protocol_differences": None} == {
        **plain,
        "protocols": None,
        "protocol_differences": None,
    }
    by_protocol = found["protocols"]
    for number in ("AP", "AP50"):
        assert by_protocol["coco"][number] == pytest.approx(plain[number], abs=1e-12)
    *parts, together = found["protocol_differences"].values()
    gap = by_protocol["voc_11"]["AP50"] - by_protocol["coco"]["AP50"]
    assert together["voc_11_ap50"] == pytest.approx(gap, abs=1e-12)
    assert sum(each["voc_11_ap50"] for each in parts) == pytest.approx(gap, abs=1e-12)
    drawn = evaluate(*DETECTION[:-1], "--protocols")[1]
    for title in ("Summary", "The same predictions by protocol", "What makes them differ"):
        assert title in drawn
    code, _, err = evaluate("--kind", "classification", "--truth", "none.csv", "--protocols")
    assert (code, err) == (
        1,
        "linlog: --protocols: protocols judge detection and segmentation, not classification\n",
    )


def named(folder, name, change):
    """A copy of the files of `detections` in which a function changes the annotations and results.

    It gets a row, and the name of its label; it gives the name of its new label, or None to leave
    the row out.
    """
    folder.joinpath(name).mkdir()
    document = json.loads((folder / "instances.json").read_text())
    old = {each["id"]: each["name"] for each in document["categories"]}
    results = json.loads((folder / "results.json").read_text())
    found = [
        [(row, word) for row in rows if (word := change(row, old[row["category_id"]])) is not None]
        for rows in (document["annotations"], results)
    ]
    new = sorted({word for rows in found for _, word in rows})
    document["categories"] = [{"id": at, "name": word} for at, word in enumerate(new, 1)]
    truths, said = (
        [{**row, "category_id": new.index(word) + 1} for row, word in rows] for rows in found
    )
    document["annotations"] = truths
    (folder / name / "instances.json").write_text(json.dumps(document))
    (folder / name / "results.json").write_text(json.dumps(said))
    return [
        *("--kind", "detection", "--truth", f"{name}/instances.json"),
        *("--predictions", f"{name}/results.json", "--json", "--protocols"),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_labels_are_read_otherwise(evaluate, tmp_path, seed):
    detections(seed, tmp_path)
    names = {"cat": "pet", "dog": "pet", "fox": None}
    directly = named(tmp_path, "renamed", lambda _, label: names.get(label, label))
    wanted = json.loads(evaluate(*directly)[1])
    options = ("--label", "cat=pet", "--label", "dog=pet", "--label", "fox=")
    found = json.loads(evaluate(*DETECTION, "--protocols", *options)[1])
    # Where foxes were all that was found, a file without them is silent; one with them is not.
    same = {"files": None, "coverage": None}
    assert {**found, **same} == {**wanted, **same}
    drawn = evaluate(*DETECTION[:-1], *options)[1]
    assert "Labels are read so: cat, dog as pet. Left out, truths and predictions" in drawn


@pytest.mark.parametrize("seed", range(4))
def test_a_slice_is_judged_alone(evaluate, tmp_path, seed):
    detections(seed, tmp_path)
    document = json.loads((tmp_path / "instances.json").read_text())
    for image in document["images"]:
        image["attributes"] = {"night": image["id"] > 9}
    (tmp_path / "instances.json").write_text(json.dumps(document))
    found = json.loads(evaluate(*DETECTION, "--protocols", "--slice", "night=true")[1])
    document["images"] = [each for each in document["images"] if each["id"] > 9]
    (tmp_path / "instances.json").write_text(json.dumps(document))
    alone = named(tmp_path, "alone", lambda row, label: label if row["image_id"] > 9 else None)
    wanted = json.loads(evaluate(*alone)[1])
    assert {**found, "files": None} == {**wanted, "files": None}
    assert found["tasks"] == len(document["images"])


def test_a_query_takes_what_the_file_knows(evaluate, tmp_path):
    detections(2, tmp_path)
    document = json.loads((tmp_path / "instances.json").read_text())
    for image in document["images"]:
        image["attributes"] = {"night": image["id"] > 9}
    (tmp_path / "instances.json").write_text(json.dumps(document))
    said = {category["id"]: category["name"] for category in document["categories"]}
    rows = document["annotations"]
    sizes = {(said[row["category_id"]], row["image_id"], row["area"]) for row in rows}
    some = next(iter(sorted({label for label, _, _ in sizes})))
    having = {image for label, image, _ in sizes if label == some}
    small = {image for label, image, area in sizes if label == some and area < 900}
    images = {image["id"] for image in document["images"]}
    for query, expected in {
        f"label:{some}": having,
        f"-label:{some}": images - having,
        f"annotation(label:{some} area<900)": small,
        "metadata.night=true": {each for each in images if each > 9},
        "annotations>=1": {image for _, image, _ in sizes},
        "image.width>0 any()": set(),
    }.items():
        code, out, err = evaluate(*DETECTION, "--slice", query)
        if not expected:
            assert (code, "takes no task of instances.json" in err) == (1, True)
            continue
        assert (code, json.loads(out)["tasks"]) == (0, len(expected)), query
    by_word, by_query = (
        json.loads(evaluate(*DETECTION, "--slice", word)[1])
        for word in ("night=true", "metadata.night=true")
    )
    assert by_word == by_query
    code, _, err = evaluate(*DETECTION, "--slice", "label:cat lable:dog")
    assert code == 1
    assert err.splitlines()[-2:] == ["  label:cat lable:dog", "            ^"]
    assert "did you mean label? (at character 11)" in err
    code, _, err = evaluate(*DETECTION, "--slice", "outcome:missed")
    assert (code, "asked of an evaluation on a server" in err) == (1, True)


def test_slices_of_files_are_named_in_a_file(evaluate, tmp_path):
    detections(3, tmp_path)
    (tmp_path / "slices.json").write_text(json.dumps({"2": "night", "9.jpg": ["night", "rain"]}))
    ran = evaluate(*DETECTION[:-1], "--slice", "night", "--slices", "slices.json")
    assert "Only tasks of the slice night. These are 2 of 6 tasks." in ran[1]
    for options, said in {
        ("--slices", "slices.json"): "say which of them count with --slice",
        ("--slice", "snow", "--slices", "slices.json"): "one of night, rain, not 'snow'",
        ("--label", "wolf=dog"): "nothing is called 'wolf'; there are cat",
        ("--label", "cat=pet", "--lvis"): "leave out --label",
    }.items():
        code, _, err = evaluate(*DETECTION, *options)
        assert (code, said in err) == (1, True), err


def test_settings_are_those_of_the_kind(evaluate, tmp_path):
    detections(3, tmp_path)
    loose, strict = (
        json.loads(evaluate(*DETECTION, "--config", f"iou_threshold={value}")[1])["hits"]
        for value in (0.5, 0.9)
    )
    assert strict < loose
    code, _, err = evaluate(*DETECTION, "--config", "iou=0.5")
    assert code == 1
    assert "--config takes NAME=VALUE with NAME one of iou_threshold" in err
    code, _, err = evaluate(*DETECTION, "--config", "iou_threshold=much")
    assert code == 1
    assert "--config is wrong" in err


def tagged(seed, folder):
    """Random tags of a truth and of a system, well formed."""
    chance = np.random.default_rng(seed)

    def tags():
        found, label = [], None
        for _ in range(20):
            label = chance.choice(["a", "b"]) if chance.random() < 0.3 else label
            if label is None or chance.random() < 0.3:
                label = None
                found.append("O")
            else:
                carried_on = found and found[-1][2:] == label and chance.random() < 0.6
                found.append(f"{'I' if carried_on else 'B'}-{label}")
        return found

    truth = [tags() for _ in range(30)]
    said = [
        [tag if chance.random() < 0.8 else other for tag, other in zip(one, tags(), strict=True)]
        for one in truth
    ]
    said = [mended(one) for one in said]
    for name, texts in (("gold.conll", truth), ("system.conll", said)):
        lines = ("\n".join(f"w{at}\tx\t{tag}" for at, tag in enumerate(one)) for one in texts)
        (folder / name).write_text("\n\n".join(lines) + "\n")
    return truth, said


def mended(tags):
    """The tags, each I- that carries on nothing made a B-."""
    before = "O"
    found = []
    for tag in tags:
        stray = tag.startswith("I-") and before[2:] != tag[2:]
        before = f"B-{tag[2:]}" if stray else tag
        found.append(before)
    return found


SPANS = ("--kind", "spans", "--truth", "gold.conll", "--predictions", "system.conll", "--json")


@pytest.mark.parametrize("seed", range(12))
def test_spans_equal_seqeval(evaluate, tmp_path, seed):
    truth, said = tagged(seed, tmp_path)
    code, out, err = evaluate(*SPANS)
    assert (code, err) == (0, "")
    found = json.loads(out)
    expected = classification_report(truth, said, output_dict=True, zero_division=0)
    for place, key in ((found, "micro avg"), *((found["labels"][name], name) for name in "ab")):
        for name in ("precision", "recall"):
            assert place[name] == pytest.approx(expected[key][name], abs=1e-12)
        assert place["f1"] == pytest.approx(expected[key]["f1-score"], abs=1e-12)


def test_broken_tags_are_refused_with_their_line(evaluate, tmp_path):
    (tmp_path / "gold.conll").write_text("a\tB-x\nb\tO\n")
    (tmp_path / "system.conll").write_text("a\tB-x\nb\tI-y\n")
    code, out, err = evaluate(*SPANS)
    assert code == 3
    assert json.loads(out)["f1"] == 1
    assert err == "system.conll: 1 row refused: I- without a beginning: system.conll:2 (I-y)\n"


@pytest.mark.parametrize(
    ("system", "message"),
    [
        ("a\tO\n", "text at line 1, has 2 tokens; system.conll, text at line 1, has 1"),
        ("a\tO\nb\tO\n\nc\tO\n", "gold.conll has 1 texts, system.conll has 2"),
        ("a\tO\nb\n", "system.conll:2: expected a token and"),
    ],
)
def test_texts_that_do_not_belong_together_give_no_numbers(evaluate, tmp_path, system, message):
    (tmp_path / "gold.conll").write_text("a\tB-x\nb\tO\n")
    (tmp_path / "system.conll").write_text(system)
    code, out, err = evaluate(*SPANS)
    assert (code, out) == (1, "")
    assert message in err


def test_other_tokens_are_said(evaluate, tmp_path):
    (tmp_path / "gold.conll").write_text("A\tB-x\n")
    (tmp_path / "system.conll").write_text("a\tB-x\n")
    code, _, err = evaluate(*SPANS)
    assert code == 0
    assert "tokens are written otherwise in 1 texts" in err


CLASSES = ("cat", "dog", "fox")


def labelled(seed, folder, *, apart):
    """Random truths and confidences as CSV, in one file or in two."""
    chance = np.random.default_rng(seed)
    truth = chance.choice(CLASSES, 80)
    shares = chance.dirichlet([0.7] * 3, 80)
    rows = [f"{at},{one}" for at, one in enumerate(truth)]
    scores = [",".join(map(repr, row.tolist())) for row in shares]
    header = ",".join(f"confidence_{name}" for name in CLASSES)
    if apart:
        (folder / "truth.csv").write_text("id,label\n" + "\n".join(rows) + "\n")
        said = [f"{at},{row}" for at, row in enumerate(scores)]
        chance.shuffle(said)
        (folder / "said.csv").write_text(f"id,{header}\n" + "\n".join(said) + "\n")
    else:
        both = [f"{row},{score}" for row, score in zip(rows, scores, strict=True)]
        (folder / "truth.csv").write_text(f"id,truth,{header}\n" + "\n".join(both) + "\n")
    return truth, shares


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_classification_equals_scikit_learn(evaluate, tmp_path, seed, apart):
    truth, shares = labelled(seed, tmp_path, apart=apart)
    said = ("--predictions", "said.csv") if apart else ()
    code, out, err = evaluate("--kind", "classification", "--truth", "truth.csv", *said, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    top = np.array(CLASSES)[shares.argmax(axis=1)]
    assert found["accuracy"] == pytest.approx(metrics.accuracy_score(truth, top), abs=1e-12)
    expected = metrics.f1_score(truth, top, average="macro")
    assert found["f1"] == found["f1_macro"] == pytest.approx(expected, abs=1e-12)
    expected = metrics.roc_auc_score(truth, shares, multi_class="ovr", labels=CLASSES)
    assert found["roc_auc_macro"] == pytest.approx(expected, abs=1e-12)
    expected = metrics.log_loss(truth, shares, labels=CLASSES)
    assert found["log_loss"] == pytest.approx(expected, abs=1e-12)
    assert found["labels"].keys() == set(CLASSES)


def test_rows_of_nothing_known_are_refused_and_missing_ones_counted(evaluate, tmp_path):
    (tmp_path / "truth.csv").write_text("id,label\n1,cat\n2,cat\n")
    (tmp_path / "said.csv").write_text("id,label\n1,cat\n3,cat\n")
    command = ("--kind", "classification", "--truth", "truth.csv", "--predictions", "said.csv")
    code, out, err = evaluate(*command, "--json")
    assert code == 3
    assert "is on nothing that the truth looks at: said.csv:3 (3)" in err
    assert json.loads(out)["accuracy"] == 0.5
    assert json.loads(out)["unanswered"] == 1
    code, out, _ = evaluate(*command, "--json", "--config", "missing=left out")
    assert json.loads(out)["accuracy"] == 1


def test_two_files_of_rows_need_ids(evaluate, tmp_path):
    (tmp_path / "truth.csv").write_text("label\ncat\n")
    (tmp_path / "said.csv").write_text("label\ncat\n")
    command = ("--kind", "classification", "--truth", "truth.csv", "--predictions", "said.csv")
    code, _, err = evaluate(*command)
    assert code == 1
    assert "truth.csv: two files are joined by their ids; add a column called id" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--kind", "poetry", "--truth", "a"),
            "no files are read for 'poetry'; expected detection",
        ),
        (("--kind", "spans", "--truth", "none.conll"), "two files; give both"),
        (("--kind", "classification", "--truth", "none.csv"), "No such file"),
    ],
)
def test_what_cannot_be_read_is_one_line(evaluate, arguments, message):
    code, out, err = evaluate(*arguments)
    assert (code, out) == (1, "")
    assert message in err
    assert len(err.splitlines()) == 1


def test_without_numpy_it_says_what_to_type():
    code = (
        "import sys; sys.modules['numpy'] = None; "
        "sys.argv = ['linlog', 'evaluate', '--kind', 'spans', '--truth', 'a']; "
        "from linlog.cli import main; main.main()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, cwd=ROOT
    )
    assert ran.returncode == 1
    assert ran.stderr.splitlines() == [
        'linlog: this needs packages that are not installed: pip install "linlog[evaluation]"'
    ]


LABELS = ("cat", "dog", "fox", "owl")


def federated(seed, folder):
    """Random files of LVIS with whole pixels, as boxes and their outlines; the same as items."""
    chance = np.random.default_rng(seed)
    images, annotations, results, items = [], [], [], []
    frequency = dict(zip(LABELS, chance.choice(["r", "c", "f"], 4).tolist(), strict=True))
    for image in (30, 4, 200):
        absent, partly = ([at for at in range(1, 5) if chance.random() < 0.3] for _ in range(2))
        images.append(
            {"id": image, "height": 400, "width": 400, "neg_category_ids": absent,
             "not_exhaustive_category_ids": partly}
        )  # fmt: skip
        truths, found = [], []
        for _ in range(chance.integers(0, 8)):
            box = [*chance.integers(0, 200, 2).tolist(), *chance.integers(5, 150, 2).tolist()]
            label = int(chance.integers(1, 5))
            annotations.append(entry(image, label, box) | {"id": len(annotations) + 1})
            truths.append(Truth(f"a{len(annotations)}", LABELS[label - 1], Box(*map(float, box))))
            for _ in range(chance.integers(0, 4)):
                near = (np.array(box) + chance.integers(-4, 5, 4)).clip(1, None).tolist()
                said = int(chance.integers(1, 5)) if chance.random() < 0.2 else label
                score = round(float(chance.random()), 2)
                results.append(entry(image, said, near) | {"score": score})
                found.append(Prediction("pr", LABELS[said - 1], Box(*map(float, near)), score))
        items.append(Item(f"{image:03d}", tuple(truths), tuple(found)))
    categories = [
        {"id": at, "name": name, "frequency": frequency[name]} for at, name in enumerate(LABELS, 1)
    ]
    document = {"images": images, "annotations": annotations, "categories": categories}
    (folder / "instances.json").write_text(json.dumps(document))
    (folder / "results.json").write_text(json.dumps(results))
    words = {"r": "rare", "c": "common", "f": "frequent"}
    federation = lvis.Federation(
        absent={f"{e['id']:03d}": {LABELS[at - 1] for at in e["neg_category_ids"]} for e in images},
        partly_marked={
            f"{e['id']:03d}": {LABELS[at - 1] for at in e["not_exhaustive_category_ids"]}
            for e in images
        },
        frequency={name: words[letter] for name, letter in frequency.items()},
    )
    return items, federation


def entry(image, label, box):
    left, top, width, height = box
    right, bottom = left + width, top + height
    outline = [[left, top, right, top, right, bottom, left, bottom]]
    return {"image_id": image, "category_id": label, "bbox": box, "area": width * height,
            "segmentation": outline}  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_lvis_files_have_the_numbers_of_lvis(evaluate, tmp_path, seed):
    expected = restated(*federated(seed, tmp_path))
    code, out, err = evaluate(*DETECTION, "--lvis")
    assert (code, err) == (0, "")
    named = {
        name: float("nan") if value is None else value
        for name, value in json.loads(out)["lvis"].items()
    }
    assert named == pytest.approx(expected, abs=1e-12, nan_ok=True)
    regions = evaluate("--kind", "segmentation", *DETECTION[2:], "--lvis")
    assert json.loads(regions[1])["lvis"] == json.loads(out)["lvis"]


def test_the_json_says_what_errors_cost(evaluate, tmp_path):
    detections(4, tmp_path)
    found = json.loads(evaluate(*DETECTION)[1])["errors"]
    assert found["none"]["AP"] > 0
    assert found["miss"]["count"] > 0
    assert found["loc"]["AP"] == pytest.approx(found["none"]["AP"] + found["loc"]["ap_lost"])


def test_lvis_is_part_of_the_report(evaluate, tmp_path):
    federated(3, tmp_path)
    code, out, _ = evaluate(*DETECTION[:-1], "--lvis")
    assert code == 0
    assert "LVIS" in out
    assert "AR@300" in out


def test_lvis_needs_files_of_lvis(evaluate, tmp_path):
    detections(1, tmp_path)
    code, _, err = evaluate(*DETECTION, "--lvis")
    assert code == 1
    assert "instances.json does not look like LVIS" in err
    code, _, err = evaluate("--kind", "keypoints", *DETECTION[2:], "--lvis")
    assert code == 1
    assert "--lvis judges detection and segmentation, not 'keypoints'" in err


def test_lvis_frequencies_are_letters(evaluate, tmp_path):
    federated(1, tmp_path)
    path = tmp_path / "instances.json"
    document = json.loads(path.read_text())
    document["categories"][0]["frequency"] = "often"
    path.write_text(json.dumps(document))
    code, _, err = evaluate(*DETECTION, "--lvis")
    assert code == 1
    assert "the frequency of a category is r, c or f, not often" in err
