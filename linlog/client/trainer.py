"""The trainer: follows one training run, and never raises into it nor makes it wait."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from linlog import errors, ids
from linlog.client import plain, sender
from linlog.client.journal.lanes import Lane
from linlog.client.journal.quick import Log, log_writer
from linlog.client.resources.log_entries import LogStream
from linlog.wire import codec
from linlog.wire.evaluations import Evaluation
from linlog.wire.log_entries import LARGEST_STEP
from linlog.wire.model_runs import Coverage
from linlog.wire.model_versions import ModelVersion

if TYPE_CHECKING:
    from linlog.client.client import LinLogClient

_HOW_TO_CREATE: Final = (
    "Create a model once with client.create_model('its name') and pass the id that it returns; "
    "client.get_models() lists those there are."
)


class ModelTrainer:
    """Logs a training run, and starts the metrics of its predictions when it is over.

    >>> trainer = ModelTrainer(client)                                  # doctest: +SKIP
    >>> trainer.init(model_id, "small-1", config={"lr": 0.001})         # doctest: +SKIP
    >>> for epoch in range(10):                                         # doctest: +SKIP
    ...     trainer.log({"loss": train_one_epoch()})
    >>> trainer.finish(wait=True)                                       # doctest: +SKIP

    As a context manager it finishes when its block ends normally.
    """

    _version: ModelVersion | None
    _stream: LogStream | None
    _lane: Lane | None
    _quick: Log | None

    def __init__(self, client: LinLogClient) -> None:
        self._client = client
        self._sender = client._sender  # noqa: SLF001 - the client's own delivery
        # A handler of signals may log while the thread that it interrupts is logging.
        self._lock = threading.RLock()
        self._begin(None)
        self.evaluations: tuple[Evaluation, ...] = ()
        """What `finish` started, or waited for."""

    def __repr__(self) -> str:
        version = self._version
        return f"ModelTrainer({f'{version.model_name} {version.name}' if version else 'not begun'})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None and self._version is not None:
            self.finish()
        elif kind is not None:
            # The block's own error is what matters; the log is delivered as far as it goes.
            with contextlib.suppress(errors.LinLogError):
                self._client.flush()

    @property
    def version(self) -> ModelVersion:
        """The model version that is being trained."""
        if self._version is None:
            raise errors.ConfigError("training has not begun: call trainer.init(...) first")
        return self._version

    def init(
        self,
        model_id: str,
        version_name: str,
        labels: Iterable[Any] | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> ModelVersion:
        """Begin a version of a model. The config takes any JSON; labels are what it predicts.

        Predictions of other labels are refused, unless those who label have them; without
        `labels` it may predict any.
        """
        model_id = getattr(model_id, "id", model_id)
        if not model_id:
            raise errors.ConfigError(f"model_id is empty. {_HOW_TO_CREATE}")
        if not ids.is_id("model", model_id):
            raise errors.ConfigError(f"{ids.explain('model', model_id)}. {_HOW_TO_CREATE}")
        try:
            version = self._client.model_versions.create(
                model_id, version_name, config=config, labels=plain.given(labels)
            )
        except errors.NotFound as error:
            raise errors.NotFound(
                f"there is no model {model_id}. {_HOW_TO_CREATE}", request_id=error.request_id
            ) from None
        with self._lock:
            self._begin(version)
        return version

    def resume(
        self,
        model_version_id: str | None = None,
        *,
        model_id: str | None = None,
        version_name: str | None = None,
        step: int | None = None,
    ) -> ModelVersion:
        """Go on with a version: by its id, or the newest of a model that has the name.

        What is logged from now on is another segment of its log, so that steps may begin anew
        from an earlier checkpoint and nothing is dropped. The next step is `step`, else the one
        after the highest that was logged. A finished version is in training again.
        """
        version_id = getattr(model_version_id, "id", model_version_id)
        if version_id is None:
            version_id = self._named(getattr(model_id, "id", model_id), version_name)
        version = self._client.model_versions.resume(version_id)
        after = 0 if version.last_step is None else version.last_step + 1
        with self._lock:
            self._begin(version)
            if self._stream is not None:
                self._stream.next_step = after if step is None else step
        return version

    def log(self, data: Mapping[str, Any], step: int | None = None, commit: bool = True) -> None:  # noqa: FBT001, FBT002 - the founding README's signature
        """Log values at a step; without one, at the step after the last.

        Any key, any JSON value, NaN and infinities, arrays and tensors. With `commit=False` the
        values wait and leave with the next call that commits; later values win. Never raises and
        never waits for the network: what cannot be logged is dropped with a warning.
        """
        quick = self._quick
        if quick is not None and commit and type(data) is dict and quick(data, step):
            return
        self._sender.never_raise(self._log, data, step, commit)

    def finish(self, wait: bool = False) -> tuple[Evaluation, ...]:  # noqa: FBT001, FBT002 - as above
        """Deliver log and predictions, close the version and start the metrics of its model runs.

        With `wait` the metrics are waited for, with a progress bar on a terminal, and printed by
        the number that ranks, with how many tasks have no predictions. Raises `PredictionsRefused`,
        after all else is done, for what the server did not take. Calling it again, after an error
        too, is safe.
        """
        version = self.version
        refused: errors.LinLogError | None = None
        with self._lock:
            self._send_staged()
        try:
            self._client.flush()
        except (errors.PredictionsRefused, errors.Invalid, errors.TooLarge) as error:
            refused = error
        finished = self._client.model_versions.finish(version.id)
        if self._lane is not None:
            self._lane.rest()
        self._version = finished.model_version
        self.evaluations = finished.evaluations
        for one in finished.unjudged:
            self._sender.warn_once(
                f"no kind of evaluation looks at predictions of shape {' and '.join(one.shapes)}, "
                f"which model run {one.model_run_id} has"
            )
        if wait:
            self.evaluations = self._wait(finished.evaluations)
        if refused is not None:
            raise refused
        return self.evaluations

    # ------------------------------------------------------------------------ inside

    def _named(self, model_id: str | None, version_name: str | None) -> str:
        """The id of the newest version of a model that has a name."""
        if model_id is None or version_name is None:
            raise errors.ConfigError("resume needs model_version_id, or model_id and version_name")
        for version in self._client.model_versions.list(model_id=model_id).walk():
            if version.name == version_name:
                return str(version.id)
        raise errors.NotFound(f"model {model_id} has no version called {version_name!r:.80}")

    def _begin(self, version: ModelVersion | None) -> None:
        self._version = version
        self._staged: dict[str, Any] = {}
        self._staged_step: int | None = None
        self._stream = self._lane = self._quick = None
        if version is not None:
            self._open_lane(version, next_step=0)

    def _open_lane(self, version: ModelVersion, *, next_step: int) -> None:
        """A lane with a name of its own, so that no two processes number their entries alike."""
        http = self._client._http  # noqa: SLF001 - as above
        stream = LogStream(http, version.id, ids.name(), segment=version.segment)
        stream.next_step = next_step
        self._stream, self._lane = stream, self._sender.lane(stream, self._after_fork)

    def _after_fork(self) -> None:
        """In a forked child: what is staged is the parent's, and so may be the lock."""
        self._lock = threading.RLock()
        self._staged, self._staged_step, self._quick = {}, None, None
        if self._version is not None and self._stream is not None:
            self._open_lane(self._version, next_step=self._stream.next_step)

    def _log(self, data: Mapping[str, Any], step: Any, commit: bool) -> None:  # noqa: FBT001 - as above
        _ = self.version
        values, at = plain.plain_object(data), _step(step)
        with self._lock:
            if commit:
                self._send(values, at)
            else:
                # What comes next takes these along, which only the long way does.
                self._quick = None
                self._staged.update(values)
                self._staged_step = self._staged_step if at is None else at

    def _send_staged(self) -> None:
        if self._staged:
            self._sender.never_raise(self._send, {}, None)

    def _send(self, values: dict[str, Any], step: int | None) -> None:
        """Write an entry to the journal, what is staged below it. The caller holds the lock."""
        lane, stream = self._lane, self._stream
        assert lane is not None, "init made the lane"
        assert stream is not None, "and its stream"
        staged, self._staged = self._staged, {}
        staged_step, self._staged_step = self._staged_step, None
        step = staged_step if step is None else step
        data = codec.mark_numbers({**staged, **values})
        with lane.lock:
            number = next(lane.numbers)
            at = stream.next_step if step is None else step
            kept = lane.write(number, codec.encode((number, at, sender.now_ns(), data)))
            stream.next_step = at + 1
        if not kept:
            self._sender.drop(1, "log entries are dropped: the journal is full")
        self._quick = self._quick or log_writer(lane, stream, sender.now_ns)

    def _wait(self, started: tuple[Evaluation, ...]) -> tuple[Evaluation, ...]:
        finished: list[Evaluation] = []
        # Only who waits sees a bar.
        from linlog.client.progress import bar

        with bar() as show:

            def on_progress(found: Evaluation) -> None:
                done = (len(finished) + found.progress) / len(started)
                show(done, f"metrics on {found.dataset_name} ({found.kind})")

            for one in started:
                done = self._client.evaluations.wait(one.id, on_progress=on_progress)
                finished.append(done)
        for one in finished:
            _say(one, self._client.model_runs.get(one.model_run_id).coverage)
        return tuple(finished)


def _say(found: Evaluation, coverage: Coverage) -> None:
    """One line on stderr: what was measured, the number that ranks, and what has no predictions."""
    value = found.scalars.get(found.headline or "")
    number = f"{found.headline} {value:.4f}" if value is not None else "no number"
    what = f"{found.model_name} {found.model_version_name} on {found.dataset_name}"
    if sys.stderr is not None:
        gap = f"; {coverage.missing:,} of {coverage.tasks:,} tasks have no predictions"
        sys.stderr.write(f"{what} ({found.kind}): {number}{gap if coverage.missing else ''}\n")


def _step(step: Any) -> int | None:
    if step is None:
        return None
    found = plain.scalar(step)
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    if isinstance(found, bool) or not isinstance(found, int) or abs(found) > LARGEST_STEP:
        raise ValueError(f"step must be a whole number, not {step!r:.40}")
    return found
