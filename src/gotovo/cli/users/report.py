"""People as the terminal shows them: a line each, or all of one."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from gotovo.api.resources.staff.staff_view import shop_name
from gotovo.store.tables.staff.credentials import PendingInvitation
from gotovo.store.tables.staff.people import StaffPerson, StoredGrant
from gotovo.store.tables.staff.sessions import StaffSession

_NONE: Final = "-"
_WIDTHS: Final = (20, 10, 44)


def people_lines(
    people: Sequence[StaffPerson],
    grants: Sequence[StoredGrant],
    invited: Mapping[UUID, PendingInvitation],
    now: datetime,
) -> Iterator[str]:
    """Return a heading and a line for each person."""
    yield _line(("LOGIN", "STATE", "ACTS AS", "NAME"))
    for person in people:
        own = [grant_text(each) for each in grants if each.person == person.id]
        state = state_of(person, invited.get(person.id), now)
        yield _line((person.login, state, ", ".join(own) or _NONE, person.name))


def person_page(
    person: StaffPerson,
    grants: Sequence[StoredGrant],
    invitation: PendingInvitation | None,
    sessions: Sequence[StaffSession],
    now: datetime,
) -> Iterator[str]:
    """Return everything about a person, a line each."""
    ways = [f"{person.passkeys} passkeys"] if person.passkeys else []
    ways += ["password with one-time codes"] if person.has_password else []
    rows = {
        "id": f"staff-{person.id.hex}",
        "login": person.login,
        "name": person.name,
        "language": person.locale or "as the browser asks",
        "own phone": "known" if person.own_customer else "not known",
        "state": state_of(person, invitation, now),
        "signs in": ", ".join(ways) or _NONE,
        "sessions": str(len(sessions)),
        "invited": f"{instant(person.created_at)} by {person.created_by}",
    }
    for name, value in rows.items():
        yield f"{name:<10} {value}"
    for each in grants:
        given = f"since {instant(each.granted_at)} by {each.granted_by}"
        yield f"{'grant':<10} {each.id}  {grant_text(each)}  {given}"


def session_lines(sessions: Sequence[StaffSession]) -> Iterator[str]:
    """Return a line for each session."""
    for each in sessions:
        role = each.role or "nothing chosen"
        place = f" at {each.point}" if each.point else ""
        browser = " on ".join(part for part in (each.browser, each.system) if part) or "unknown"
        yield (
            f"{instant(each.began_at)}  {each.method:<10} {role}{place}, {browser}, "
            f"used {instant(each.seen_at)}, ends {instant(each.ends_at)}"
        )


def state_of(person: StaffPerson, invitation: PendingInvitation | None, now: datetime) -> str:
    """Return whether a person can sign in, in a word."""
    if person.suspended_at is not None:
        return "suspended"
    if person.has_password or person.passkeys:
        return "active"
    is_open = invitation is not None and invitation.expires_at > now
    return "invited" if is_open else "no way in"


def grant_text(grant: StoredGrant) -> str:
    """Return a grant in a few words."""
    place = grant.point or grant.warehouse
    if grant.shop is not None:
        place = f"shop {shop_name(grant.shop)}"
    return f"{grant.role} {place}" if place else grant.role


def instant(at: datetime) -> str:
    """Return an instant as the terminal shows it."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _line(values: Sequence[str]) -> str:
    *first, last = values
    cells = [
        f"{_shortened(value, width):<{width}}" for value, width in zip(first, _WIDTHS, strict=True)
    ]
    return "  ".join((*cells, last)).rstrip()


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
