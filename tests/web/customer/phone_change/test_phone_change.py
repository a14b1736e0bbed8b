"""A buyer moves to another phone with all orders; whoever gets the old number sees none of them."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from gotovo.access.buyer.phone_accounts import BEGINS_AFTER
from gotovo.order.values.customer import customer_id
from gotovo.store.audit.audit import audit
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, BORIS, SECRET, Cast, Clock
from tests.support.web.goods import MUG
from tests.support.web.sample_orders.closed_orders import long_ago
from tests.support.web.sample_orders.open_orders import ready
from tests.support.web.stage import browser_of
from tests.support.web.teller import Teller

NEW = "+79005550000"
THIRD = "+79005551111"


async def moves(buyer: Buyer, phone: str) -> httpx.Response:
    """Ask for a code at the new phone and type it."""
    page = await buyer.opens("/phone-change")
    page = await buyer.sends(page, "/phone-change-code", phone=phone)
    return await buyer.sends(page, "/phone-change", code=await buyer.reads_code(phone))


async def sees(dependencies: WebDependencies, phone: str) -> str:
    """Return the list of whoever signs in with a phone in a new browser."""
    async with browser_of(dependencies) as client:
        page = await Buyer(client).signs_in(phone)
        assert page.url.path == "/orders"
        return text_of(page.text)


async def messages(
    dependencies: WebDependencies, dispatcher: Teller, phone: str, purpose: str
) -> list[str]:
    """Send what is due, and return the messages of one purpose to a phone."""
    await dispatcher.delivery.send_due()
    assert dependencies.phone is not None
    found = await dependencies.phone.latest(phone, 100)
    return [each.text for each in found if each.purpose == purpose]


async def test_orders_go_with_their_buyer_and_not_with_the_number(
    buyer: Buyer, cast: Cast, clock: Clock, dependencies: WebDependencies, database_url: str
) -> None:
    order, closed = await ready(cast), await long_ago(cast, 1)
    await buyer.signs_in(ALINA)
    page = await moves(buyer, NEW)
    assert page.url.path == "/devices"
    assert "Your number is changed" in text_of(page.text)
    assert "+7 9** ***-**-00" in text_of(page.text)
    clock.now += BEGINS_AFTER
    for number in (order.number, closed.number):
        contact = await dependencies.orders.contact(number)
        assert contact is not None
        assert contact.phone == NEW
        assert (await buyer.opens(f"/orders/{number}")).status_code == 200
    assert order.number[-4:] in await sees(dependencies, NEW)
    assert order.number[-4:] not in await sees(dependencies, ALINA)
    findings = (await audit(database_url, [SECRET], workers=1)).findings
    assert [each for each in findings if each.where.startswith("orders")] == []


async def test_a_new_order_of_the_new_phone_is_the_same_buyers_and_of_the_old_is_not(
    buyer: Buyer, cast: Cast, clock: Clock, dependencies: WebDependencies
) -> None:
    await ready(cast)
    await buyer.signs_in(ALINA)
    await moves(buyer, NEW)
    account_of = await dependencies.phone_accounts.current([NEW, ALINA, BORIS])
    assert account_of(NEW) == customer_id(SECRET, NEW), "every process has to know it first"
    clock.now += BEGINS_AFTER
    assert account_of(NEW) == customer_id(SECRET, ALINA)
    assert account_of(ALINA) not in {customer_id(SECRET, ALINA), customer_id(SECRET, NEW)}
    assert account_of(BORIS) == customer_id(SECRET, BORIS)


async def test_the_old_phone_is_told_and_other_devices_are_signed_out(
    buyer: Buyer,
    cast: Cast,
    dependencies: WebDependencies,
    dispatcher: Teller,
    pool: "asyncpg.Pool[Any]",
) -> None:
    await ready(cast)
    async with browser_of(dependencies) as client:
        await Buyer(client).signs_in(ALINA)
        await buyer.signs_in(ALINA)
        await moves(buyer, NEW)
        assert (await client.get("/orders")).status_code == 303
    (told,) = await messages(dependencies, dispatcher, ALINA, "phone_changed")
    assert "Ваши заказы Gotovo теперь привязаны к номеру" in told
    assert NEW not in told
    assert await pool.fetchval("select count(phone) from message") == 0, "kept until it is sent"


async def test_a_session_left_open_does_not_move(buyer: Buyer, clock: Clock) -> None:
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/phone-change")
    clock.now += timedelta(minutes=11)
    for path in ("/phone-change-code", "/phone-change"):
        form = {"form": _form_of(page), "phone": NEW, "code": "123456"}
        answer = await buyer.client.post(path, data=form, follow_redirects=True)
        assert answer.url.path == "/confirmation"
    page = await buyer.sends(answer, "/confirmation-code", phone=ALINA)
    page = await buyer.sends(page, "/confirmation", code=await buyer.reads_code(ALINA))
    assert page.url.path == "/phone-change"


async def test_another_code_or_another_browser_moves_nothing(
    buyer: Buyer, cast: Cast, clock: Clock, dependencies: WebDependencies
) -> None:
    await ready(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/phone-change")
    page = await buyer.sends(page, "/phone-change-code", phone=NEW)
    right = await buyer.reads_code(NEW)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    page = await buyer.sends(page, "/phone-change", code=wrong)
    assert page.status_code == 422
    assert "2 attempts left" in text_of(page.text)
    async with browser_of(dependencies) as client:
        thief = Buyer(client)
        await thief.signs_in(BORIS)
        form = {"form": _form_of(await thief.opens("/phone-change")), "code": right}
        assert (await client.post("/phone-change", data=form)).status_code == 422
    clock.now += BEGINS_AFTER
    assert await dependencies.phone_accounts.customer_of(NEW) == customer_id(SECRET, NEW)


async def test_a_phone_with_orders_of_its_own_keeps_them_and_says_so_only_to_its_holder(
    buyer: Buyer, cast: Cast, clock: Clock, dependencies: WebDependencies
) -> None:
    order = await ready(cast)
    await buyer.signs_in(BORIS)
    page = await buyer.opens("/phone-change")
    page = await buyer.sends(page, "/phone-change-code", phone=ALINA)
    assert page.status_code == 200
    page = await buyer.sends(page, "/phone-change", code=await buyer.reads_code(ALINA))
    assert "This number has orders of its own" in text_of(page.text)
    clock.now += BEGINS_AFTER
    assert order.number[-4:] in await sees(dependencies, ALINA)


@pytest.mark.parametrize(
    ("typed", "told"),
    [("12", "does not look like a phone number"), (ALINA, "with this number already")],
)
async def test_what_cannot_be_the_new_phone_is_said_at_the_field(
    buyer: Buyer, typed: str, told: str
) -> None:
    await buyer.signs_in(ALINA)
    page = await buyer.sends(await buyer.opens("/phone-change"), "/phone-change-code", phone=typed)
    assert page.status_code == 422
    assert told in text_of(page.text)


async def test_an_order_that_the_new_phone_gets_at_the_same_moment_stays_its_buyers(
    buyer: Buyer,
    cast: Cast,
    clock: Clock,
    dependencies: WebDependencies,
    dispatcher: Teller,
    database_url: str,
) -> None:
    """It was placed after the change had looked for orders, and before it was written."""
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.sends(await buyer.opens("/phone-change"), "/phone-change-code", phone=NEW)
    code = await buyer.reads_code(NEW)
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(
            "select pg_advisory_lock(hashtextextended('phone account ' || $1, 0))",
            customer_id(SECRET, ALINA),
        )
        change = asyncio.create_task(buyer.sends(page, "/phone-change", code=code))
        async with asyncio.timeout(10):
            waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
            while not await connection.fetchval(waiting):  # noqa: ASYNC110  (a lock, no event)
                await asyncio.sleep(0.01)
        placed = await cast.place(NEW, clock.now, MUG)
    finally:
        await connection.close()
    assert "This number has orders of its own" in text_of((await change).text)
    clock.now += BEGINS_AFTER
    contact = await dependencies.orders.contact(order.number)
    assert contact is not None
    assert contact.phone == ALINA
    assert placed.number[-4:] in await sees(dependencies, NEW)
    assert order.number[-4:] in await sees(dependencies, ALINA)
    assert await messages(dependencies, dispatcher, ALINA, "phone_changed") == []


@pytest.mark.parametrize("begins", [False, True])
async def test_a_code_at_the_old_phone_signs_nobody_in_once_the_account_has_moved(
    buyer: Buyer, cast: Cast, clock: Clock, dependencies: WebDependencies, *, begins: bool
) -> None:
    """Whoever took the phone has asked for a code already, or asks before the change begins."""
    await ready(cast)
    await buyer.signs_in(ALINA)
    async with browser_of(dependencies) as early, browser_of(dependencies) as late:
        before = await Buyer(early).sends(
            await Buyer(early).opens("/"), "/sign-in-code", phone=ALINA
        )
        code_before = await Buyer(early).reads_code(ALINA)
        clock.now += timedelta(seconds=20)
        await moves(buyer, NEW)
        meanwhile = await Buyer(late).sends(
            await Buyer(late).opens("/"), "/sign-in-code", phone=ALINA
        )
        code_meanwhile = await Buyer(late).reads_code(ALINA)
        if begins:
            clock.now += BEGINS_AFTER
        for thief, page, code in (
            (Buyer(early), before, code_before),
            (Buyer(late), meanwhile, code_meanwhile),
        ):
            assert (await thief.sends(page, "/session", code=code)).status_code == 422
            assert (await thief.opens("/orders")).url.path == "/"


async def test_who_comes_back_to_an_old_number_or_moves_twice_keeps_the_orders(
    buyer: Buyer, cast: Cast, clock: Clock, dependencies: WebDependencies
) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    for phone in (NEW, THIRD, ALINA, NEW):
        page = await moves(buyer, phone)
        assert page.url.path == "/devices", text_of(page.text)
        clock.now += BEGINS_AFTER + timedelta(minutes=1)
    assert order.number[-4:] in await sees(dependencies, NEW)
    for phone in (ALINA, THIRD):
        assert order.number[-4:] not in await sees(dependencies, phone)


def _form_of(page: httpx.Response) -> str:
    return page.text.partition('name="form" value="')[2].partition('"')[0]
