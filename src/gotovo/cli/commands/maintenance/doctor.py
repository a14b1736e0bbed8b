"""`gotovo doctor`: what is wrong with this installation, and how to fix it."""

import asyncio
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import typer
from msgspec import Struct

from gotovo.assembly.keyring.secret_check import problem_with
from gotovo.assembly.machine_clock import utc_now
from gotovo.assembly.notices.channel_complaints import channel_complaints, receipt_complaints
from gotovo.assembly.notices.own_texts import text_complaints
from gotovo.assembly.notices.sms_channel import sms_complaints
from gotovo.assembly.payments.provider_complaints import (
    payment_complaints,
    provider_complaints,
)
from gotovo.assembly.payments.receipt_complaints import fiscal_complaints, register_complaints
from gotovo.assembly.setup_checks import Complaint, SetupFacts, is_healthy, setup_complaints
from gotovo.assembly.setup_facts import file_facts, with_server
from gotovo.assembly.telegram.bot_client import bot_complaints
from gotovo.assembly.wal_archive.complaints import archive_complaints
from gotovo.cli.context import database, print_json, print_line
from gotovo.cli.exit_status import PROBLEM
from gotovo.cli.options import JsonOption
from gotovo.config import Settings
from gotovo.keyring.sources import SecretFileError
from gotovo.order.values.actor import DEFAULT_SHOP_NAME
from gotovo.setting_checks import SettingError
from gotovo.settings_sources import load_settings
from gotovo.store.postgres.errors import StoreError
from gotovo.store.postgres.migrations import pending
from gotovo.store.postgres.pool import open_connection, refuse_unsafe
from gotovo.store.tables.orders.timer_holds import TimerHoldStore
from gotovo.store.tables.webhooks.webhooks import WebhookStore

FREE_BYTES_MIN = 1 << 30
"""Below this a busy day may fill the disk: a million events take about half of it."""

PROBE_SECONDS_MAX = 4
"""For all checks, which run side by side: with the start of Python a person waits five seconds."""

SERVER_VERSION_MIN = 150_000

WEBHOOKS_SHOWN = 20
"""Webhooks that are off: more of them is the same news."""

RUNNING_SECONDS_MAX = 2
"""For the running program, which tells of itself what only it can see."""

_ANY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104  (compared, not listened on)

app = typer.Typer(add_completion=False)


class _Readiness(Struct, frozen=True):
    """What is read of `/readyz`."""

    warnings: Sequence[str] = ()


@app.command()
def doctor(json: JsonOption = False) -> None:
    """Check the settings, the secret, the disk and the database, and report how to fix problems.

    Exit status 1 when there is a problem; what is only advised leaves it at 0.
    """
    complaints, is_hung = _complaints()
    if json:
        print_json({"complaints": complaints, "healthy": is_healthy(complaints)})
    else:
        for complaint in complaints:
            print_line(f"{complaint.problem}\n    {complaint.fix}")
        if not complaints:
            print_line("No problems found.")
    status = 0 if is_healthy(complaints) else PROBLEM
    if is_hung:  # what does not respond now would not let the process end either
        sys.stdout.flush()
        os._exit(status)
    sys.exit(status)


def _complaints() -> tuple[list[Complaint], bool]:
    """Return what is wrong, and whether something did not respond in time."""
    try:
        settings = load_settings(os.environ)
    except SettingError as error:
        return [Complaint(str(error), "docs/reference/settings.md lists all settings")], False
    disk, archive, files, server, running, channels = probe_side_by_side(
        (
            lambda: list(_of_disk(settings)),
            lambda: list(archive_complaints(settings, utc_now())),
            lambda: [
                *sms_complaints(settings),
                *payment_complaints(settings),
                *fiscal_complaints(settings),
                *text_complaints(settings),
                *bot_complaints(settings),
                *setup_complaints(settings, file_facts(settings, os.environ), utc_now()),
            ],
            lambda: _of_server(settings),
            lambda: list(warnings_of_running(settings)),
            lambda: asyncio.run(_of_providers(settings)),
        ),
        PROBE_SECONDS_MAX,
    )
    found: list[Complaint] = []
    if settings.unsafe:
        fix = "unset it: the database may lose confirmed orders"
        found.append(Complaint("GOTOVO_UNSAFE is set", fix))
    if disk is None or files is None:
        slow = f"{settings.data_dir} did not respond within {PROBE_SECONDS_MAX} seconds"
        found.append(Complaint(slow, "look at the disk, or the network it is mounted over"))
    if archive is None:
        slow = f"{settings.wal_archive} did not respond within {PROBE_SECONDS_MAX} seconds"
        found.append(Complaint(slow, "look at its disk: the log is kept for it meanwhile"))
    if server is None:
        slow = f"the database did not respond within {PROBE_SECONDS_MAX} seconds"
        found.append(Complaint(slow, "see whether it runs, hangs or starts, and ask again"))
    if channels is None:
        slow = f"a provider did not respond within {PROBE_SECONDS_MAX} seconds"
        found.append(Complaint(slow, "see whether it can be reached from this machine"))
    with_database = server if server is not None else files
    told = [*(disk or ()), *(archive or ()), *found, *(with_database or ()), *(channels or ())]
    for each in running or ():
        if each.problem not in {other.problem for other in told}:  # timers, which both know of
            told.append(each)
    return told, None in (disk, archive, files, server, running, channels)


def probe_side_by_side(
    probes: Sequence[Callable[[], list[Complaint]]], seconds_max: float
) -> list[list[Complaint] | None]:
    """Return what each probe has found; None for one that takes longer than all may."""
    results: list[list[Complaint] | None] = [None] * len(probes)

    def run(number: int) -> None:
        try:
            results[number] = probes[number]()
        except Exception as error:  # noqa: BLE001  (a probe that fails is a finding, too)
            problem = f"a check failed: {type(error).__name__}: {error}"
            results[number] = [Complaint(problem, "see whether the message helps, and report it")]

    threads = [
        threading.Thread(target=run, args=(number,), daemon=True) for number in range(len(probes))
    ]
    deadline = time.monotonic() + seconds_max
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return results


def warnings_of_running(settings: Settings) -> Iterator[Complaint]:
    """Return what the running program warns of in its `/readyz`, nothing where none runs.

    With several workers one of them answers, each time another.
    """
    host, port = (
        settings.operations_address
        if settings.operations_listen
        else (settings.host, settings.port)
    )
    local = "localhost" if host in _ANY_ADDRESS else host
    connection = HTTPConnection(local, port, timeout=RUNNING_SECONDS_MAX)
    try:
        connection.request("GET", "/readyz")
        warnings = msgspec.json.decode(connection.getresponse().read(), type=_Readiness).warnings
    except (OSError, HTTPException, msgspec.DecodeError):
        return  # Nothing runs there, or something else.
    finally:
        connection.close()
    for each in warnings:
        problem, _, page = each.partition("; see ")
        yield Complaint(problem, f"see {page}" if page else "look at the log of the program")


async def _of_providers(settings: Settings) -> list[Complaint]:
    """Ask the providers of messages and payments and the cash register, side by side."""
    found = await asyncio.gather(
        channel_complaints(settings), provider_complaints(settings), register_complaints(settings)
    )
    return [complaint for each in found for complaint in each]


def _of_server(settings: Settings) -> list[Complaint]:
    facts = file_facts(settings, os.environ)
    try:
        with database(settings) as url:
            found, facts = asyncio.run(_of_database(url, settings, facts))
    except (StoreError, OSError, asyncpg.PostgresError) as error:
        found = [Complaint(str(error), "check GOTOVO_DATABASE_URL or GOTOVO_DATA_DIR")]
    return [
        *found,
        *sms_complaints(settings),
        *payment_complaints(settings),
        *fiscal_complaints(settings),
        *text_complaints(settings),
        *bot_complaints(settings),
        *setup_complaints(settings, facts, utc_now()),
    ]


def _of_disk(settings: Settings) -> Iterator[Complaint]:
    folder = settings.data_dir
    existing = next(p for p in (folder, *folder.parents) if p.exists())
    free = shutil.disk_usage(existing).free
    if free < FREE_BYTES_MIN:
        yield Complaint(f"{existing} has only {free >> 20} MiB free", "free at least 1 GiB")


async def _of_secret(connection: "asyncpg.Connection[Any]", file: Path) -> list[Complaint]:
    """Compare the secret with the database; `setup_checks` looks who can read the file."""
    try:
        problem = await problem_with(connection, file, utc_now())
    except SecretFileError as error:
        is_told = "run chmod" in str(error)
        return [] if is_told else [Complaint(str(error), "see docs/operating/secrets.md")]
    return [] if problem is None else [Complaint(*problem)]


async def _of_database(
    url: str, settings: Settings, facts: SetupFacts
) -> tuple[list[Complaint], SetupFacts]:
    connection = await open_connection(url)
    try:
        version = connection.get_server_version()
        found: list[Complaint] = []
        if version.major * 10_000 < SERVER_VERSION_MIN:
            found.append(Complaint(f"PostgreSQL is {version.major}", "Gotovo needs 15 or newer"))
        found += [
            Complaint(f"{name} is off", f"alter system set {name} = on; select pg_reload_conf();")
            for name in await refuse_unsafe(connection, unsafe=True)
        ]
        missing = await pending(connection)
        if missing:
            found.append(Complaint(f"migrations missing: {len(missing)}", "run gotovo migrate"))
        else:
            found += await _of_timers(connection)
            found += await _of_webhooks(connection)
            found += await _of_secret(connection, settings.secret_file)
            found += await receipt_complaints(connection, settings, utc_now())
        return found, await with_server(facts, connection)
    finally:
        await connection.close()


async def _of_webhooks(connection: Any) -> list[Complaint]:
    """Advise to tell the owners of webhooks that their receivers had switched off."""
    return [
        Complaint(
            f"webhook {webhook} of shop {shop or DEFAULT_SHOP_NAME} is off since "
            f"{off_at:%Y-%m-%d %H:%M}Z: {reason}",
            f"tell its owner; gotovo webhooks change {webhook} --on sends what has waited",
            advice=True,
        )
        for webhook, shop, reason, off_at in await WebhookStore(connection).off(WEBHOOKS_SHOWN)
    ]


async def _of_timers(connection: Any) -> list[Complaint]:
    held = await TimerHoldStore(connection).holds()
    return [
        Complaint(
            f"timers hold {each.what} since {each.since:%Y-%m-%d %H:%M}Z",
            "run gotovo timers status, and gotovo timers release when it is right",
        )
        for each in held
        if each.released_at is None
    ]
