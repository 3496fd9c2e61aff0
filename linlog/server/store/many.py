"""Many rows at once, as the driver takes them: without what SQLAlchemy reckons for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa


def insert(
    conn: sa.Connection,
    table: sa.Table,
    columns: Sequence[str],
    values: Sequence[tuple[Any, ...]],
    *,
    sums: str | None = None,
    known: Literal["refused", "passed over"] = "refused",
) -> None:
    """Add rows, each with its values in the order of `columns`, as the database keeps them.

    Where a row with the same primary key is there, the column `sums` of both is summed up in it,
    or what is `known` is passed over.
    """
    mark = "?" if conn.dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join([mark] * len(columns))
    # All names are those of the schema.
    statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
    if sums is not None:
        key = ", ".join(column.name for column in table.primary_key)
        total = f"{table.name}.{sums} + excluded.{sums}"
        statement += f" ON CONFLICT ({key}) DO UPDATE SET {sums} = {total}"
    elif known == "passed over":
        statement += " ON CONFLICT DO NOTHING"
    if values:
        conn.exec_driver_sql(statement, [*values])
