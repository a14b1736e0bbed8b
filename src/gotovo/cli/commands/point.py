"""`gotovo point`: create, change and list points and warehouses, as JSON documents."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import typer

from gotovo.assembly.runtime import bring_up
from gotovo.cli.context import database, print_json, print_line, settings
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.options import JsonOption
from gotovo.points.point import Point, point_errors
from gotovo.points.validation import InvalidSetting
from gotovo.points.warehouse import Warehouse, warehouse_errors
from gotovo.store.postgres.pool import open_pool
from gotovo.store.tables.network.directory import Directory

T = TypeVar("T")


app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Create, change and list pick-up points and warehouses.",
)


@app.command("put")
def put_point(
    file: Annotated[Path, typer.Argument(help="A JSON document of a point or a warehouse.")],
) -> None:
    """Create or change a point, or a warehouse if the document has no address."""
    place = _read(file)
    errors = point_errors(place) if isinstance(place, Point) else warehouse_errors(place)
    if errors:
        raise WrongUsage("; ".join(_said(error) for error in errors))

    async def write(directory: Directory) -> None:
        now = datetime.now(UTC)
        if isinstance(place, Point):
            if place.warehouse not in directory()[1]:
                known = ", ".join(sorted(directory()[1])) or "none yet"
                message = f"warehouse: {place.warehouse!r} is unknown; there are: {known}"
                raise WrongUsage(message)
            await directory.put_point(place, now)
        else:
            await directory.put_warehouse(place, now)

    _with_directory(write)
    print_line(f"{place.code} is saved.")


@app.command("list")
def list_points(json: JsonOption = False) -> None:
    """List all points and warehouses."""

    async def read(directory: Directory) -> tuple[list[Point], list[Warehouse]]:
        points, warehouses = directory()
        return list(points.values()), list(warehouses.values())

    points, warehouses = _with_directory(read)
    if json:
        print_json({"points": points, "warehouses": warehouses})
        return
    for warehouse in warehouses:
        print_line(f"{warehouse.code:<10} warehouse  {warehouse.title}")
    for point in points:
        state = "open" if point.accepting else "closed"
        print_line(f"{point.code:<10} point      {state:<7} {point.title}, {point.address}")


def _read(file: Path) -> Point | Warehouse:
    try:
        text = file.read_bytes()
        is_point = "address" in msgspec.json.decode(text, type=dict[str, object])
        return msgspec.json.decode(text, type=Point if is_point else Warehouse)
    except (OSError, msgspec.DecodeError) as error:
        message = f"FILE: {file}: {error}"
        raise WrongUsage(message) from error


def _said(error: InvalidSetting) -> str:
    return f"{error.field}: {error.value!r}, expected {error.expected}"


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
