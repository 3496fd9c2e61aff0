"""People in queries: asked for by id, name or email address, and shown by name.

Annotations keep ids, which nobody reads. So a query may say `annotator:"Ada Byron"` or
`annotator:ada@example.org`; before it is asked, each becomes the ids of all who answer to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from linlog.evaluation import slicing
from linlog.evaluation.slicing import Query

FIELD: Final = "annotation.annotator"
"""The field whose values are people or tokens."""


class People:
    """Everybody of an organisation, and its tokens."""

    def __init__(self, called: Iterable[tuple[str, str, str | None]]) -> None:
        """Id, name and email address of each; a token has none."""
        self._names: dict[str, str] = {}
        self._answering: dict[str, list[str]] = {}
        for identity, name, email in called:
            self._names[identity] = name
            for word in {name.casefold(), (email or name).casefold()}:
                self._answering.setdefault(word, []).append(identity)

    def title(self, identity: str) -> str:
        """What somebody is called; the id of who is gone."""
        return self._names.get(identity) or identity

    def word(self, identity: str) -> str:
        """What a query says for somebody: the name, where no other answers to it, or the id."""
        name = self._names.get(identity, "")
        return name if self._answering.get(name.casefold()) == [identity] else identity

    def resolved(self, query: Query) -> Query:
        """A checked query with ids instead of what people are called."""
        return _changed(query, self._by_ids)

    def named(self, query: Query) -> Query:
        """A checked query with what people are called instead of ids, where no other is meant."""
        return _changed(query, self._by_words)

    def _by_ids(self, query: Query) -> Query:
        op, value = query["op"], query["value"]
        if op not in {"is", "in", "contains"}:
            return query
        wanted: Sequence[Any] = value if op == "in" else [value]
        find = self._containing if op == "contains" else self._of
        ids = dict.fromkeys(each for said in wanted for each in (said, *find(said)))
        return {"field": FIELD, "op": "in", "value": [*ids]}

    def _by_words(self, query: Query) -> Query:
        op, value = query["op"], query["value"]
        if op == "in":
            return {**query, "value": [*map(self._said, value)]}
        return {**query, "value": self._said(value)} if op == "is" else query

    def _said(self, value: Any) -> Any:
        return self.word(value) if isinstance(value, str) else value

    def _of(self, said: Any) -> Sequence[str]:
        return self._answering.get(said.casefold(), ()) if isinstance(said, str) else ()

    def _containing(self, said: Any) -> Sequence[str]:
        if not isinstance(said, str):
            return ()
        return [each for each, name in self._names.items() if said.casefold() in name.casefold()]


def _changed(query: Query, change: Callable[[Query], Query]) -> Query:
    """A query whose conditions that ask for people are changed."""
    if "field" in query:
        return change(query) if query["field"] == FIELD else query
    return {
        group: [_changed(each, change) for each in inner]
        if isinstance(inner, list)
        else _changed(inner, change)
        for group, inner in query.items()
    }


NOBODY: Final = People(())


def asked(query: Mapping[str, Any]) -> bool:
    """Whether a query asks for people at all."""
    return FIELD in slicing.fields(query)
