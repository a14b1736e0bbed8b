"""`gotovo point`: create, change and list points and warehouses, as JSON documents."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.problems import FieldError
from gotovo.api.resources.points import POINTS
from gotovo.api.resources.warehouses import WAREHOUSES
from gotovo.cli.context import author, print_json, print_line, settings
from gotovo.cli.directory import with_directory
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.options import JsonOption
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse
from gotovo.store.tables.network.directory import Directory
from gotovo.words.problem_text import problem_detail
from gotovo.words.request_errors import REQUEST_ERRORS

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Create, change and list pick-up points and warehouses.",
)


@app.command("put")
def put_point(
    file: Annotated[Path, typer.Argument(help="JSON file with a point or a warehouse.")],
) -> None:
    """Create or change a point, or a warehouse if the file has no address.

    A setting that is left out gets its default, except that a closed place stays closed.
    """
    text = _read(file)
    is_point = _has_address(text)

    async def write(_pool: object, directory: Directory) -> str:
        points, warehouses = directory()
        now = datetime.now(UTC)
        if not is_point:
            body = WAREHOUSES.body_of(text)
            old = warehouses.get(body.code)
            warehouse = WAREHOUSES.place_of(body, body.code, old)
            if warehouse != old:
                await directory.put_warehouse(warehouse, now, author())
            return warehouse.code
        body = POINTS.body_of(text)
        point = POINTS.place_of(body, body.code, points.get(body.code))
        if point.warehouse not in warehouses:
            known = ", ".join(sorted(warehouses)) or "none yet"
            raise WrongUsage(f"warehouse: {point.warehouse!r} is unknown; known codes: {known}")
        if point != points.get(point.code):
            await directory.put_point(point, now, author())
        return point.code

    try:
        code = with_directory(settings(), write)
    except ApiError as error:
        raise WrongUsage(_sentences(error, file)) from error
    print_line(f"Saved {code}.")


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


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise WrongUsage(f"FILE: {file}: {error.strerror}") from error


def _has_address(text: bytes) -> bool:
    """Tell a point from a warehouse; what is neither is told by reading it as the latter."""
    try:
        return "address" in msgspec.json.decode(text, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


def _sentences(error: ApiError, file: Path) -> str:
    """Return what is wrong with the file, each field with its value and what is expected."""
    errors = error.errors or (FieldError(error.field, error.value, error.expected),)
    if not errors[0].field:
        return f"FILE: {file}: {problem_detail(REQUEST_ERRORS[error.code], 'en', error.expected)}"
    return "; ".join(f"{e.field}: {e.value!r}, expected {e.expected}" for e in errors)
