"""The value of a field that was not sent: absent is not null."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final, Literal


class Unset(Enum):
    """The type of `UNSET`."""

    UNSET = "unset"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Nothing that is sent ever reads as unset, and no document mentions it."""
        from pydantic_core import PydanticCustomError, PydanticOmit, core_schema

        def omit(_schema: Any, _handler: Any) -> Any:
            raise PydanticOmit

        def refuse(value: Any) -> Any:
            if isinstance(value, cls):
                return value
            kind, message = "unset", "Input cannot be sent"
            raise PydanticCustomError(kind, message)

        return core_schema.no_info_plain_validator_function(
            refuse, metadata={"pydantic_js_functions": [omit]}
        )


UNSET: Final = Unset.UNSET
