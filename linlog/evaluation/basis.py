"""What numbers stand on where that is not how they were first made: in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from linlog.wire.blocks import Basis


def block(sentences: Sequence[str], taken: int, of: int, *, some: bool) -> Basis | None:
    """The block that says it; None where there is nothing to say.

    `taken` of `of` tasks count; `some` says whether anything asked for that.
    """
    if not sentences:
        return None
    counted = [f"These are {taken:,} of {of:,} tasks."] if some else []
    text = " ".join([*sentences, *counted])
    return Basis(name="basis", title="What the numbers stand on", text=text, tasks=taken, of=of)


def threshold(value: float) -> str:
    """A threshold as texts have it, with two places or as many as it needs: 0.50, 0.333."""
    return f"{value:.2f}" if round(value, 2) == round(value, 6) else f"{value:g}"


def thresholds_said(*, confidence: float | None, iou: float | None, oks: float | None) -> list[str]:
    """From where predictions count, and from where they are in the place of a truth."""
    given = (("Confidence", confidence), ("IoU", iou), ("OKS", oks))
    return [f"{title} from {threshold(value)}." for title, value in given if value is not None]


def labels_said(names: Mapping[str, str | None]) -> list[str]:
    """Which labels are called otherwise, and which are left out."""
    joined: dict[str, list[str]] = {}
    left_out = []
    for old, new in sorted(names.items()):
        if new is None:
            left_out.append(old)
        else:
            joined.setdefault(new.strip(), []).append(old)
    said = "; ".join(f"{', '.join(olds)} as {new}" for new, olds in sorted(joined.items()))
    return [
        *([f"Labels are read so: {said}."] if said else []),
        *([f"Left out, truths and predictions alike: {', '.join(left_out)}."] if left_out else []),
    ]
