"""`gotovo work`: the background work in a process of its own."""

import asyncio
import signal

import typer
import uvloop

from gotovo.assembly.background import open_background
from gotovo.assembly.logs import open_log
from gotovo.assembly.runtime import open_runtime
from gotovo.assembly.settings_record import record_settings
from gotovo.cli.context import database, print_status, settings
from gotovo.config import Settings

app = typer.Typer(add_completion=False)


@app.command()
def work() -> None:
    """Run the background work until Ctrl-C: timers, followers and retention, but no pages."""
    chosen = settings()
    open_log(chosen.log_level, chosen.log_format)
    with database(chosen) as url:
        uvloop.run(_work_until_stopped(chosen, url))


async def _work_until_stopped(chosen: Settings, url: str) -> None:
    stopped = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    async with open_runtime(chosen, url) as runtime, open_background(runtime):
        await record_settings(runtime)
        print_status("The background work is running; press Ctrl-C to stop.")
        await stopped.wait()
