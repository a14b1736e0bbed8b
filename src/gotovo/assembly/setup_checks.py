"""Wrong set-ups that start and serve, and hurt later: each is named, with its fix.

Pure: settings and facts in, complaints out. `gotovo doctor` and the start of the program show the
same ones, and a demo that strangers could reach is refused (`refuse_public_demo`).
"""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from gotovo.config import Settings
from gotovo.setting_checks import SettingError
from gotovo.store.postgres.facts.minor_releases import SOURCE, outdated_by
from gotovo.store.postgres.facts.role_facts import RoleFacts
from gotovo.store.postgres.facts.server_facts import ServerFacts

CLOCK_SECONDS_MAX: Final = 5.0
"""Codes, sessions and timers bear a difference of some seconds; one of minutes expires orders."""


class Complaint(Struct, frozen=True, rename={"problem": "what", "fix": "mend"}):
    """A problem, and how to fix it. Advice leaves the installation healthy."""

    problem: str
    fix: str
    advice: bool = False


class SetupFacts(Struct, frozen=True, kw_only=True):
    """What the machine and the database tell; None is what could not be found out.

    `readable` are files with secrets that other accounts can read, `replaceable` folders of theirs
    in which other accounts can put another file in their place. `staff_pages_missing` is why the
    pages of staff are not there, empty where they are.
    """

    readable: Sequence[Path] = ()
    replaceable: Sequence[Path] = ()
    server: ServerFacts | None = None
    role: RoleFacts | None = None
    clock_is_kept: bool | None = None
    staff_pages_missing: str = ""


def setup_complaints(settings: Settings, facts: SetupFacts, now: datetime) -> Iterator[Complaint]:
    """Return what is wrong with a set-up, the most dangerous first."""
    yield from _of_secrets(facts)
    yield from _of_addresses(settings)
    yield from _of_staff_pages(facts.staff_pages_missing)
    if facts.role is not None:
        yield from _of_role(facts.role)
    if facts.server is not None:
        yield from _of_clock(facts.server, is_kept=facts.clock_is_kept)
        yield from _of_backup(settings, facts.server, now)
        yield from _of_release(facts.server)


def refuse_public_demo(settings: Settings) -> None:
    """Raise SettingError for a demo that others than this machine could reach.

    Its phone shows every sign-in code to everybody, and its town places orders for ever.
    """
    if not settings.demo or settings.demo_public:
        return
    reachable = [
        f"{name} = {value}"
        for name, value in (
            ("public_url", settings.public_url if not _is_local(_host(settings)) else ""),
            ("listen", settings.listen if not _is_local(settings.host) else ""),
            ("trusted_proxies", settings.trusted_proxies),
        )
        if value
    ]
    if reachable:
        message = (
            f"demo: {', '.join(reachable)}: others could reach the demo, whose phone shows "
            "everybody's sign-in codes: serve it on 127.0.0.1, or allow it with "
            "`gotovo demo --force` (setting demo_public)"
        )
        raise SettingError(message)


def _of_secrets(facts: SetupFacts) -> Iterator[Complaint]:
    for file in facts.readable:
        yield Complaint(f"{file} can be read by others", f"run chmod 600 {file}")
    for folder in facts.replaceable:
        yield Complaint(
            f"{folder} can be written by others, who could replace the secrets in it",
            f"run chmod go-w {folder}",
        )


def _of_addresses(settings: Settings) -> Iterator[Complaint]:
    if settings.demo and settings.demo_public:
        yield Complaint(
            "the demo may be reached by others: its phone shows everybody's sign-in codes",
            "unset GOTOVO_DEMO_PUBLIC",
        )
    if settings.public_url.startswith("https://") and not settings.trusted_proxies:
        yield Complaint(
            f"public_url is {settings.public_url}, and trusted_proxies is empty: all visitors have "
            "the proxy's address, and share its limits of connections and sign-in codes",
            "set GOTOVO_TRUSTED_PROXIES to the address of the proxy that speaks https "
            "(docs/operating/proxy.md)",
        )
    if settings.public_url.startswith("http://") and not _is_local(_host(settings)):
        yield Complaint(
            f"public_url is {settings.public_url}: pages, codes and keys travel unencrypted",
            "put a proxy that speaks https in front (docs/operating/proxy.md)",
        )
    if not settings.public_url and not _is_local(settings.host):
        yield Complaint(
            f"listen is {settings.listen}, and public_url is empty: links in messages lead nowhere",
            "set GOTOVO_PUBLIC_URL to the address that buyers open",
            advice=True,
        )
    everybody = [each for each in settings.proxies if ipaddress.ip_network(each).prefixlen == 0]
    if everybody:
        yield Complaint(
            f"trusted_proxies has {everybody[0]}: every visitor may claim any address",
            "set GOTOVO_TRUSTED_PROXIES to the addresses of your proxies alone",
        )


def _of_staff_pages(reason: str) -> Iterator[Complaint]:
    if reason:
        yield Complaint(
            f"the pages of staff are missing, everything else runs: {reason}",
            "in a checkout, run frontend/build again and restart the program; "
            "a published release has them built in",
            advice=True,
        )


def _of_role(role: RoleFacts) -> Iterator[Complaint]:
    fix = "give the program a role that owns its schema alone (docs/operating/database.md)"
    if role.is_superuser:
        yield Complaint(f"the database's role {role.name} is a superuser", fix)
    elif role.dangerous:
        may = ", ".join(role.dangerous)
        yield Complaint(f"the database's role {role.name} may more than it needs: {may}", fix)
    elif role.unneeded:
        has = ", ".join(role.unneeded)
        yield Complaint(f"the database's role {role.name} does not need {has}", fix, advice=True)


def _of_clock(server: ServerFacts, *, is_kept: bool | None) -> Iterator[Complaint]:
    ahead = server.ahead_seconds
    if abs(ahead) - server.uncertain_seconds > CLOCK_SECONDS_MAX:
        which = "ahead of" if ahead > 0 else "behind"
        yield Complaint(
            f"the clock of this machine is {abs(ahead):.0f} s {which} that of PostgreSQL",
            "let a time service set the clocks of both machines: chrony, or systemd-timesyncd",
        )
    elif is_kept is False:
        yield Complaint(
            "no time service keeps the clock of this machine, as far as the kernel knows",
            "run chrony or systemd-timesyncd; in a container, see that the host does",
            advice=True,
        )


def _of_backup(settings: Settings, server: ServerFacts, now: datetime) -> Iterator[Complaint]:
    if settings.demo or not settings.backup_days or server.installed_at is None:
        return
    latest = timedelta(days=settings.backup_days)
    if now - (server.backup_at or server.installed_at) <= latest:
        return
    last = f"the last backup is of {server.backup_at:%Y-%m-%d}" if server.backup_at else ""
    yield Complaint(
        f"{last or 'no backup is known of'}; backup_days is {settings.backup_days}",
        "make one (docs/operating/running.md); set GOTOVO_BACKUP_DAYS=0 where something makes them "
        "that PostgreSQL knows nothing of",
    )


def _of_release(server: ServerFacts) -> Iterator[Complaint]:
    newer = outdated_by(server.version_number)
    if newer is not None:
        yield Complaint(
            f"PostgreSQL is {server.shown_version}, which has holes that {newer} has not",
            f"install {newer} or newer and restart it, nothing else changes: {SOURCE}",
        )


def _host(settings: Settings) -> str:
    return urlsplit(settings.public_url).hostname or "localhost"


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_healthy(complaints: Iterable[Complaint]) -> bool:
    """Tell whether there is nothing but advice."""
    return all(each.advice for each in complaints)
