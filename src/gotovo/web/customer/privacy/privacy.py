"""Privacy: what is stored about the buyer, its export and its erasure."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

import msgspec
from msgspec import structs
from starlette.responses import Response

from gotovo.access.rate_limits import RateLimit
from gotovo.engine.submission import SubmissionResult
from gotovo.http.errors import BadRequest
from gotovo.order.steps.contact_erasure import EraseContact
from gotovo.order.values.actor import Role
from gotovo.order.values.number import is_valid
from gotovo.store.tables.access.sign_in import Session
from gotovo.store.tables.orders.personal_data import OrderContact, OrderData
from gotovo.store.tables.security.kinds import EntryDetails, SecurityKind
from gotovo.web.customer.privacy.access_log import exported_access, latest_access
from gotovo.web.site.page import require_fresh
from gotovo.web.site.rate_limit import enforce_limits
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.submission import submit_command
from gotovo.web.site.time_zone import usual_zone
from gotovo.web.site.visit import Visit

ORDERS_PER_FILE: Final = 500
"""About five megabytes; a buyer with more orders gets further files."""

SESSIONS_MAX: Final = 100
DOWNLOADS: Final = RateLimit("downloads per customer", 10, timedelta(minutes=6))
"""Each reads everything; ten are enough for repeated downloads on two devices."""

_ERASED_AT_ONCE = 50  # They share the engine's batches with other commands.
_LISTED_MAX = 20
_JSON: Final = "application/json"


async def privacy_page(visit: Visit) -> Response:
    """Show what is stored, and offer its export and its erasure."""
    session = visit.session
    access_log = await latest_access(visit, session) if session else ()
    erased = session is None and bool(visit.query("erased"))
    zone = usual_zone(visit)
    return render(
        visit, "customer/privacy/privacy.html", erased=erased, access_log=access_log, zone=zone
    )


async def download_data(visit: Visit, session: Session) -> Response:
    """Export everything that is stored about the person signed in, as one file."""
    dependencies = visit.dependencies
    after = _parse_cursor(visit.query("after"))
    await enforce_limits(visit, {DOWNLOADS: session.customer})
    orders, next_cursor = await dependencies.personal_data.orders(
        session.customer, after, ORDERS_PER_FILE, session.orders_since
    )
    signed_in = await dependencies.sign_in.sessions_of(
        session.customer, visit.identity.session_key, visit.now, SESSIONS_MAX
    )
    passkeys = (
        await dependencies.passkeys.of_customer(session.customer, visit.now)
        if dependencies.passkeys
        else ()
    )
    await visit.record_now(SecurityKind.DATA_EXPORTED, EntryDetails(rows=len(orders)))
    exported = {
        "made_at": visit.now,
        "customer": session.customer,
        "phone": session.shown_as,
        "continued_at": _address(next_cursor) if next_cursor else None,
        "orders": [_exported_order(each) for each in orders],
        "looks": [
            exported_access(each)
            for each in await dependencies.personal_data.accesses(session.customer)
        ],
        "messages": await _messages(visit, orders),
        "sessions": [{name: getattr(each, name) for name in _SESSION_FIELDS} for each in signed_in],
        "passkeys": [{name: getattr(each, name) for name in _PASSKEY_FIELDS} for each in passkeys],
        "notice_choices": await dependencies.preferences.history(session.customer),
        "push_subscriptions": await dependencies.personal_data.subscriptions(session.customer),
        "telegram": await dependencies.personal_data.telegram(session.customer),
    }
    disposition = f'attachment; filename="gotovo-{visit.now:%Y-%m-%d}.json"'
    body = msgspec.json.format(msgspec.json.encode(exported), indent=1)
    return Response(body, media_type=_JSON, headers={"content-disposition": disposition})


async def erasure_page(visit: Visit, session: Session) -> Response:
    """Show what is erased and what has to stay, and list the orders that prevent an erasure."""
    require_fresh(visit, session, "erasure")
    return await _erasure_page(visit, session)


async def erase_data(visit: Visit, session: Session) -> Response:
    """Erase the buyer from each order, end all sessions, and delete the rest."""
    require_fresh(visit, session, "erasure")
    if visit.field("sure") != "yes":
        raise BadRequest
    dependencies, customer, since = visit.dependencies, session.customer, session.orders_since
    data = dependencies.personal_data
    if await data.open_orders(customer, 1, since):
        return await _erasure_page(visit, session, HTTPStatus.CONFLICT)
    while known := await data.known_orders(customer, _ERASED_AT_ONCE, since):
        recipients = {to for each in known for to in (each.phone, each.email) if to}
        await data.forget_messages(sorted(recipients))
        outcomes = await asyncio.gather(
            *(_erase(visit, each, visit.field("once")) for each in known)
        )
        if any(outcome.refusal is not None for outcome in outcomes):  # one was reinstated
            return await _erasure_page(visit, session, HTTPStatus.CONFLICT)
    await visit.record_now(SecurityKind.BUYER_ERASED)
    await data.forget(customer, since)
    await visit.identity.sign_out()
    visit.identity.forget_browser()
    return see_other(visit, "/privacy", erased="yes")


async def _erase(visit: Visit, known: OrderContact, once: str) -> SubmissionResult:
    return await submit_command(visit, known.number, EraseContact(), once=once, role=Role.BUYER)


async def _erasure_page(visit: Visit, session: Session, status: int = 200) -> Response:
    found = await visit.dependencies.personal_data.open_orders(
        session.customer, _LISTED_MAX, session.orders_since
    )
    return render(visit, "customer/privacy/erasure.html", status, open_orders=found)


async def _messages(visit: Visit, orders: Sequence[OrderData]) -> list[dict[str, Any]]:
    """Return what was told about these orders, and about the account."""
    session = visit.session
    assert session is not None
    messages = visit.dependencies.messages
    told = await messages.of_account(session.customer, session.orders_since)
    found: list[dict[str, Any]] = [{"number": "", **structs.asdict(each)} for each in told]
    for order in orders:
        records = await messages.of_order(order.number, session.customer)
        found += [{"number": order.number, **structs.asdict(each)} for each in records]
    return found


def _exported_order(order: OrderData) -> dict[str, object]:
    """Return an order with the addresses of its photos, which would be too large themselves."""
    folder = f"/orders/{order.number}/return-claim"
    photos = [{"at": f"{folder}/{x.id.hex}", "added_at": x.added_at} for x in order.photos]
    exported = structs.asdict(order)
    accesses = [exported_access(each) for each in exported.pop("accesses")]
    return {**exported, "photos": photos, "looks": accesses}


def _address(cursor: tuple[datetime, str]) -> str:
    placed_at, number = cursor
    return f"/privacy/data?after={placed_at:%Y%m%dT%H%M%S.%fZ}~{number}"


def _parse_cursor(text: str) -> tuple[datetime, str] | None:
    """Parse a cursor; anything that is not one of ours is a BadRequest."""
    if not text:
        return None
    instant, _, number = text.partition("~")
    try:
        placed_at = datetime.strptime(instant, "%Y%m%dT%H%M%S.%f%z").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRequest from error
    if not is_valid(number):
        raise BadRequest
    return placed_at, number


_SESSION_FIELDS = ("browser", "system", "began_at", "used_at")
_PASSKEY_FIELDS = ("browser", "system", "created_at", "expires_at")
