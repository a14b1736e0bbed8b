"""`gotovo point`: points and warehouses as JSON documents."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from gotovo.assembly.runtime import bring_up
from gotovo.cli.context import database, report, settings, show
from gotovo.cli.exit_status import WrongUse
from gotovo.points.point import Point, point_faults
from gotovo.points.validation import Fault
from gotovo.points.warehouse import Warehouse, warehouse_faults
from gotovo.store.postgres.pool import open_pool
from gotovo.store.tables.network.directory import Directory

T = TypeVar("T")


def put(*, file: Path) -> None:
    """Create or change what the file describes: with an address it is a point."""
    place = _read(file)
    faults = point_faults(place) if isinstance(place, Point) else warehouse_faults(place)
    if faults:
        raise WrongUse("; ".join(_said(fault) for fault in faults))

    async def write(directory: Directory) -> None:
        now = datetime.now(UTC)
        if isinstance(place, Point):
            if place.warehouse not in directory()[1]:
                known = ", ".join(sorted(directory()[1])) or "none yet"
                message = f"warehouse: {place.warehouse!r} is unknown; there are: {known}"
                raise WrongUse(message)
            await directory.put_point(place, now)
        else:
            await directory.put_warehouse(place, now)

    _with_directory(write)
    show(f"{place.code} is written.")


def listing(*, json: bool) -> None:
    """List all points and warehouses."""

    async def read(directory: Directory) -> tuple[list[Point], list[Warehouse]]:
        points, warehouses = directory()
        return list(points.values()), list(warehouses.values())

    points, warehouses = _with_directory(read)
    if json:
        report({"points": points, "warehouses": warehouses})
        return
    for warehouse in warehouses:
        show(f"{warehouse.code:<10} warehouse  {warehouse.title}")
    for point in points:
        state = "open" if point.accepting else "closed"
        show(f"{point.code:<10} point      {state:<7} {point.title}, {point.address}")


def _read(file: Path) -> Point | Warehouse:
    try:
        text = file.read_bytes()
        is_point = "address" in msgspec.json.decode(text, type=dict[str, object])
        return msgspec.json.decode(text, type=Point if is_point else Warehouse)
    except (OSError, msgspec.DecodeError) as error:
        message = f"FILE: {file}: {error}"
        raise WrongUse(message) from error


def _said(fault: Fault) -> str:
    return f"{fault.field}: {fault.value!r}, expected {fault.expected}"


def _with_directory(ask: Callable[[Directory], Awaitable[T]]) -> T:
    chosen = settings()

    async def run(url: str) -> T:
        pool = await open_pool(url, size=2, unsafe=chosen.unsafe)
        try:
            await bring_up(pool)
            directory = Directory(pool)
            await directory.refresh()
            return await ask(directory)
        finally:
            await pool.close()

    with database(chosen) as url:
        return asyncio.run(run(url))
