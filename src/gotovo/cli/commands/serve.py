"""`gotovo serve`, `demo` and `work`: the database, the server in front of it, and one Ctrl-C."""

import asyncio
import os
import resource
import signal
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence

import uvloop
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from gotovo.assembly.background import open_work
from gotovo.assembly.runtime import open_house
from gotovo.cli.context import database, say, settings
from gotovo.cli.exit_status import WrongUse
from gotovo.config import PREFIX, Settings, read_secret

APPLICATION = "gotovo.assembly.application:application"
"""What the server's workers call to get what they serve."""

DEMO = "gotovo.cli.demo_worker:application"
"""The same with the town in it."""

BACKPRESSURE = 4096
"""Requests a worker takes at once; the rest wait in the kernel's queue."""

BACKLOG = 1024

HEADER_MILLISECONDS = 5_000
"""How long a client may take to send its headers; bodies have a deadline of their own."""

PROBE_SECONDS = 0.05

KILL_SECONDS = 15
"""How long a worker may take to finish what it took before it is killed."""


def serve(*, listen: str, demo: bool) -> None:
    """Serve until Ctrl-C; whatever was started is stopped again."""
    chosen = settings(listen=listen, demo="1" if demo else "")
    _must_be_free(chosen)
    read_secret(chosen.secret_file)
    with database(chosen) as url:
        surfaces = _surfaces(chosen)
        if chosen.demo:
            surfaces = _demo_surfaces(chosen)
            uvloop.run(_seed(chosen, url))
        pass_on(chosen, url)
        told = [*surfaces, *_warnings(chosen), "Ctrl-C stops everything."]
        threading.Thread(target=_announce, args=(chosen, told), daemon=True).start()
        server_of(chosen, DEMO if chosen.demo else APPLICATION).serve()
    say("Stopped.")


def work() -> None:
    """Run timers, followers and housekeeping until Ctrl-C."""
    chosen = settings()
    with database(chosen) as url:
        uvloop.run(_work(chosen, url))


def server_of(chosen: Settings, target: str = APPLICATION) -> MPServer:
    """Return the server as every installation has it; the bench puts another target behind it."""
    _open_as_much_as_allowed()
    return MPServer(
        target,
        address=chosen.host,
        port=chosen.port,
        interface=Interfaces.ASGI,
        workers=1 if chosen.demo else chosen.workers,
        loop=Loops.uvloop,
        factory=True,
        websockets=False,
        http=HTTPModes.http1,  # Waiting to learn which version it is has no limit of time.
        backlog=BACKLOG,
        backpressure=BACKPRESSURE,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        workers_kill_timeout=KILL_SECONDS,
        log_level=LogLevels.warning,
    )


def pass_on(chosen: Settings, url: str) -> None:
    """Hand the settings to the worker processes, which read the environment like anybody."""
    for name in Settings.__struct_fields__:
        value = getattr(chosen, name)
        os.environ[f"{PREFIX}{name.upper()}"] = str(int(value) if value is True else value)
    os.environ[f"{PREFIX}DATABASE_URL"] = url


def _open_as_much_as_allowed() -> None:
    """Raise what this process and its workers may open to what the system lets them.

    Each connection is an open file; with the usual 1,024 nobody would be let in any more long
    before `BACKPRESSURE`, and those who wait would not even be told. Granian 2.8 does the same
    when it is imported, which it promises nowhere.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _work(chosen: Settings, url: str) -> None:
    stopped = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    async with open_house(chosen, url) as house, open_work(house):
        say("Working; Ctrl-C stops.")
        await stopped.wait()


async def _seed(chosen: Settings, url: str) -> None:
    from gotovo.town.demo import demo as town

    async with open_house(chosen, url) as house:
        if not await house.journal.feed(0, 0, 1):
            say("Playing the last days of the town …")
        await town.seed(house)


def _announce(chosen: Settings, told: Sequence[str]) -> None:
    """Tell where everything is as soon as it answers, and not before."""
    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    probe = f"http://{host.replace('0.0.0.0', '127.0.0.1')}:{chosen.port}/healthz"  # noqa: S104
    while True:
        try:
            with urllib.request.urlopen(probe, timeout=1):
                break
        except OSError:
            time.sleep(PROBE_SECONDS)
    for line in told:
        say(line)


def _must_be_free(chosen: Settings) -> None:
    """Say at once that the port is taken, before anything is started."""
    family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((chosen.host, chosen.port))
        except OSError as error:
            message = f"listen: {chosen.listen} can't be used: {error.strerror}; set GOTOVO_LISTEN"
            raise WrongUse(message) from error


def _surfaces(chosen: Settings) -> list[str]:
    """Return one line for each surface, with how to sign in."""
    site = _site(chosen)
    return [
        f"Gotovo serves {site}",
        f"  {site}/            orders of a buyer; signing in is off: nothing carries codes yet",
        _api_line(chosen, site),
    ]


def _demo_surfaces(chosen: Settings) -> list[str]:
    """Return the same for the demo, where messages go to a page of their own."""
    from gotovo.town.demo import demo as town

    site = _site(chosen)
    people = "; ".join(f"{person.name} {person.phone}" for person in town.shown_people())
    return [
        f"Gotovo serves {site}",
        f"  {site}/            orders of a buyer: sign in as {people}",
        f"  {site}/phone       the phones of the town: sign-in codes and messages",
        _api_line(chosen, site),
    ]


def _site(chosen: Settings) -> str:
    return chosen.public_url or f"http://{chosen.listen}"


def _api_line(chosen: Settings, site: str) -> str:
    """Return how to reach the API; the command has to find this installation and no other."""
    command = f"GOTOVO_DATA_DIR={chosen.data_dir} {sys.argv[0]} key create --role admin"
    return f"  {site}/api/docs    the API; a key: {command}"


def _warnings(chosen: Settings) -> list[str]:
    """Return what nobody should overlook."""
    if not chosen.unsafe:
        return []
    return ["GOTOVO_UNSAFE is set: a database is accepted that may lose confirmed orders."]
