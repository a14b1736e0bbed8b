"""The program: each command is a page of its own and is imported only when it is typed.

Exit status: 0 all is well, 1 a problem was found, 2 the command was used wrongly.
"""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="gotovo",
    help="Gotovo carries an order from placed to handed over.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
importing = typer.Typer(no_args_is_help=True, help="Bring orders in from another system.")
keys = typer.Typer(no_args_is_help=True, help="Keys for programs that use the API.")
points = typer.Typer(no_args_is_help=True, help="Pick-up points and warehouses.")
app.add_typer(importing, name="import")
app.add_typer(keys, name="key")
app.add_typer(points, name="point")

Json = Annotated[bool, typer.Option("--json", help="Print the report as one JSON document.")]


def main() -> None:
    """Run the command that was typed; what people can mend ends in a sentence, no traceback."""
    from gotovo.cli.exit_status import ended

    with ended():
        app()


@app.command()
def serve(
    listen: Annotated[str, typer.Option(help="HOST:PORT; overrides GOTOVO_LISTEN.")] = "",
) -> None:
    """Serve the pages and the API, and do the work behind them, until Ctrl-C."""
    from gotovo.cli.commands.serve import serve as run

    run(listen=listen, demo=False)


@app.command()
def demo(
    listen: Annotated[str, typer.Option(help="HOST:PORT; overrides GOTOVO_LISTEN.")] = "",
) -> None:
    """Serve a small town that lives: orders are placed, paid, carried and handed over."""
    from gotovo.cli.commands.serve import serve as run

    run(listen=listen, demo=True)


@app.command()
def work() -> None:
    """Do the work behind the pages without serving them: timers, followers, housekeeping."""
    from gotovo.cli.commands.serve import work as run

    run()


@app.command()
def migrate(json: Json = False) -> None:
    """Bring the database's schema up to this program's."""
    from gotovo.cli.commands.migrate import migrate as run

    run(json=json)


@app.command()
def audit(
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="Processes that look; one a processor unless said."),
    ] = None,
    json: Json = False,
) -> None:
    """Make every order again from its events, and name whatever differs."""
    from gotovo.cli.commands.audit import audit as run

    run(json=json, workers=workers or 0)


@app.command()
def doctor(json: Json = False) -> None:
    """Name what is wrong with this installation, and how to mend it."""
    from gotovo.cli.commands.doctor import doctor as run

    run(json=json)


@app.command()
def simulate(
    seed: Annotated[int, typer.Option(help="The same seed gives the same town.")] = 1,
    days: Annotated[int, typer.Option(min=1, max=365, help="Days to live through.")] = 9,
    orders_per_day: Annotated[int, typer.Option(min=1, max=100_000)] = 40,
    faults: Annotated[
        bool, typer.Option("--faults", help="Lose races and connections, repeat requests.")
    ] = False,
    json: Json = False,
) -> None:
    """Run a town on a virtual clock against the real engine, and audit it."""
    from gotovo.cli.commands.simulate import simulate as run

    run(seed=seed, days=days, orders_per_day=orders_per_day, faults=faults, json=json)


@app.command()
def pace(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make what was learnt anew from the journal.")
    ] = False,
    check: Annotated[
        Path | None, typer.Option(metavar="FILE", help="How good would told times have been?")
    ] = None,
    check_town: Annotated[
        bool, typer.Option("--check-town", help="The same for a simulated town.")
    ] = False,
    json: Json = False,
) -> None:
    """Learn anew how long stages take, or check the times that are told from it."""
    from gotovo.cli.commands.pace import pace as run

    run(rebuild=rebuild, check=check, check_town=check_town, json=json)


@app.command()
def bench(
    groups: Annotated[
        list[str] | None,
        typer.Argument(metavar="[GROUP]…", help="Which groups; none named: a few minutes' worth."),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Under two minutes for what runs by default.")
    ] = False,
    rounds: Annotated[int, typer.Option(min=0, max=100, help="Rounds; 0: as usual.")] = 0,
    seconds: Annotated[
        float, typer.Option(min=0, max=600, help="Seconds a measure a round; 0: as usual.")
    ] = 0,
    database_url: Annotated[
        str, typer.Option(help="Measure on this PostgreSQL, in databases made for it.")
    ] = "",
    orders_max: Annotated[
        int, typer.Option(min=0, help="Orders of the largest filled database; 0: as usual.")
    ] = 0,
    picture: Annotated[Path | None, typer.Option(help="Where to draw the ratios (SVG).")] = None,
    against: Annotated[
        Path | None, typer.Option(help="An earlier report (JSON): are its ratios found again?")
    ] = None,
    json: Json = False,
) -> None:
    """Measure this machine, the engine, the store and the server, and show them as ratios."""
    from gotovo.cli.commands.bench import bench as run

    run(
        names=groups or [],
        quick=quick,
        rounds=rounds,
        seconds=seconds,
        database_url=database_url,
        orders_max=orders_max,
        picture_file=picture,
        against=against,
        json=json,
    )


@importing.command("orders")
def import_orders(
    file: Annotated[Path, typer.Argument(help="CSV or JSON lines.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Decide all, write nothing.")] = False,
    map_: Annotated[
        list[str] | None, typer.Option("--map", metavar="NAME=COLUMN", help="Say which is which.")
    ] = None,
    rejected: Annotated[
        Path | None, typer.Option(help="Where rejected rows go; FILE.rejected.csv unless given.")
    ] = None,
    origin: Annotated[
        str, typer.Option(help="The name of the other system; ids are unique within it.")
    ] = "",
    json: Json = False,
) -> None:
    """Replay each row as the life of an order, at its own times."""
    from gotovo.cli.commands.import_orders import import_orders as run

    run(
        file=file,
        dry_run=dry_run,
        mapping=map_ or [],
        rejected=rejected,
        origin=origin,
        json=json,
    )


@keys.command("create")
def key_create(
    role: Annotated[str, typer.Option(help="storefront, warehouse, point, courier, support, …")],
    point: Annotated[str, typer.Option(help="The only point this key may act at.")] = "",
    name: Annotated[str, typer.Option(help="Who will use it.")] = "",
    json: Json = False,
) -> None:
    """Make a key; it is shown once."""
    from gotovo.cli.commands.key import create as run

    run(role=role, point=point, name=name, json=json)


@keys.command("list")
def key_list(json: Json = False) -> None:
    """List keys; none of them is shown."""
    from gotovo.cli.commands.key import listing as run

    run(json=json)


@keys.command("revoke")
def key_revoke(
    key: Annotated[str, typer.Argument(help="The key's id, as `gotovo key list` shows it.")],
) -> None:
    """Revoke a key; it stops working within seconds."""
    from gotovo.cli.commands.key import revoke as run

    run(key=key)


@points.command("put")
def point_put(
    file: Annotated[Path, typer.Argument(help="A JSON document of a point or a warehouse.")],
) -> None:
    """Create or change the point, or the warehouse, that the file describes."""
    from gotovo.cli.commands.point import put as run

    run(file=file)


@points.command("list")
def point_list(json: Json = False) -> None:
    """List points and warehouses."""
    from gotovo.cli.commands.point import listing as run

    run(json=json)
