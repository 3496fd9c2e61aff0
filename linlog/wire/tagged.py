"""Families of wire classes told apart by their field `type`, such as the blocks of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping


class Tagged:
    """The root of a family; members are frozen dataclasses whose field `type` is a Literal.

    A member of a newer server that this one does not know is read as the family's `unknown`.
    """

    __slots__ = ()
    family: ClassVar[dict[str, type[Any]]]
    unknown: ClassVar[type[Any] | None] = None

    @classmethod
    def member(cls, data: Mapping[str, Any]) -> type[Any]:
        """The class that reads `data`. Raises ValueError naming the known types."""
        found = cls.family.get(str(data.get("type")), cls.unknown)
        if found is None:
            message = f"unknown type {data.get('type')!r}; expected {', '.join(cls.family)}"
            raise ValueError(message)
        return found

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Let pydantic see the root as the union of its members, and a member as itself."""
        if "family" not in cls.__dict__:
            return handler(source)
        from typing import Annotated, Union

        from pydantic import Field

        union: Any = Union[tuple(cls.family.values())]  # noqa: UP007 - known only when it runs
        return handler.generate_schema(Annotated[union, Field(discriminator="type")])
