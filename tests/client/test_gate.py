"""`linlog gate`: exit codes, files for a build server, with files and with a server."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from tests.factories import datasets, model_runs, models, predictions


@pytest.fixture
def gate(monkeypatch, command, tmp_path):
    """Runs the command in this process: the exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        ran = command("gate", *arguments)
        return ran.code, ran.out, ran.err

    return run


def write(folder, images, finding):
    """COCO files: one of truth, and one of results for each share of boxes that is found."""
    chance = np.random.default_rng(0)
    boxes = [
        {"image_id": image, "category_id": 1, "bbox": [*chance.uniform(0, 200, 2), 40.0, 30.0]}
        for image in range(1, images + 1)
        for _ in range(2)
    ]
    truth = {
        "images": [{"id": image} for image in range(1, images + 1)],
        "categories": [{"id": 1, "name": "cell"}],
        "annotations": [
            {"id": at, "area": 1200.0, "iscrowd": 0, **box} for at, box in enumerate(boxes, 1)
        ],
    }
    (folder / "truth.json").write_text(json.dumps(truth))
    for name, share in finding.items():
        luck = np.random.default_rng(1)
        found = [{**box, "score": 0.9} for box in boxes if luck.random() < share]
        (folder / f"{name}.json").write_text(json.dumps(found))


FILES = ("--kind", "detection", "--truth", "truth.json")


def of(candidate, baseline):
    return ("--candidate", f"{candidate}.json", "--baseline", f"{baseline}.json", *FILES)


def test_a_drop_that_is_proven_is_1(gate, tmp_path):
    write(tmp_path, 60, {"v12": 0.9, "v13": 0.6})
    code, out, err = gate(*of("v13", "v12"), "--metric", "map", "--max-drop", "0.005")
    silent = 60 - len({each["image_id"] for each in json.loads(Path("v13.json").read_text())})
    assert silent
    said = f"v13.json has no results for {silent} of 60 images: taken as looked at and empty."
    assert code == 1
    assert said in err
    assert out.startswith("failed: mAP changed by -0.")
    code, out, _ = gate(*of("v12", "v13"), "--metric", "map", "--max-drop", "0.005")
    assert code == 0
    assert out.startswith("passed: mAP changed by +0.")


def test_silence_is_a_drop_unless_it_is_left_out(gate, tmp_path):
    write(tmp_path, 60, {"v12": 0.9})
    found = json.loads((tmp_path / "v12.json").read_text())
    spoken = [each for each in found if each["image_id"] % 3]
    (tmp_path / "v13.json").write_text(json.dumps(spoken))
    asked = (*of("v13", "v12"), "--metric", "map", "--max-drop", "0.005", "--json")
    code, out, err = gate(*asked, "--markdown", "gate.md")
    assert code == 1
    assert json.loads(out)["metric"]["difference"] < -0.2
    silent = 60 - len({each["image_id"] for each in spoken})
    said = f"v13.json has no results for {silent} of 60 images: taken as looked at and empty."
    assert said in err
    assert said in json.loads(out)["note"]
    assert said in (tmp_path / "gate.md").read_text()
    code, out, err = gate(*asked, "--config", "missing=left out")
    assert (code, err) == (3, "")
    found = json.loads(out)
    assert found["metric"]["difference"] == 0
    assert found["note"].startswith("On the 40 tasks that all model runs cover. Left out: 20 tasks")


def test_files_that_name_every_image_take_nothing_for_granted(gate, tmp_path):
    write(tmp_path, 20, {"v12": 1.0})
    code, out, err = gate(*of("v12", "v12"), "--metric", "map", "--max-drop", "0.5", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["note"].startswith("On the 20 tasks that all model runs cover.")


def test_a_number_has_the_name_that_evaluate_gives_it_too(gate, tmp_path):
    write(tmp_path, 30, {"v12": 0.9, "v13": 0.6})
    for own, usual in (("map", "AP"), ("ap50", "AP50"), ("map_small", "APs"), ("ar100", "AR100")):
        asked = [
            gate(*of("v13", "v12"), "--metric", name, "--max-drop", "0.005", "--json")
            for name in (own, usual)
        ]
        assert asked[0] == asked[1]
        assert json.loads(asked[0][1])["metric"]["name"] == own


def test_what_few_images_cannot_tell_is_3(gate, tmp_path):
    write(tmp_path, 8, {"v12": 0.9, "v13": 0.7})
    code, out, _ = gate(*of("v13", "v12"), "--metric", "recall", "--max-drop", "0.05")
    assert code == 3
    assert "More tasks would tell" in out


def test_one_image_is_never_enough(gate, tmp_path):
    write(tmp_path, 1, {"v12": 1.0, "v13": 0.0})
    for pair in (of("v12", "v12"), of("v13", "v12"), of("v12", "v13")):
        assert gate(*pair, "--metric", "map", "--max-drop", "0.005")[0] == 3


def test_files_for_a_build_server(gate, tmp_path):
    write(tmp_path, 60, {"v12": 0.9, "v13": 0.6})
    wanted = ("--metric", "map", "--junit", "gate.xml", "--markdown", "gate.md", "--json")
    for pair, failures in ((of("v13", "v12"), "1"), (of("v12", "v13"), "0")):
        _, out, _ = gate(*pair, *wanted)
        suite = ET.parse(tmp_path / "gate.xml").getroot()
        assert (suite.tag, suite.get("tests"), suite.get("failures")) == (
            "testsuite",
            "1",
            failures,
        )
        assert len(suite.findall("testcase/failure")) == int(failures)
        decision = json.loads(out)
        assert suite.find("testcase/system-out").text == decision["reason"]
        text = (tmp_path / "gate.md").read_text()
        assert decision["reason"] in text
        assert "| Tasks | 60 |" in text
    gate(*of("v12", "v12"), *wanted[:-1], "--max-drop", "0.01")
    suite = ET.parse(tmp_path / "gate.xml").getroot()
    assert (suite.get("skipped"), len(suite.findall("testcase/skipped"))) == ("1", 1)


def told(folder, images):
    """Every third image is by night, the rest by day; two cameras, both on every tenth."""
    truth = json.loads((folder / "truth.json").read_text())
    for image in truth["images"]:
        at = image["id"]
        image["file_name"] = f"{at:03d}.jpg"
        image["attributes"] = {"night": at % 3 == 0, "camera": ["left", "right"][at % 2 :]}
        image["metadata"] = {"site": at % 2}
    (folder / "truth.json").write_text(json.dumps(truth))
    named = {f"{at:03d}.jpg": "dark" if at % 3 == 0 else ["light"] for at in range(1, images + 1)}
    (folder / "slices.json").write_text(json.dumps({**named, "1": "first"}))


def test_files_are_judged_slice_by_slice(gate, tmp_path):
    write(tmp_path, 90, {"v12": 0.9, "v13": 0.9})
    told(tmp_path, 90)
    results = json.loads((tmp_path / "v13.json").read_text())
    by_day = [each for each in results if each["image_id"] % 3]
    (tmp_path / "v13.json").write_text(json.dumps(by_day))
    asked = (*of("v13", "v12"), "--metric", "recall", "--max-drop", "0.1", "--json")
    for word, tasks in (("night=true", 30), ("camera=left", 45), ("site=1", 45), ("site=7", 0)):
        code, out, err = gate(*asked, "--slice", word)
        if not tasks:
            assert (code, out) == (2, "")
            assert f"the slice '{word}' takes no task of truth.json" in err
            continue
        found = json.loads(out)
        assert (found["slice"], found["tasks"]) == (word, tasks)
    code, out, _ = gate(*asked, "--slice", "night=true", "--slice", "night=false")
    assert code == 1
    night, day = json.loads(out)["slices"]
    assert (night["outcome"], day["outcome"]) == ("failed", "passed")
    assert (night["alpha"], day["tasks"]) == (0.025, 60)
    code, out, _ = gate(*asked, "--slices", "slices.json")
    by_name = {each["slice"]: each for each in json.loads(out)["slices"]}
    assert {name: each["tasks"] for name, each in by_name.items()} == {
        "dark": 30,
        "first": 1,
        "light": 60,
    }
    assert by_name["dark"]["metric"]["second"] == night["metric"]["second"] == 0
    code, out, _ = gate(*asked, "--slices", "slices.json", "--slice", "light")
    assert (code, json.loads(out)["slice"]) == (0, "light")


def test_names_that_the_truth_does_not_look_at_are_said(gate, tmp_path):
    write(tmp_path, 9, {"v12": 0.9})
    (tmp_path / "slices.json").write_text(json.dumps({"1": "dark", "elsewhere.jpg": "dark"}))
    asked = (*of("v12", "v12"), "--metric", "recall", "--slices", "slices.json")
    assert "nothing in truth.json is called elsewhere.jpg" in gate(*asked)[2]
    for wrong, said in (("[1]", "must be an object"), ('{"1": 3}', "not 3"), ("{", "is no JSON")):
        (tmp_path / "slices.json").write_text(wrong)
        code, _, err = gate(*asked)
        assert code == 2
        assert said in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--metric", "mapp"), "no number is called 'mapp'; it is one of map, ap50"),
        (("--metric", "map", "--alpha", "0.7"), "alpha must be above 0 and below 0.5"),
        (("--metric", "map", "--max-drop", "-1"), "at least 0 and below 1"),
        (
            ("--metric", "map", "--slice", "s_1"),
            "--slice is a query, KEY=VALUE of an image or a name in",
        ),
        (("--metric", "map", "--slice", "sky=dark"), "nothing in truth.json has the attribute"),
        (("--metric", "map", "--slices", "nowhere.json"), "nowhere.json"),
        (("--metric", "map", "--config", "iou=1"), "--config takes NAME=VALUE"),
        (("--metric", "map", "--kind", "boxes"), "--kind must be one of detection"),
        (("--metric", "map", "--baseline", "nowhere.json"), "nowhere.json"),
    ],
)
def test_what_cannot_be_compared_is_2(gate, tmp_path, arguments, said):
    write(tmp_path, 8, {"v12": 0.9, "v13": 0.7})
    code, out, err = gate(*of("v13", "v12"), *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_missing_option_is_2_too(gate):
    assert gate("--candidate", "x", "--baseline", "y")[0] == 2


def test_versions_of_a_server_go_by_name(gate, client, busy_server, monkeypatch):
    dataset = datasets.create(client, 8)
    model = models.create(client, name="finder")
    for name in ("v12", "v13"):
        version = client.model_versions.create(model.id, name)
        run = model_runs.create(client, dataset_id=dataset.id, version_id=version.id)
        predictions.on_all(client, run)
        made = client.evaluations.wait(client.evaluations.create(run.id).id)
    monkeypatch.setattr("linlog.client.client.LinLogClient", busy_server.client)
    for candidate in ("v13", "finder/v13", made.model_version_id, made.id):
        code, out, _ = gate("--candidate", candidate, "--baseline", "v12", "--metric", "map")
        assert (code, out.partition(":")[0]) == (3, "too thin")
    code, _, err = gate("--candidate", "v14", "--baseline", "v12", "--metric", "map")
    assert (code, err) == (2, "linlog: no finished evaluation is of the model version 'v14'\n")
    other = client.model_versions.create(models.create(client, name="other").id, "v13")
    run = model_runs.create(client, dataset_id=dataset.id, version_id=other.id)
    predictions.on_all(client, run)
    client.evaluations.wait(client.evaluations.create(run.id).id)
    _, _, err = gate("--candidate", "v13", "--baseline", "v12", "--metric", "map")
    assert "say one of finder/v13, other/v13" in err


def test_of_versions_the_newest_that_are_alike_are_compared(gate, client, busy_server, monkeypatch):
    """The newest of the baseline is of another dataset, which the candidate never saw."""
    tested, other = (datasets.create(client, size) for size in (8, 3))
    model, made = models.create(client, name="finder"), {}
    versions = {name: client.model_versions.create(model.id, name).id for name in ("v12", "v13")}
    for name, dataset in (("v12", tested), ("v13", tested), ("v12", other)):
        run = model_runs.create(client, dataset_id=dataset.id, version_id=versions[name])
        predictions.on_all(client, run)
        made[name, dataset.id] = client.evaluations.wait(client.evaluations.create(run.id).id)
    monkeypatch.setattr("linlog.client.client.LinLogClient", busy_server.client)
    asked = ("--candidate", "v13", "--baseline", "v12", "--metric", "map")
    code, out, err = gate(*asked, "--json")
    assert (code, json.loads(out)["tasks"]) == (3, 8)
    baseline, candidate = made["v12", tested.id], made["v13", tested.id]
    assert err == (
        f"v12: evaluation {baseline.id} on {baseline.dataset_name}\n"
        f"v13: evaluation {candidate.id} on {candidate.dataset_name}\n"
    )
    query = {"field": "annotation.label", "op": "is", "value": "of nobody"}
    nobody = client.slices.create(tested.id, "nobody", query)
    code, out, _ = gate(*asked, "--slice", nobody.id, "--json")
    assert (code, json.loads(out)["tasks"]) == (3, 0)
    assert (json.loads(out)["slice"], json.loads(out)["alpha"]) == ("nobody", 0.05)
    everybody = client.slices.create(tested.id, "everybody", {"all": []})
    both = ("--slice", nobody.id, "--slice", everybody.id)
    code, out, _ = gate(*asked, *both, "--json", "--junit", "gate.xml", "--markdown", "gate.md")
    told = json.loads(out)
    assert (code, told["outcome"]) == (3, "too thin")
    assert [(each["slice"], each["tasks"], each["alpha"]) for each in told["slices"]] == [
        ("nobody", 0, 0.025),
        ("everybody", 8, 0.025),
    ]
    cases = ET.parse("gate.xml").getroot().findall("testcase")
    assert [each.get("name") for each in cases] == [
        "v13 may follow v12 on nobody",
        "v13 may follow v12 on everybody",
    ]
    assert Path("gate.md").read_text().count("| Slice |") == 2
    out = gate(*asked, *both)[1]
    assert [line.partition(":")[0] for line in out.splitlines()] == ["nobody", "everybody"]
    only_there = made["v12", other.id].id
    code, _, err = gate("--candidate", "v13", "--baseline", only_there, "--metric", "map")
    assert code == 2
    assert "share no task" in err
