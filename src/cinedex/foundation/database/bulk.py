"""Many rows at once, the fastest way that a database has."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

# So few rows are sent sooner than a COPY has begun.
_FEW = 20


async def insert_many(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, inside the caller's transaction; all of them have the same columns."""
    if connection.dialect.name == "postgresql" and len(rows) > _FEW:
        await _copy(connection, table, rows)
    elif rows:
        await connection.execute(insert(table), rows)


async def _copy(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    # SQLAlchemy begins with the first statement that it sees, and does not see this COPY.
    await connection.execute(select(1))
    dialect = connection.dialect
    columns = [table.c[name] for name in rows[0]]
    # What a statement would do to the values: JSON becomes text.
    prepare = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    records = [
        tuple(
            process(row[column.name]) if process else row[column.name]
            for process, column in zip(prepare, columns, strict=True)
        )
        for row in rows
    ]
    driver: Any = (await connection.get_raw_connection()).driver_connection
    await driver.copy_records_to_table(
        table.name, records=records, columns=[column.name for column in columns]
    )
