"""`gotovo fill` as a person types it: the orders it makes, and the databases it refuses."""

from pathlib import Path

import asyncpg
import pytest

from gotovo.bench.fill.customers import ORDERS_MAX
from tests.support.cli.program import Program

WRONG_USAGE = 2
PROBLEM = 1


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    """Give an installation on a database of its own; its server is not started."""
    return Program(tmp_path, database_url)


async def test_a_filled_database_passes_the_audit_and_is_not_filled_again(
    program: Program, database_url: str
) -> None:
    assert program.run("fill", "--orders", "20").returncode == 0
    assert await _orders(database_url) == 20
    assert program.run("audit").returncode == 0
    again = program.run("fill", "--orders", "10")
    assert again.returncode == PROBLEM
    assert "the database has orders already" in again.stderr
    assert "Traceback" not in again.stderr
    assert await _orders(database_url) == 20


@pytest.mark.parametrize("orders", ["0", "-1", str(ORDERS_MAX + 1), "many"])
def test_an_impossible_number_of_orders_is_wrong_usage(program: Program, orders: str) -> None:
    assert program.run("fill", "--orders", orders).returncode == WRONG_USAGE


async def _orders(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("select count(*) from orders")
    finally:
        await connection.close()
