"""Creates the tables with one point, goods and one key."""

from hashlib import sha256
from pathlib import Path

import asyncpg

SKUS = 1_000
UNITS = 10**9


async def prepare(url: str, token: str) -> None:
    """Make an empty database ready to be sold from."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(Path(__file__).with_name("schema.sql").read_text("utf-8"))
        await connection.execute("insert into point values ('KZN-1', 'На Баумана')")
        await connection.execute(
            "insert into stock (sku, on_hand)"
            " select 'SKU-' || lpad(n::text, 5, '0'), $2::bigint"
            " from generate_series(0, $1::integer - 1) as n",
            SKUS,
            UNITS,
        )
        await connection.execute(
            "insert into api_key values ($1, 'bench', 'admin')", sha256(token.encode()).digest()
        )
        await connection.execute("analyze")
    finally:
        await connection.close()
