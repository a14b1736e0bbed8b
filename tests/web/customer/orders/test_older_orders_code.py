"""A code by e-mail opens older orders to whoever reads the mail of the latest of them."""

import re
from typing import Any

import asyncpg
import httpx
import pytest
from msgspec import structs
from typing_extensions import override

from gotovo.notices.channels.demo_phone import DemoMailChannel
from gotovo.notices.channels.mail import MailChannel, MailMessage
from gotovo.notices.channels.port import ChannelUnavailable, Sent
from gotovo.order.values.order import Order
from gotovo.store.tables.messages.phone_messages import PhoneMessageStore
from gotovo.web.site.dependencies import WebDependencies
from tests.support.notices.mail_server import mail_server
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, BORIS, DAY, HOUR, NOW, Cast, Clock
from tests.support.web.goods import HEADPHONES
from tests.support.web.stage import browser_of

OLD = 400
ANNA = "anna@example.com"
OFFER = "Send a code by e-mail"


class DownChannel(DemoMailChannel):
    """A channel whose server refuses while it is `down`."""

    down = True

    @override
    async def send(self, message: MailMessage) -> Sent:
        if self.down:
            message_of_server = "451 try later"
            raise ChannelUnavailable(message_of_server)
        return await super().send(message)


async def old_order(cast: Cast, email: str = ANNA, days: int = OLD, phone: str = ALINA) -> Order:
    """Return an order that was placed long ago and never paid, with an e-mail address."""
    return await cast.place(phone, NOW - days * DAY, HEADPHONES, email=email)


async def asks(buyer: Buyer) -> httpx.Response:
    """Sign in with Alina's phone and ask for a code by e-mail."""
    await buyer.signs_in(ALINA)
    return await buyer.sends(await buyer.opens("/older-orders"), "/older-orders-code")


async def opens(buyer: Buyer, order: Order) -> bool:
    return (await buyer.opens(f"/orders/{order.number}")).status_code == 200


async def test_a_code_from_the_mailbox_opens_all_older_orders_for_good(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    old, older = await old_order(cast), await old_order(cast, "", OLD + 50)
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/older-orders")
    assert "was placed with a***@e***.com" in text_of(page.text)
    assert ANNA not in page.text
    page = await buyer.sends(page, "/older-orders-code")
    assert "We sent a code to a***@e***.com. It works once, for 10 minutes" in text_of(page.text)
    page = await buyer.sends(page, "/older-orders", code=await buyer.reads_code(ANNA))
    assert page.url.path == "/orders"
    assert await opens(buyer, old)
    assert await opens(buyer, older)
    async with browser_of(dependencies) as client:
        await Buyer(client).signs_in(ALINA)
        assert await opens(Buyer(client), older)


async def test_the_mail_says_what_the_code_is_for_in_the_language_of_the_order(
    cast: Cast, dependencies: WebDependencies
) -> None:
    await old_order(cast)
    async with mail_server("none") as server:
        mailing = structs.replace(dependencies, mail=MailChannel(server.as_user("")))
        async with browser_of(mailing) as client:
            page = await asks(Buyer(client))
            (received,) = server.received
            text = received.part("plain")
            code = re.findall(r"\b\d{6}\b", text)[0]
            page = await Buyer(client).sends(page, "/older-orders", code=code)
            assert page.url.path == "/orders"
    assert received.recipients == [ANNA]
    assert str(received.mail["Subject"]) == "Код, чтобы открыть прежние заказы"
    assert "код, который откроет прежние заказы" in text
    assert "+7 9** ***-**-67" in text
    assert "Не сообщайте код никому" in text
    assert code not in str(received.mail["Subject"])
    assert ALINA[2:] not in text


async def test_the_latest_order_with_an_address_that_mail_reaches_counts(
    buyer: Buyer, cast: Cast
) -> None:
    await old_order(cast, "before@first.ru", OLD + 90)
    await old_order(cast, "owner@second.ru", OLD + 60)
    await old_order(cast, "почта@пример.рф", OLD + 50)
    await old_order(cast, "a@b.ru\r\nBcc: spam@example.com", OLD + 40)
    await old_order(cast, "a@b.ru, spam@example.com", OLD + 30)
    await old_order(cast, "", OLD)
    await cast.place(ALINA, NOW - DAY, HEADPHONES, email="stranger@new.ru")
    await asks(buyer)
    phone = await buyer.opens("/phone?all=yes")
    assert "owner@second.ru" in phone.text
    for other in ("first.ru", "b.ru\r", "spam@", "stranger@"):
        assert other not in phone.text


@pytest.mark.parametrize("email", ["", "a@b.ru\nBcc: c@d.ru"])
async def test_without_an_address_only_the_number_is_asked_for(
    buyer: Buyer, cast: Cast, email: str
) -> None:
    await old_order(cast, email)
    await cast.place(ALINA, NOW - DAY, HEADPHONES, email="stranger@new.ru")
    await old_order(cast, ANNA, phone=BORIS)
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/older-orders")
    assert OFFER not in page.text
    answer = await buyer.sends(page, "/older-orders", number="1")
    assert OFFER not in answer.text
    fields = re.findall(r'name="form" value="(\w+)"', page.text)
    sent = await buyer.client.post("/older-orders-code", data={"form": fields[0]})
    assert (sent.status_code, sent.headers["location"]) == (303, "/older-orders")
    assert "@" not in text_of((await buyer.opens("/phone?all=yes")).text)


async def test_where_no_mail_is_sent_only_the_number_is_asked_for(
    cast: Cast, dependencies: WebDependencies
) -> None:
    await old_order(cast)
    async with browser_of(structs.replace(dependencies, mail=None)) as client:
        buyer = Buyer(client)
        await buyer.signs_in(ALINA)
        page = await buyer.opens("/older-orders")
        assert "@" not in text_of(page.text)
        form = re.findall(r'name="form" value="(\w+)"', page.text)[0]
        assert (await client.post("/older-orders-code", data={"form": form})).status_code == 404


async def test_a_code_cannot_be_guessed(buyer: Buyer, cast: Cast) -> None:
    old = await old_order(cast)
    page = await asks(buyer)
    code = await buyer.reads_code(ANNA)
    wrong = "000000" if code != "000000" else "000001"
    for left in (4, 3, 2, 1):
        page = await buyer.sends(page, "/older-orders", code=wrong)
        assert page.status_code == 422
        assert f"{left} attempt" in text_of(page.text)
    form = page
    page = await buyer.sends(form, "/older-orders", code=wrong)
    assert "This code no longer works" in text_of(page.text)
    page = await buyer.sends(form, "/older-orders", code=code)
    assert page.status_code == 422
    assert not await opens(buyer, old)


async def test_a_code_works_once_and_only_where_it_was_asked_for(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies, pool: "asyncpg.Pool[Any]"
) -> None:
    old = await old_order(cast)
    form = await asks(buyer)
    code = await buyer.reads_code(ANNA)
    async with browser_of(dependencies) as client:
        other = Buyer(client)
        await other.signs_in(ALINA)
        mine = await other.opens("/older-orders")
        token = re.findall(r'name="form" value="(\w+)"', mine.text)[0]
        stolen = await client.post("/older-orders", data={"form": token, "code": code})
        assert stolen.status_code == 422
        assert not await opens(other, old)
    await buyer.sends(form, "/older-orders", code=code)
    await pool.execute("update session set orders_since = $1", NOW - 365 * DAY)
    again = await buyer.sends(form, "/older-orders", code=code)
    assert again.status_code == 422
    assert not await opens(buyer, old)


async def test_a_code_of_another_account_opens_nothing(buyer: Buyer, cast: Cast) -> None:
    """Boris has the mailbox of an older order of his own, and Alina's phone."""
    await old_order(cast, "boris@example.com", phone=BORIS)
    old = await old_order(cast)
    page = await buyer.signs_in(BORIS)
    await buyer.sends(await buyer.opens("/older-orders"), "/older-orders-code")
    code = await buyer.reads_code("boris@example.com")
    await buyer.sends(await buyer.opens("/orders"), "/sign-out")
    page = await asks(buyer)
    page = await buyer.sends(page, "/older-orders", code=code)
    assert page.status_code == 422
    assert not await opens(buyer, old)


async def test_a_mailbox_cannot_be_flooded_and_the_number_still_opens(
    cast: Cast, dependencies: WebDependencies, pool: "asyncpg.Pool[Any]"
) -> None:
    old = await old_order(cast)
    statuses: list[int] = []
    for turn in range(4):
        async with browser_of(dependencies, address=f"198.51.{turn}.7") as client:
            buyer = Buyer(client)
            await buyer.signs_in(ALINA)
            page = await buyer.opens("/older-orders")
            sent = [await buyer.sends(page, "/older-orders-code") for _ in range(5)]
            statuses += [each.status_code for each in sent]
    assert await pool.fetchval("select count(*) from phone_message where phone = $1", ANNA) == 4
    assert statuses.count(429) == 16
    async with browser_of(dependencies, address="203.0.113.9") as client:
        await (owner := Buyer(client)).signs_in(ALINA)
        page = await owner.opens("/older-orders")
        page = await owner.sends(page, "/older-orders", number=old.number)
        assert page.url.path == "/orders"


async def test_mail_that_cannot_be_sent_is_said_and_not_counted(
    cast: Cast, dependencies: WebDependencies, pool: "asyncpg.Pool[Any]"
) -> None:
    await old_order(cast)
    channel = DownChannel(PhoneMessageStore(pool))
    failing = structs.replace(dependencies, mail=channel)
    for turn in range(4):
        async with browser_of(failing, address=f"198.51.{turn}.7") as client:
            page = await asks(Buyer(client))
            assert page.status_code == 503
            assert "The e-mail could not be sent just now" in text_of(page.text)
            assert OFFER in page.text
    channel.down = False
    async with browser_of(failing, address="203.0.113.9") as client:
        page = await asks(Buyer(client))
        assert "We sent a code" in text_of(page.text)


async def test_the_number_can_be_given_while_a_code_is_on_its_way(buyer: Buyer, cast: Cast) -> None:
    old = await old_order(cast)
    page = await asks(buyer)
    assert 'href="/older-orders?by=number"' in page.text
    page = await buyer.opens("/older-orders?by=number")
    page = await buyer.sends(page, "/older-orders", number=old.number)
    assert page.url.path == "/orders"


async def test_who_has_all_orders_open_is_sent_nothing(buyer: Buyer, cast: Cast) -> None:
    old = await old_order(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/older-orders")
    await buyer.sends(page, "/older-orders", number=old.number)
    assert (await buyer.sends(page, "/older-orders-code")).url.path == "/orders"
    assert (await buyer.sends(page, "/older-orders", code="123456")).url.path == "/orders"
    assert ANNA not in (await buyer.opens("/phone?all=yes")).text


async def test_a_stranger_without_a_session_is_asked_to_sign_in(buyer: Buyer, cast: Cast) -> None:
    await old_order(cast)
    answer = await buyer.client.post("/older-orders-code", data={"form": "x"})
    assert answer.status_code in {303, 403}
    assert ANNA not in (await buyer.opens("/phone?all=yes")).text


async def test_the_demo_shows_the_mail_by_its_address_and_erasing_deletes_it(
    buyer: Buyer, cast: Cast
) -> None:
    at = NOW - OLD * DAY
    order = await old_order(cast)
    order = await cast.shelve(await cast.send(order, at + HOUR), at + DAY)
    await cast.hand_over(order, at + 2 * DAY)
    page = await asks(buyer)
    shown = await buyer.opens(f"/phone?phone={ANNA}")
    assert "Код, чтобы открыть прежние заказы" in shown.text
    assert f"<span>{ANNA}</span>" in shown.text
    assert "Sign in with this number" not in shown.text
    await buyer.sends(page, "/older-orders", code=await buyer.reads_code(ANNA))
    page = await buyer.opens("/privacy/erasure")
    page = await buyer.sends(page, "/privacy/erasure", sure="yes")
    assert page.url.path == "/privacy"
    assert ANNA not in (await buyer.opens("/phone?all=yes")).text


async def test_a_code_expires(buyer: Buyer, cast: Cast, clock: Clock) -> None:
    old = await old_order(cast)
    page = await asks(buyer)
    code = await buyer.reads_code(ANNA)
    clock.now += HOUR / 6
    page = await buyer.sends(page, "/older-orders", code=code)
    assert "This code no longer works" in text_of(page.text)
    assert not await opens(buyer, old)
