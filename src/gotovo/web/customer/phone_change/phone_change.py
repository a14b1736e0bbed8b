"""Phone change: a person proved lately types a code from the new phone, and the account moves.

First the contacts of the orders get the new phone, then it opens the account: if that breaks off in
between, the old phone still opens it and the change can be repeated. Where the new phone has got an
order of its own meanwhile, the contacts get the old one back.
"""

import asyncio
from http import HTTPStatus
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from gotovo.access.buyer import devices, phone_accounts, sign_in_codes
from gotovo.access.phones import parse_phone
from gotovo.keyring.sealing import seal, unseal
from gotovo.notices.rules import Purpose
from gotovo.notices.texts.account_texts import phone_change_code_text, phone_changed_text
from gotovo.order.steps.phone_change import ChangePhone
from gotovo.order.values.actor import Role
from gotovo.store.tables.access.accounts import OrderPhone
from gotovo.store.tables.access.sign_in import Session
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.web.customer.contact.announcement import announce, phone_of
from gotovo.web.customer.sign_in.sending import send_sign_in_code
from gotovo.web.site import cookies
from gotovo.web.site.errors import NoChannel
from gotovo.web.site.page import require_fresh
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.submission import submit_command
from gotovo.web.site.visit import Visit
from gotovo.words.formats.phones import mask_phone

_ORDERS_AT_ONCE: Final = 50  # They share the engine's batches with other commands.
_PURPOSE: Final = "new phone"


class PhoneChangePage(Struct, frozen=True):
    """The form for the new phone or, once a code is on its way, for the code; named `page`.

    `sent_to` is the masked new phone, None before. `wrong` is the field that is wrong, or `same`
    and `taken` for a phone that cannot be had. `tries_left` follows a wrong code.
    """

    sent_to: str | None
    typed: str = ""
    wrong: str = ""
    tries_left: int = 0
    minutes: int = int(sign_in_codes.LIFETIME.total_seconds()) // 60


async def phone_change_page(visit: Visit, session: Session) -> Response:
    """Ask for the new phone, or for the code that was sent to it."""
    require_fresh(visit, session, "phone")
    sent_to = None if visit.query("again") else await _sent_to(visit)
    return _page(visit, PhoneChangePage(sent_to))


async def send_phone_change_code(visit: Visit, session: Session) -> Response:
    """Send a code to the new phone, whoever has it now."""
    require_fresh(visit, session, "phone")
    dependencies, typed = visit.dependencies, visit.field("phone")
    if dependencies.channel is None:
        raise NoChannel
    phone = parse_phone(typed, dependencies.region)
    if phone is None:
        return _page(visit, PhoneChangePage(None, typed, "phone"))
    if not dependencies.code_ceilings.serves(phone):
        return _page(visit, PhoneChangePage(None, typed, "country"))
    if await dependencies.phone_accounts.customer_of(phone) == session.customer:
        return _page(visit, PhoneChangePage(None, typed, "same"))
    await send_sign_in_code(
        visit, dependencies.channel, phone, "", _browser(visit), text_of=phone_change_code_text
    )
    sealed = seal(dependencies.forms, dependencies.random_bytes, _PURPOSE, _browser(visit), phone)
    visit.cookies.set(cookies.PHONE, sealed, sign_in_codes.LIFETIME)
    return see_other(visit, "/phone-change")


async def change_phone(visit: Visit, session: Session) -> Response:
    """Take the code, move the account, and sign out all other devices."""
    require_fresh(visit, session, "phone")
    dependencies = visit.dependencies
    sealed = visit.cookies.read(cookies.PHONE)
    phone = unseal(dependencies.forms, _PURPOSE, _browser(visit), sealed)
    answer = await sign_in_codes.answer(
        dependencies.sign_in,
        dependencies.forms,
        _browser(visit),
        visit.field("code"),
        visit.now,
    )
    if not phone or answer.customer != await dependencies.phone_accounts.customer_of(phone):
        visit.record(SecurityKind.PERSON_NOT_CONFIRMED, method="new_phone")
        sent_to = await _sent_to(visit)
        return _page(visit, PhoneChangePage(sent_to, wrong="code", tries_left=answer.tries_left))
    visit.cookies.delete(cookies.PHONE)
    known_since = visit.now - dependencies.idle_phone
    if await dependencies.phone_accounts.store.has_orders(answer.customer, known_since):
        return _page(visit, PhoneChangePage(None, wrong="taken"))
    former = await phone_of(visit, session.customer)
    await _reach_at(visit, session, phone)
    await visit.record_now(SecurityKind.PHONE_CHANGED)
    if not await phone_accounts.move(
        dependencies.phone_accounts,
        session,
        phone,
        visit.now,
        dependencies.idle_phone,
    ):
        visit.record(SecurityKind.PHONE_CHANGED, "undone")
        if former is not None:
            await _reach_at(visit, session, former.phone, instead_of=phone)
        return _page(visit, PhoneChangePage(None, wrong="taken"))
    shown_as = mask_phone(phone)
    await _close(visit, session, answer.customer)
    if former is not None:
        await announce(
            visit,
            session.customer,
            former,
            Purpose.PHONE_CHANGED,
            visit.now.isoformat(),
            lambda language: phone_changed_text(shown_as, language, dependencies.hotline),
        )
    return see_other(visit, "/devices", phone="changed")


async def _reach_at(visit: Visit, session: Session, phone: str, instead_of: str = "") -> None:
    """Give a phone to every order that is reached at the account's, or at the one that is named."""
    store, after = visit.dependencies.phone_accounts.store, ""
    account = session.customer
    accounts = visit.dependencies.phone_accounts
    while page := await store.contacts(
        session.customer, after, _ORDERS_AT_ONCE, session.orders_since
    ):
        account_of = await accounts.looked_up([each.phone for each in page])
        reached = [
            each
            for each in page
            if (each.phone == instead_of if instead_of else account_of(each.phone) == account)
        ]
        await asyncio.gather(*(_reach_order_at(visit, each, phone) for each in reached))
        after = page[-1].number


async def _reach_order_at(visit: Visit, known: OrderPhone, phone: str) -> None:
    once = f"{visit.now.isoformat()} {phone}"
    await submit_command(
        visit, known.number, ChangePhone(), once=once, role=Role.BUYER, phone=phone
    )


async def _close(visit: Visit, session: Session, unused: str) -> None:
    """End the other sessions, and whatever could sign in to the account the new phone had."""
    dependencies = visit.dependencies
    token = visit.identity.session_token
    await devices.sign_out_others(dependencies.sign_in, session, token)
    await dependencies.sign_in.end_all_sessions(unused)
    if dependencies.passkeys is not None:
        for passkey in await dependencies.passkeys.of_customer(unused, visit.now):
            await dependencies.passkeys.remove(unused, passkey.id)


async def _sent_to(visit: Visit) -> str | None:
    return await sign_in_codes.sent_to(visit.dependencies.sign_in, _browser(visit), visit.now)


def _browser(visit: Visit) -> str:
    """Return what the code is bound to: this session, and this page of it."""
    return f"phone-change:{visit.identity.session_token}"


def _page(visit: Visit, page: PhoneChangePage) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if page.wrong else HTTPStatus.OK
    return render(visit, "customer/phone_change/phone_change.html", status, page=page)
