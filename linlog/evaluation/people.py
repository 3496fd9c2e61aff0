"""People in queries: asked for by id, name or e-mail address, and shown by name.

Annotations keep ids, which nobody reads. So a query may say `annotator:"Ada Byron"` or
`annotator:ada@example.org`; before it is asked, each becomes the ids of all who answer to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from linlog.evaluation import slicing
from linlog.evaluation.slicing import Query

FIELD: Final = "annotation.annotator"
"""The field whose values are people or tokens."""


class People:
    """Everybody of an organisation, and its tokens."""

    def __init__(self, called: Iterable[tuple[str, str, str | None]]) -> None:
        """Id, name and e-mail address of each; a token has none."""
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
        if "field" in query:
            return self._condition(query)
        return {
            group: [*map(self.resolved, inner)] if isinstance(inner, list) else self.resolved(inner)
            for group, inner in query.items()
        }

    def _condition(self, query: Query) -> Query:
        op, value = query["op"], query["value"]
        if query["field"] != FIELD or op not in {"is", "in", "contains"}:
            return query
        wanted: Sequence[Any] = value if op == "in" else [value]
        find = self._containing if op == "contains" else self._of
        ids = dict.fromkeys(each for said in wanted for each in (said, *find(said)))
        return {"field": FIELD, "op": "in", "value": [*ids]}

    def _of(self, said: Any) -> Sequence[str]:
        return self._answering.get(said.casefold(), ()) if isinstance(said, str) else ()

    def _containing(self, said: Any) -> Sequence[str]:
        if not isinstance(said, str):
            return ()
        return [each for each, name in self._names.items() if said.casefold() in name.casefold()]


NOBODY: Final = People(())


def asked(query: Mapping[str, Any]) -> bool:
    """Whether a query asks for people at all."""
    return FIELD in slicing.fields(query)
