"""CoNLL columns: a token a line, its tag in the last column, an empty line between texts.

Columns are parted by tabs or spaces. Lines that begin with `-DOCSTART-` are passed over, and so are
comments before a text, such as `# id = 7`.
Tags are read strictly, as IOB2 (also called BIO) or, where the file has `S-` or `E-` (`L-`, `U-`),
as IOBES (BILOU): a span begins with `B-`, is carried on by `I-` with the same label, and ends as
the scheme says. A tag that breaks the rule is refused with its line, and so is the span that it
would carry on.

Spans count tokens: the first token of a text is 0. Texts are numbered from 1 in their order, so two
files are compared text by text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import ClassVar, Final, NamedTuple

from linlog import limits
from linlog.errors import FormatError
from linlog.formats._lines import lines
from linlog.formats._protocol import Account, Entry, Mark, Opened, Side
from linlog.shapes import Span

_LETTERS: Final = {"B": "B", "I": "I", "E": "E", "L": "E", "S": "S", "U": "S"}
_COMMENT: Final = re.compile(r"# \w+ = ")
_NOTHING: Final[Mapping[str, str]] = {}


class Conll:
    """The format `conll`."""

    __slots__ = ()
    name: ClassVar[str] = "conll"
    suffixes: ClassVar[tuple[str, ...]] = (".conll", ".iob", ".bio", ".txt", ".tsv")
    shapes: ClassVar[tuple[str, ...]] = ("span",)

    def open(
        self,
        account: Account,
        *,
        side: Side,
        shape: str,
        named_by: Opened | None = None,  # noqa: ARG002 - names stand in the file itself
    ) -> OpenedConll:
        """Begin to read a file of tagged tokens."""
        if shape != "span":
            raise ValueError(f"conll is read for span, not {shape}")
        if side == "both":
            raise FormatError(
                f"{account.path.name}: CoNLL has truth and predictions in two files; give both"
            )
        return OpenedConll(account, side)


CONLL: Final = Conll()


class _Token(NamedTuple):
    line: int
    text: str
    tag: str


class OpenedConll:
    """A file of tagged tokens that is being read."""

    def __init__(self, account: Account, side: Side) -> None:
        self._account = account
        self._side = side

    @property
    def labels(self) -> Mapping[str, str]:
        """Nothing: a label is its own name."""
        return _NOTHING

    def entries(self) -> Iterator[Entry]:
        """The texts."""
        for number, tokens in enumerate(self._texts(), 1):
            name = f"line {tokens[0].line}"
            yield Entry(f"{number:08d}", name, tokens=tuple(token.text for token in tokens))

    def marks(self) -> Iterator[Mark]:
        """The spans."""
        for number, tokens in enumerate(self._texts(), 1):
            for start, end, label in _Tags(tokens, self._account, closed=self._closed).spans():
                yield Mark(
                    f"{number:08d}",
                    label,
                    Span(start, end),
                    f"{self._account.path.name}:{tokens[start].line}",
                    self._side == "predictions",
                )

    @cached_property
    def _closed(self) -> bool:
        """Whether the ends of spans are tagged, as in IOBES."""
        return any(
            token.tag[:2] in {"S-", "E-", "L-", "U-"} for text in self._texts() for token in text
        )

    def _texts(self) -> Iterator[list[_Token]]:
        tokens: list[_Token] = []
        for number, line in lines(self._account.path):
            if not line.strip():
                if tokens:
                    yield tokens
                tokens = []
            elif not line.startswith("-DOCSTART-") and (tokens or not _COMMENT.match(line)):
                tokens.append(self._token(number, line))
                if len(tokens) > LONGEST_TEXT:
                    raise FormatError(
                        f"{self._account.path.name}:{number}: a text is longer than "
                        f"{LONGEST_TEXT:,} tokens; an empty line ends a text"
                    )
        if tokens:
            yield tokens

    def _token(self, number: int, line: str) -> _Token:
        columns = line.rstrip().split("\t") if "\t" in line.rstrip() else line.split()
        if len(columns) < 2:
            raise FormatError(
                f"{self._account.path.name}:{number}: expected a token and, in the last column, "
                f"its tag, not {line[:40]!r}"
            )
        return _Token(number, columns[0], columns[-1].strip())


LONGEST_TEXT: Final = limits.TOKENS
"""Tokens of the longest text."""


class _Tags:
    """The tags of one text, read strictly; the span that is open waits for its end."""

    def __init__(self, tokens: list[_Token], account: Account, *, closed: bool) -> None:
        self._tokens = tokens
        self._account = account
        self._closed = closed
        self._begin = 0
        self._label = ""
        self._broken = False

    def spans(self) -> Iterator[tuple[int, int, str]]:
        """Start, end and label of each span that is rightly tagged."""
        for at, token in enumerate(self._tokens):
            letter, label = self._parts(at, token)
            carried_on = letter in {"I", "E"} and label == self._label and self._label
            if not carried_on:
                yield from self._finish(at, ended=False)
            if letter in {"I", "E"} and not carried_on:
                self._refuse(f"{letter}- without a beginning", at)
                self._open(at, label, broken=True)
            elif letter in {"B", "S"}:
                self._open(at, label, broken=False)
            if letter in {"E", "S"}:
                yield from self._finish(at + 1, ended=True)
        yield from self._finish(len(self._tokens), ended=False)

    def _open(self, at: int, label: str, *, broken: bool) -> None:
        self._begin, self._label, self._broken = at, label, broken

    def _finish(self, at: int, *, ended: bool) -> Iterator[tuple[int, int, str]]:
        """Close the open span, if any, before the token at `at`."""
        label, self._label = self._label, ""
        if not label or self._broken:
            return
        if self._closed and not ended:
            self._refuse("span without an end", self._begin)
            return
        self._account.read += 1
        yield self._begin, at, label

    def _parts(self, at: int, token: _Token) -> tuple[str, str]:
        """The letter, as of IOBES, and the label of a tag."""
        if token.tag == "O":
            return "O", ""
        letter, dash, label = token.tag.partition("-")
        if letter not in _LETTERS or not dash or not label:
            self._refuse("tag is neither O nor a letter of BIO or IOBES with a label", at)
            return "O", ""
        return _LETTERS[letter], label

    def _refuse(self, reason: str, at: int) -> None:
        token = self._tokens[at]
        self._account.refuse(reason, f"{self._account.path.name}:{token.line}", token.tag)
