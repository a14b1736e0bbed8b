"""A buyer gets everything that is kept of them, and is forgotten when they ask for it."""

import json
import re

from gotovo.order.steps.contact_erasure import ContactErased
from gotovo.order.values.customer import customer_id
from gotovo.order.values.order import Order
from gotovo.store.journal.journal import PostgresJournal
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, BORIS, SECRET, Cast
from tests.support.web.goods import LAMP
from tests.support.web.sample_orders.closed_orders import cancelled, never_paid, partly_issued
from tests.support.web.sample_orders.open_orders import late, ready
from tests.support.web.stage import browser_of
from tests.support.web.teller import Teller
from tests.web.customer.devices.test_push import ENDPOINT, subscribes
from tests.web.customer.return_claim.test_return_claim import claims, issued, picture

FEED_MAX = 1_000


async def test_the_file_holds_every_order_with_its_whole_history_and_what_was_said(
    buyer: Buyer, cast: Cast, journal: PostgresJournal, dispatcher: Teller
) -> None:
    orders = [await ready(cast), await partly_issued(cast)]
    await dispatcher(await journal.feed(0, 0, FEED_MAX))
    await buyer.signs_in(ALINA)
    assert "/privacy" in (await buyer.opens("/orders")).text
    answer = await buyer.client.get("/privacy/data")
    said = json.loads(answer.content)
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    assert {each["number"] for each in said["orders"]} == {order.number for order in orders}
    for each in said["orders"]:
        assert each["contact"]["phone"] == ALINA
        assert each["history"][0]["type"] == "order.placed"
        assert len(each["history"]) == each["state"]["version"]
    assert any("is ready for pick-up" in each["text"] or "готов" in each["text"]
               for each in said["messages"])  # fmt: skip
    assert len(said["sessions"]) == 1
    assert said["continued_at"] is None


SECRETS = ("Где мой чайник", "Ручка отвалилась", "Всё быстро", "push.example.org")
"""What a buyer has typed, and where a browser takes messages."""


async def everything(buyer: Buyer, cast: Cast) -> Order:
    """Leave something of every kind behind: words to support, a claim, a rating, a browser."""
    order = await issued(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}"
    help_page = await buyer.opens(f"{where}/help")
    await buyer.sends(help_page, f"{where}/help", said=SECRETS[0])
    await claims(buyer, order, picture(), comment=SECRETS[1])
    rating_page = await buyer.opens(f"{where}/rating")
    await buyer.sends(rating_page, f"{where}/rating", stars="5", said=SECRETS[2])
    await subscribes(buyer)
    return order


async def test_the_file_holds_what_the_buyer_has_said_and_sent(buyer: Buyer, cast: Cast) -> None:
    order = await everything(buyer, cast)
    said = json.loads((await buyer.client.get("/privacy/data")).content)
    (told,) = said["orders"]
    assert [each["said"] for each in told["help"]] == [SECRETS[0]]
    assert told["claim_comment"] == SECRETS[1]
    assert (told["rating"]["stars"], told["rating"]["said"]) == (5, SECRETS[2])
    assert [each["endpoint"] for each in said["push_subscriptions"]] == [ENDPOINT]
    assert set(said["push_subscriptions"][0]) == {"endpoint", "language", "made_at"}
    (photo,) = told["photos"]
    shown = await buyer.client.get(photo["at"])
    assert shown.headers["content-type"] == "image/jpeg"
    assert photo["at"].startswith(f"/orders/{order.number}/")


async def test_nothing_that_was_typed_is_left_anywhere(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    order = await everything(buyer, cast)
    before = await tables_with(dependencies, *SECRETS)
    assert before == {"help_message", "claim_comment", "rating", "push_subscription"}
    page = await buyer.opens("/privacy/erasure")
    await buyer.sends(page, "/privacy/erasure", sure="yes")
    assert await tables_with(dependencies, *SECRETS, ALINA[1:], "Алина") == set()
    assert await dependencies.attachments.claims_of(order.number) == []


async def test_what_was_told_about_signing_in_is_handed_over_and_forgotten(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies, dispatcher: Teller
) -> None:
    """Also what waits to be sent, with the phone that it goes to."""
    await partly_issued(cast)
    await buyer.signs_in(ALINA)
    for is_sent in (True, False):
        async with browser_of(dependencies) as client:
            await Buyer(client).signs_in(ALINA)
        if is_sent:
            await dispatcher.delivery.send_due()
    exported = json.loads((await buyer.client.get("/privacy/data")).content)["messages"]
    told = [(x["number"], x["purpose"], x["state"]) for x in exported]
    assert told == [("", "new_device", "waiting"), ("", "new_device", "delivered")]
    assert "message" in await tables_with(dependencies, ALINA)
    page = await buyer.opens("/privacy/erasure")
    await buyer.sends(page, "/privacy/erasure", sure="yes")
    assert await tables_with(dependencies, ALINA[1:]) == set()
    assert await dispatcher.delivery.send_due() == 0


async def tables_with(dependencies: WebDependencies, *texts: str) -> set[str]:
    """Return the tables in which a text stands, in whatever column; bytes are looked through."""
    pool = dependencies.personal_data._pool
    tables = await pool.fetch("select tablename from pg_tables where schemaname = 'public'")
    found: set[str] = set()
    for table in (row["tablename"] for row in tables):
        rows = await pool.fetch(f'select t::text as said from "{table}" t')  # noqa: S608
        wanted = [form for text in texts for form in (text, text.encode().hex())]
        if any(form in row["said"] for row in rows for form in wanted):
            found.add(table)
    return found


async def test_the_file_holds_no_secret_and_nothing_of_anybody_else(
    buyer: Buyer, cast: Cast
) -> None:
    order = await partly_issued(cast)
    other = await cast.place(BORIS, order.placed_at, LAMP)
    await buyer.signs_in(ALINA)
    text = (await buyer.client.get("/privacy/data")).text
    token = buyer.client.cookies["gotovo-session"].partition(".")[2]
    assert token not in text
    assert "handle" not in text
    assert "is your sign-in code" not in text
    assert other.number not in text
    assert BORIS not in text


async def test_the_file_is_for_nobody_who_is_not_signed_in(buyer: Buyer) -> None:
    answer = await buyer.client.get("/privacy/data")
    assert answer.status_code == 303


async def test_who_downloads_too_often_has_to_wait(buyer: Buyer) -> None:
    await buyer.signs_in(ALINA)
    answers = [await buyer.client.get("/privacy/data") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]


async def test_open_orders_stand_in_the_way_and_are_named(buyer: Buyer, cast: Cast) -> None:
    order = await late(cast)
    await never_paid(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/privacy/erasure")
    assert f"/orders/{order.number}" in page.text
    assert 'action="/privacy/erasure"' not in page.text


async def test_an_order_opened_meanwhile_stops_the_erasure(buyer: Buyer, cast: Cast) -> None:
    await never_paid(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/privacy/erasure")
    order = await ready(cast)
    page = await buyer.sends(page, "/privacy/erasure", sure="yes")
    assert page.status_code == 409
    assert f"/orders/{order.number}" in page.text


async def test_whoever_is_erased_is_in_no_table_and_signed_out_everywhere(
    buyer: Buyer,
    cast: Cast,
    dependencies: WebDependencies,
    journal: PostgresJournal,
    dispatcher: Teller,
) -> None:
    orders = [await partly_issued(cast), await cancelled(cast), await never_paid(cast)]
    await dispatcher(await journal.feed(0, 0, FEED_MAX))
    await buyer.signs_in(ALINA)
    share = f"/orders/{orders[0].number}/tracking-link"
    link = re.search(r"/track/[\w-]+", (await buyer.sends(await buyer.opens(share), share)).text)
    async with browser_of(dependencies) as client:
        other = Buyer(client)
        await other.signs_in(ALINA)
        page = await buyer.sends(
            await buyer.opens("/privacy/erasure"), "/privacy/erasure", sure="yes"
        )
        assert "your data is erased" in text_of(page.text)
        assert (await client.get("/orders")).status_code == 303
    assert (await buyer.client.get("/orders")).status_code == 303
    assert link is not None
    assert (await buyer.client.get(link[0])).status_code == 404
    assert await tables_with(dependencies, ALINA[1:], "Алина") == set()
    for order in orders:
        assert (await dependencies.orders.history(order.number))[-1].type == "order.contact_erased"


async def test_an_erasure_that_broke_off_is_finished_the_next_time(
    buyer: Buyer,
    cast: Cast,
    dependencies: WebDependencies,
    journal: PostgresJournal,
    dispatcher: Teller,
) -> None:
    await partly_issued(cast)
    await dispatcher(await journal.feed(0, 0, FEED_MAX))
    await buyer.signs_in(ALINA)
    asked = await buyer.opens("/privacy/erasure")
    pool = dependencies.personal_data._pool
    await pool.execute("alter table passkey rename to elsewhere")
    assert (await buyer.sends(asked, "/privacy/erasure", sure="yes")).status_code == 500
    await pool.execute("alter table elsewhere rename to passkey")
    page = await buyer.sends(await buyer.opens("/privacy/erasure"), "/privacy/erasure", sure="yes")
    assert "your data is erased" in text_of(page.text)
    assert await tables_with(dependencies, ALINA[1:], "Алина") == set()


async def test_orders_stay_with_their_money_and_are_found_again_with_the_same_number(
    buyer: Buyer, cast: Cast
) -> None:
    order = await partly_issued(cast)
    await buyer.signs_in(ALINA)
    await buyer.sends(await buyer.opens("/privacy/erasure"), "/privacy/erasure", sure="yes")
    await buyer.signs_in(ALINA)
    page = await buyer.opens(f"/orders/{order.number}")
    assert "Refunded" in text_of(page.text)
    assert customer_id(SECRET, ALINA) == order.customer


async def test_nothing_is_erased_without_the_tick(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    order = await never_paid(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.sends(await buyer.opens("/privacy/erasure"), "/privacy/erasure", sure="")
    assert page.status_code == 400
    assert await dependencies.orders.contact(order.number) is not None
    assert ContactErased.__struct_config__.tag not in [
        event.type for event in await dependencies.orders.history(order.number)
    ]


async def test_the_pages_are_whole_in_russian(buyer: Buyer, cast: Cast) -> None:
    await ready(cast)
    await buyer.signs_in(ALINA)
    await buyer.opens("/?lang=ru")
    for path in ("/privacy", "/privacy?erased=yes", "/privacy/erasure"):
        said = re.sub(r"Gotovo|Eng|UTC|Telegram", "", text_of((await buyer.opens(path)).text))
        assert re.findall(r"[A-Za-z]{3,}", said) == []
