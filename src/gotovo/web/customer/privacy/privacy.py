"""Privacy: what is kept about the buyer, handed over whole, or forgotten."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

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
from gotovo.web.customer.privacy.access_log import exported_access, latest_access
from gotovo.web.site.rate_limit import enforce_limits
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.submission import submit_command
from gotovo.web.site.time_zone import usual_zone
from gotovo.web.site.visit import Visit

ORDERS_A_FILE: Final = 500
"""About five megabytes; whoever has more orders gets the rest as further files."""

MESSAGES_MAX: Final = 1_000
SESSIONS_MAX: Final = 100
DOWNLOADS: Final = RateLimit("downloads per customer", 10, timedelta(minutes=6))
"""Each reads everything; ten are enough for somebody who looks twice on two devices."""

_ERASED_AT_ONCE = 50  # They share the engine's batches, and leave room in them for others.
_NAMED_MAX = 20
_CONFLICT: Final = 409
_JSON: Final = "application/json"


async def privacy_page(visit: Visit) -> Response:
    """Say what is kept, and offer to hand it over or to forget it."""
    session = visit.session
    looks = await latest_access(visit, session.customer) if session else ()
    erased = session is None and bool(visit.query("erased"))
    zone = usual_zone(visit)
    return render(visit, "customer/privacy/privacy.html", erased=erased, looks=looks, zone=zone)


async def download_data(visit: Visit, session: Session) -> Response:
    """Hand over everything that is kept about whoever is signed in, as one file."""
    dependencies = visit.dependencies
    after = _cursor(visit.query("after"))
    await enforce_limits(visit, {DOWNLOADS: session.customer})
    orders, following = await dependencies.personal_data.orders(
        session.customer, after, ORDERS_A_FILE
    )
    signed_in = await dependencies.sign_in.sessions_of(
        session.customer, visit.identity.session_key, visit.now, SESSIONS_MAX
    )
    passkeys = (
        await dependencies.passkeys.of_customer(session.customer, visit.now)
        if dependencies.passkeys
        else ()
    )
    said = {
        "made_at": visit.now,
        "customer": session.customer,
        "phone": session.shown_as,
        "continued_at": _address(following) if following else None,
        "orders": [_told(each) for each in orders],
        "looks": [
            exported_access(each)
            for each in await dependencies.personal_data.accesses(session.customer)
        ],
        "messages": await _messages(visit, orders),
        "sessions": [{name: getattr(each, name) for name in _SESSION_FIELDS} for each in signed_in],
        "passkeys": [{name: getattr(each, name) for name in _PASSKEY_FIELDS} for each in passkeys],
        "push_subscriptions": await dependencies.personal_data.subscriptions(session.customer),
    }
    named = f'attachment; filename="gotovo-{visit.now:%Y-%m-%d}.json"'
    body = msgspec.json.format(msgspec.json.encode(said), indent=1)
    return Response(body, media_type=_JSON, headers={"content-disposition": named})


async def erasure_page(visit: Visit, session: Session) -> Response:
    """Say what is erased and what has to stay; orders that stand in the way are named."""
    return await _erasure_page(visit, session)


async def erase_data(visit: Visit, session: Session) -> Response:
    """Erase the buyer from each order, end all sessions, and forget the rest."""
    if visit.field("sure") != "yes":
        raise BadRequest
    dependencies, customer = visit.dependencies, session.customer
    if await dependencies.personal_data.open_orders(customer, 1):
        return await _erasure_page(visit, session, _CONFLICT)
    while known := await dependencies.personal_data.known_orders(customer, _ERASED_AT_ONCE):
        await dependencies.personal_data.forget_messages(sorted({each.phone for each in known}))
        outcomes = await asyncio.gather(
            *(_erase(visit, each, visit.field("once")) for each in known)
        )
        if any(outcome.refusal is not None for outcome in outcomes):  # one lives again
            return await _erasure_page(visit, session, _CONFLICT)
    await dependencies.personal_data.forget(customer)
    await visit.identity.sign_out()
    return see_other(visit, "/privacy", erased="yes")


async def _erase(visit: Visit, known: OrderContact, once: str) -> SubmissionResult:
    return await submit_command(visit, known.number, EraseContact(), once=once, role=Role.BUYER)


async def _erasure_page(visit: Visit, session: Session, status: int = 200) -> Response:
    found = await visit.dependencies.personal_data.open_orders(session.customer, _NAMED_MAX)
    return render(visit, "customer/privacy/erasure.html", status, open_orders=found)


async def _messages(visit: Visit, orders: Sequence[OrderData]) -> list[dict[str, object]]:
    """Return what was sent to the phones of these orders; codes for signing in are left out."""
    if visit.dependencies.phone is None:
        return []
    phones = {_phone.decode(each.contact).phone for each in orders if each.contact is not None}
    found = [
        structs.asdict(message)
        for phone in sorted(phones)
        for message in await visit.dependencies.phone.latest(phone, MESSAGES_MAX)
        if message.purpose != "sign_in"
    ]
    return [{name: each[name] for name in _MESSAGE_FIELDS} for each in found]


def _told(order: OrderData) -> dict[str, object]:
    """Return an order with the addresses of its pictures: a file of all would be too large."""
    folder = f"/orders/{order.number}/return-claim"
    photos = [{"at": f"{folder}/{x.id.hex}", "added_at": x.added_at} for x in order.photos]
    exported = structs.asdict(order)
    looks = [exported_access(each) for each in exported.pop("accesses")]
    return {**exported, "photos": photos, "looks": looks}


def _address(cursor: tuple[datetime, str]) -> str:
    placed_at, number = cursor
    return f"/privacy/data?after={placed_at:%Y%m%dT%H%M%S.%fZ}~{number}"


def _cursor(said: str) -> tuple[datetime, str] | None:
    """Read a cursor; anything else than one of ours is a BadRequest."""
    if not said:
        return None
    instant, _, number = said.partition("~")
    try:
        placed_at = datetime.strptime(instant, "%Y%m%dT%H%M%S.%f%z").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRequest from error
    if not is_valid(number):
        raise BadRequest
    return placed_at, number


class _Reached(msgspec.Struct):
    phone: str


_phone = msgspec.json.Decoder(_Reached)
_SESSION_FIELDS = ("browser", "system", "began_at", "used_at")
_PASSKEY_FIELDS = ("browser", "system", "created_at", "expires_at")
_MESSAGE_FIELDS = ("phone", "purpose", "number", "sent_at", "text")
