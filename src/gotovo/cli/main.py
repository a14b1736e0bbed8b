"""The `gotovo` program: a table of commands, each imported only when it is called.

Exit status: 0 success, 1 a problem was found, 2 wrong usage.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typing_extensions import override

from gotovo.cli.exit_status import exit_with_status

COMMANDS: Mapping[str, tuple[str, str]] = {
    "setup": ("setup", "Set up a new installation, and say what is missing."),
    "serve": ("serve", "Serve the pages and the API until Ctrl-C."),
    "demo": ("demo", "Serve a simulated town to try everything out."),
    "work": ("work", "Run the background work only: timers, followers, retention."),
    "migrate": ("maintenance.migrate", "Update the database schema to this version of Gotovo."),
    "backup": ("maintenance.backup", "Save the database while it runs; check a backup."),
    "restore": ("maintenance.restore", "Restore a backup into an empty database and audit it."),
    "audit": (
        "maintenance.audit",
        "Rebuild every order from its events and compare it with what is stored.",
    ),
    "report": ("money.report", "Print figures for those who keep the books."),
    "retention": (
        "maintenance.retention",
        "Show what is stored about people and for how long; remove what is due.",
    ),
    "timers": (
        "maintenance.timers",
        "Show what timers hold until a person has looked, and release it.",
    ),
    "case": ("maintenance.case", "List what is left to a person, and decide it."),
    "doctor": ("maintenance.doctor", "Report problems of this installation and how to fix them."),
    "simulate": ("simulate", "Run a simulated town on a virtual clock and audit it."),
    "forecast": ("forecast", "Rebuild or evaluate the forecast of how long stages take."),
    "bench": ("bench", "Measure the machine, the engine, the store and the server."),
    "fill": ("fill", "Fill an empty database with any number of orders."),
    "import": ("import_orders", "Import orders from another system."),
    "key": ("key", "Create, list, show, change, limit, roll and revoke API keys."),
    "notices": (
        "messages.notices",
        "Preview messages to buyers, and check your own texts of them.",
    ),
    "webhooks": ("webhooks", "Add, change, roll and remove webhooks; see what became of messages."),
    "receipts": (
        "money.receipts",
        "Say what receipts say; list, retry and settle those that failed.",
    ),
    "security-log": ("access.security_log", "List who was let in, refused, or changed settings."),
    "user": ("access.user", "Invite, list and suspend staff; say what each may act as."),
    "sessions": ("access.sessions", "End the sessions of one buyer, or of all buyers."),
    "secret": ("access.secret", "Show, check and rotate the secret; renew codes after a leak."),
    "shop": ("shop", "Open, change and list shops."),
    "point": ("point", "Create, change and list pick-up points and warehouses."),
}
"""The module of each command in `gotovo.cli.commands`, and its line in `gotovo --help`."""


class LazyGroup(TyperGroup):
    """A command group that imports a command's module when the command is called.

    The help lists placeholders, so that `--help` loads neither the server nor the database driver.
    """

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {
            name: TyperCommand(name, help=sentence) for name, (_, sentence) in COMMANDS.items()
        }

    @override
    def resolve_command(
        self,
        ctx: Any,
        args: list[str],
    ) -> tuple[str | None, Any, list[str]]:
        """Return the command that was called, in place of its placeholder."""
        name, placeholder, rest = super().resolve_command(ctx, args)
        return name, load_command(name) if name else placeholder, rest


app = typer.Typer(
    name="gotovo",
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(is_asked: bool) -> None:
    if not is_asked:
        return
    from importlib.metadata import version

    from gotovo.store.postgres.migrations import known_migrations

    typer.echo(f"gotovo {version('gotovo')}, schema {known_migrations()[-1].number}")
    raise typer.Exit


@app.callback()
def gotovo(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Print the version of the program and of its schema.",
        ),
    ] = False,
) -> None:
    """Gotovo takes an order from checkout to hand-over."""


def load_command(name: str) -> Any:
    """Import the module of a command and return the command."""
    module = import_module(f"gotovo.cli.commands.{COMMANDS[name][0]}")
    command = typer.main.get_command(module.app)
    command.name = name
    return command


def main() -> None:
    """Run the command; an error that the user can fix is printed without a traceback."""
    with exit_with_status():
        app()
