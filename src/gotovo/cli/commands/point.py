"""`gotovo point`: create, change and list points and warehouses, as JSON documents."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from gotovo.cli.context import print_json, print_line, settings
from gotovo.cli.directory import with_directory
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.options import JsonOption
from gotovo.points.point import Point, point_errors
from gotovo.points.warehouse import Warehouse, warehouse_errors
from gotovo.store.tables.network.directory import Directory

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Create, change and list pick-up points and warehouses.",
)


@app.command("put")
def put_point(
    file: Annotated[Path, typer.Argument(help="JSON file with a point or a warehouse.")],
) -> None:
    """Create or change a point, or a warehouse if the file has no address."""
    place = _read(file)
    errors = point_errors(place) if isinstance(place, Point) else warehouse_errors(place)
    if errors:
        sentences = (f"{each.field}: {each.value!r}, expected {each.expected}" for each in errors)
        raise WrongUsage("; ".join(sentences))

    async def write(_pool: object, directory: Directory) -> None:
        now = datetime.now(UTC)
        if isinstance(place, Point):
            if place.warehouse not in directory()[1]:
                known = ", ".join(sorted(directory()[1])) or "none yet"
                message = f"warehouse: {place.warehouse!r} is unknown; known codes: {known}"
                raise WrongUsage(message)
            await directory.put_point(place, now)
        else:
            await directory.put_warehouse(place, now)

    with_directory(settings(), write)
    print_line(f"Saved {place.code}.")


@app.command("list")
def list_points(json: JsonOption = False) -> None:
    """List all points and warehouses."""

    async def read(_pool: object, directory: Directory) -> tuple[list[Point], list[Warehouse]]:
        points, warehouses = directory()
        return list(points.values()), list(warehouses.values())

    points, warehouses = with_directory(settings(), read)
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
    except OSError as error:
        raise WrongUsage(f"FILE: {file}: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise WrongUsage(f"FILE: {file}: {error}") from error
