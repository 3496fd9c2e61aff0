"""Files of each format for its contract, written with so many rows, every fifth of them bad."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sample:
    """How a format's files are written, and what there is in them."""

    shape: str
    write: Callable[[Path, int], None]
    """Into a file, with so many rows; those whose number divides by 5 are bad."""
    breaks_off: bool = True
    """Whether half of such a file is broken."""


def write_coco(path: Path, rows: int) -> None:
    """Instances, an annotation a row, those on one long line as tools write them."""
    annotations = [
        {
            "id": row,
            "image_id": row % 7,
            "category_id": 1 + row % 2,
            "bbox": [1.5, 2, -3 if row % 5 == 0 else 3, 4],
            "note": 'a "}], [{" in a text',
        }
        for row in range(rows)
    ]
    document = {
        "info": {"description": '} ] \\ " {', "nested": [{"deep": [[], {}]}]},
        "annotations": annotations,
        "images": [{"id": at, "file_name": f"{at}.jpg"} for at in range(7)],
        "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}],
    }
    path.write_text(json.dumps(document))


def write_conll(path: Path, rows: int) -> None:
    """A text of two tokens a row."""
    with path.open("w") as file:
        for row in range(rows):
            file.write(f"word\t{'I-PER' if row % 5 == 0 else 'B-PER'}\nmore\tO\n\n")


def write_csv(path: Path, rows: int) -> None:
    """A row a row."""
    with path.open("w") as file:
        file.write("id,truth,prediction,confidence\n")
        for row in range(rows):
            file.write(f"{row},cat,dog,0.5{',more' if row % 5 == 0 else ''}\n")


SAMPLES = {
    "coco": Sample("box", write_coco),
    "conll": Sample("span", write_conll, breaks_off=False),
    "csv": Sample("whole", write_csv, breaks_off=False),
}
