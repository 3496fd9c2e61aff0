"""Queries as text: what people type, and the query of `linlog.evaluation.slicing` that it means.

`label:platelet confidence>=0.4 -batch:"Week 1"` asks for three things at once. Whatever `write`
gives of a query, `read` makes the same query of. The page on queries says how a text is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

from linlog import limits
from linlog.evaluation import slicing
from linlog.evaluation.slicing import ANNOTATION, PREDICTION, TASK, Query

MOST_LONG: Final = limits.QUERY_CHARACTERS
"""Characters of a text."""
EVERYTHING: Final[Query] = {"all": []}
"""What a text without anything in it asks for."""
EVERY_TASK: Final = "all()"
"""The same in words, where an empty text would look like none."""
SHORT: Final = {
    "annotation.label": "label",
    "annotation.shape": "shape",
    "annotation.annotator": "annotator",
    "annotation.source": "source",
    "annotation.area": "area",
    "prediction.label": "predicted",
    "prediction.confidence": "confidence",
    "created_date": "created",
}
"""Names that are shorter in a text."""
TEXTS: Final = frozenset(
    {
        *("batch", "kind", "project_id", "unique_id", "filename", "created_date", "status"),
        *("split", "tag", "outcome", "prediction.label"),
        *("annotation.label", "annotation.shape", "annotation.source"),
        "annotation.annotator",
    }
)
"""Fields whose values are texts: `batch:3` means the batch that is called 3."""

_MOST_DEEP: Final = 3 * slicing.MOST_DEEP
_LONG: Final = {short: name for name, short in SHORT.items()}
_NAME: Final = re.compile(r"[A-Za-z_][\w.-]*")
_PLAIN_KEY: Final = re.compile(r"[\w-]+(\.[\w-]+)*")
_BARE: Final = re.compile(r"[^\s()\[\]{}\",]+")
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_SIGN: Final = re.compile(r"!=|>=|<=|[:=<>~]")
_OPS: Final = {":": "is", "=": "is", "<": "lt", "<=": "le", ">": "gt", ">=": "ge", "~": "contains"}
_SIGNS: Final = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "contains": "~"}
_WORDS: Final = {"true": True, "false": False, "null": None}
_GROUPS: Final = ("all", "any", "annotation", "prediction")


class Mistake(ValueError):
    """A text that means nothing; `place` is the character, from 0, where it stops to."""

    def __init__(self, said: str, place: int) -> None:
        super().__init__(f"{said} (at character {place + 1})")
        self.place = place


# ------------------------------------------------------------------------------- reading


def read(text: str) -> Query:
    """The query that a text means. Raises Mistake, which says where the text goes wrong."""
    if len(text) > MOST_LONG:
        raise Mistake(f"a query has at most {MOST_LONG:,} characters", MOST_LONG)
    reader = _Reader(text)
    found = reader.whole("task")
    if reader.place < len(text):
        raise Mistake("nothing opens this parenthesis", reader.place)
    try:
        slicing.check(found)
    except ValueError as error:
        raise Mistake(str(error), 0) from error
    return found


class _Reader:
    """Reads a text from its beginning to its end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.deep = 0

    def whole(self, subject: str) -> Query:
        """Parts up to the end or to a closing parenthesis, with `or` between some of them."""
        self.deep += 1
        if self.deep > _MOST_DEEP:
            raise Mistake("parentheses are nested too deeply", self.place)
        ways = [self.parts(subject)]
        while self._word("or"):
            if not ways[-1]:
                raise Mistake("something is needed before this or", self.place - 2)
            ways.append(self.parts(subject))
        if len(ways) > 1 and not ways[-1]:
            raise Mistake("something is needed after or", self.place)
        self.deep -= 1
        joined = [parts[0] if len(parts) == 1 else {"all": parts} for parts in ways]
        return joined[0] if len(joined) == 1 else {"any": joined}

    def parts(self, subject: str) -> list[Query]:
        """What stands side by side."""
        found: list[Query] = []
        while True:
            self._space()
            if self.place >= len(self.text) or self.text[self.place] == ")" or self._at("or"):
                return found
            if found and self._word("and"):
                continue
            found.append(self.part(subject))

    def part(self, subject: str) -> Query:
        """One condition or group, or what shall not hold."""
        begun = self.place
        if self.text.startswith("-", begun) or self._at("not"):
            self.place += 1 if self.text[begun] == "-" else len("not")
            self._space()
            self.deep += 1
            if self.deep > _MOST_DEEP:
                raise Mistake("this is nested too deeply", begun)
            if self.place >= len(self.text):
                raise Mistake("something is needed after this", begun)
            inner = self.part(subject)
            self.deep -= 1
            return {"not": inner}
        if self.text.startswith("(", begun):
            return self._inside(subject)
        for group in _GROUPS:
            if self.text.startswith(f"{group}(", begun):
                return self._group(group, subject)
        return self._condition(subject)

    def _group(self, group: str, subject: str) -> Query:
        begun = self.place
        self.place += len(group)
        if group in {"annotation", "prediction"}:
            if subject != "task":
                raise Mistake(f"{group} cannot stand inside {subject}", begun)
            return {group: self._inside(group)}
        self.place += 1
        found = self.parts(subject)
        self._close(begun + len(group))
        return {group: found}

    def _inside(self, subject: str) -> Query:
        begun = self.place
        self.place += 1
        found = self.whole(subject)
        self._close(begun)
        return found

    def _close(self, begun: int) -> None:
        self._space()
        if not self.text.startswith(")", self.place):
            raise Mistake("this parenthesis is not closed", begun)
        self.place += 1

    def _condition(self, subject: str) -> Query:
        begun = self.place
        said = self._name()
        if said in {"has", "no"} and self.text.startswith(":", self.place):
            self.place += 1
            at = self.place
            name = _known(self._name(), subject, at)
            return {"field": name, "op": "exists", "value": said == "has"}
        name = _known(said, subject, begun)
        sign = _SIGN.match(self.text, self.place)
        if sign is None:
            wanted = "one of : = != < <= > >= ~ and a value"
            raise Mistake(f"{said} needs {wanted}, as in {said}:value", self.place)
        self.place = sign.end()
        return self._with_value(name, sign[0], subject, begun)

    def _with_value(self, name: str, sign: str, subject: str, begun: int) -> Query:
        self._space()
        at = self.place
        several = sign in {":", "=", "!="} and self.text.startswith("(", at)
        value = self._values(name) if several else self._value(name)
        op = "in" if several else _OPS.get(sign, "is")
        query: Query = {"field": name, "op": op, "value": value}
        try:
            slicing.check_condition(query, subject)
        except ValueError as error:
            raise Mistake(str(error), begun) from error
        return {"not": query} if sign == "!=" else query

    def _values(self, name: str) -> list[Any]:
        begun = self.place
        self.place += 1
        found: list[Any] = []
        while True:
            self._space()
            if self.text.startswith(")", self.place):
                self.place += 1
                return found
            if self.place >= len(self.text):
                raise Mistake("this parenthesis is not closed", begun)
            if found and self.text.startswith(",", self.place):
                self.place += 1
                self._space()
            found.append(self._value(name))

    def _value(self, name: str) -> Any:
        begun = self.place
        if self.text.startswith("json(", begun):
            return self._json()
        quoted = _QUOTED.match(self.text, begun)
        if quoted is not None:
            self.place = quoted.end()
            return _unquoted(quoted[0], begun)
        if self.text.startswith('"', begun):
            raise Mistake("this quotation mark is not closed", begun)
        bare = _BARE.match(self.text, begun)
        if bare is None:
            raise Mistake("a value is needed here", begun)
        self.place = bare.end()
        return _meant(bare[0], name)

    def _json(self) -> Any:
        begun = self.place + len("json(")
        try:
            found, end = json.JSONDecoder().raw_decode(self.text, begun)
        except (ValueError, RecursionError) as error:
            raise Mistake("JSON is needed in these parentheses", begun) from error
        self.place = end
        self._close(begun - 1)
        return found

    def _name(self) -> str:
        begun = self.place
        found = _NAME.match(self.text, begun)
        if found is None:
            raise Mistake("the name of a field is needed here, as in label:value", begun)
        self.place = found.end()
        quoted = _QUOTED.match(self.text, self.place) if found[0].endswith(".") else None
        if quoted is None:
            return found[0]
        self.place = quoted.end()
        return found[0] + _unquoted(quoted[0], found.end())

    def _space(self) -> None:
        while self.place < len(self.text) and self.text[self.place].isspace():
            self.place += 1

    def _at(self, word: str) -> bool:
        """Whether a word of the language stands here, alone."""
        end = self.place + len(word)
        after = self.text[end : end + 1]
        return self.text[self.place : end].lower() == word and (
            not after or after.isspace() or after == "("
        )

    def _word(self, word: str) -> bool:
        self._space()
        if not self._at(word):
            return False
        self.place += len(word)
        return True


def _unquoted(text: str, place: int) -> str:
    try:
        return str(json.loads(text, strict=False))
    except ValueError as error:
        raise Mistake("this is no text in quotation marks as JSON has it", place) from error


def _meant(text: str, name: str) -> Any:
    if name == "outcome":
        return text.replace("_", " ")
    if name in TEXTS:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return json.loads(text) if _is_number(text) else text


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None and re.match(r"-?0\d", text) is None


def _known(said: str, subject: str, place: int) -> str:
    """The field that a name means. Raises Mistake that names the nearest."""
    inside = "" if subject == "task" else f"{subject}."
    fields = {"annotation": ANNOTATION, "prediction": PREDICTION}.get(
        subject, (*TASK, *ANNOTATION, *PREDICTION)
    )
    for name in (inside + said, said, _LONG.get(said, "")):
        if any(slicing.is_field(name, each) for each in fields):
            return name
    names = [each.removeprefix(inside) for each in fields]
    near = get_close_matches(said, [*names, *(_LONG if subject == "task" else ())], n=1)
    hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(names)}"
    raise Mistake(f"there is no field {said[:40]!r}; {hint}", place)


# ------------------------------------------------------------------------------- writing


def write(query: Query) -> str:
    """A query that `slicing.check` lets pass, as text."""
    if query == EVERYTHING:
        return ""
    return _whole(query, "task")


def _whole(query: Query, subject: str) -> str:
    if len(query.get("any", ())) > 1:
        return " or ".join(_way(each, subject) for each in query["any"])
    return _way(query, subject)


def _way(query: Query, subject: str) -> str:
    """One of several ways: what stands side by side needs no parentheses in it."""
    if len(query.get("all", ())) > 1:
        return " ".join(_part(each, subject) for each in query["all"])
    return _part(query, subject)


def _part(query: Query, subject: str) -> str:
    if "field" in query:
        return _condition(query, subject)
    group, inner = next(iter(query.items()))
    if group == "not":
        return f"-{_part(inner, subject)}"
    if group in {"annotation", "prediction"}:
        return f"{group}({_whole(inner, group)})"
    if len(inner) > 1:
        return f"({_whole(query, subject)})"
    return f"{group}({' '.join(_part(each, subject) for each in inner)})"


def _condition(query: Mapping[str, Any], subject: str) -> str:
    name, op, value = query["field"], query["op"], query["value"]
    said = _said(name, subject)
    if op == "exists":
        return f"{'has' if value else 'no'}:{said}"
    if op == "in":
        return f"{said}:({', '.join(_value(each, name) for each in value)})"
    sign = _SIGNS.get(op) or (":" if name in TEXTS else "=")
    return f"{said}{sign}{_value(value, name)}"


def _said(name: str, subject: str) -> str:
    """The name as a text has it: short, and the caller's own key in quotation marks if need be."""
    if subject != "task":
        name = name.removeprefix(f"{subject}.")
    elif name in SHORT:
        return SHORT[name]
    for stem in ("metadata.", "config.", "annotation.attributes.", "attributes."):
        if name.startswith(stem):
            key = name.removeprefix(stem)
            plain = _PLAIN_KEY.fullmatch(key) is not None
            return name if plain else stem + json.dumps(key, ensure_ascii=False)
    return name


def _value(value: Any, name: str) -> str:
    if isinstance(value, str):
        bare = _BARE.fullmatch(value) is not None and _meant(value, name) == value
        return value if bare else json.dumps(value, ensure_ascii=False)
    plain = value is None or isinstance(value, (bool, int, float))
    written = json.dumps(value, ensure_ascii=False)
    if plain and name not in TEXTS and (written in _WORDS or _is_number(written)):
        return written
    return f"json({written})"
