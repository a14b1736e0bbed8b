"""What stands beside an order: the thread with support, the rating, the messages sent."""

import re

import asyncpg
import pytest
from msgspec import structs

from gotovo.notices.rules import Purpose
from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.store.journal.journal import PostgresJournal
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, Cast, Clock
from tests.support.web.helping import answers
from tests.support.web.hostile import hostile_texts
from tests.support.web.sample_orders.closed_orders import partly_issued
from tests.support.web.sample_orders.open_orders import being_picked, ready
from tests.support.web.stage import browser_of, teller
from tests.support.web.teller import Teller
from tests.web.customer.return_claim.test_return_claim import claims, issued

TWO_SMS = 134
"""Letters of two short messages in one, where some are no Latin ones (3GPP TS 23.040)."""

NASTY = tuple(text for text in hostile_texts() if "<" in text)[::25]


async def test_a_question_is_asked_once_and_answered_below_it_the_newest_at_hand(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies, clock: Clock
) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/help"
    asked = await buyer.opens(where)
    sent = await buyer.sends(asked, where, said="Is it heavy?")
    assert sent.url.fragment == "newest"
    assert "Support has received it." in text_of(sent.text)
    await buyer.sends(asked, where, said="Is it heavy?")
    clock.now += DAY
    await answers(dependencies, order, "Two kilograms.")
    page = (await buyer.opens(where)).text
    text = text_of(page)
    assert text.count("Is it heavy?") == 1
    assert text.index("Is it heavy?") < text.index("Support · 23 November") < text.index("Two kilo")
    assert text.index("Two kilo") < text.index("Your message")
    assert re.findall(r'is-(buyer|support)[^>]* id="newest"', page) == ["support"]
    assert "Support has received it." not in text


async def test_an_answer_is_marked_on_the_order_until_its_thread_was_opened(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}"
    await buyer.sends(await buyer.opens(f"{where}/help"), f"{where}/help", said="Is it heavy?")
    mark = "Support has answered your question."
    assert mark not in (await buyer.opens(where)).text
    await answers(dependencies, order, "Two kilograms.")
    await buyer.client.head(f"{where}/help")
    assert mark in (await buyer.opens(where)).text
    assert "is-unread" in (await buyer.opens(f"{where}/help")).text
    assert mark not in (await buyer.opens(where)).text
    assert "is-unread" not in (await buyer.opens(f"{where}/help")).text


@pytest.mark.parametrize("site", ["", "https://my.shop.ru"])
async def test_an_answer_is_told_in_a_message_that_is_short_and_does_not_quote_it(
    site: str,
    buyer: Buyer,
    cast: Cast,
    dependencies: WebDependencies,
    journal: PostgresJournal,
    pool: asyncpg.Pool,
) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}"
    await buyer.sends(await buyer.opens(f"{where}/help"), f"{where}/help", said="Is it heavy?")
    await answers(dependencies, order, "Two kilograms.")
    dispatcher = teller(dependencies, pool, site)
    for _ in range(2):
        await dispatcher(await journal.feed(0, 0, 1_000))
    (message,) = [
        each
        for each in await dependencies.messages.of_order(order.number, order.customer)
        if each.purpose == Purpose.ANSWERED
    ]
    assert message.text is not None
    said = message.text.replace("\xa0", " ")
    assert said.startswith("Поддержка ответила на ваш вопрос о заказе ")
    assert said.endswith(f"{site}{where}/help" if site else "Ответ ждёт вас на странице заказа.")
    assert "kilograms" not in said
    assert len(said) <= TWO_SMS
    page = await buyer.opens(f"{where}/messages")
    assert "Support has answered SMS" in text_of(page.text)


async def test_nothing_too_much_and_too_often_are_said_and_the_text_stays(
    buyer: Buyer, cast: Cast
) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/help"
    asked = await buyer.opens(where)
    assert (await buyer.sends(asked, where, said="  ")).status_code == 422
    assert (await buyer.sends(asked, where, said="x" * 901)).status_code == 422
    pages = [await buyer.sends(asked, where, said=f"question {each}") for each in range(10)]
    assert pages[0].status_code == 200
    assert pages[-1].status_code == 429
    assert "question 9</textarea>" in pages[-1].text


async def test_a_question_says_until_when_it_is_answered_on_its_page_and_the_orders(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies, clock: Clock
) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}"
    waits = "Your question is with support."
    assert waits not in text_of((await buyer.opens(where)).text)
    sent = await buyer.sends(
        await buyer.opens(f"{where}/help"), f"{where}/help", said="Is it heavy?"
    )
    due = "We will answer by 16:05 today, 22 November."
    assert due in text_of(sent.text)
    assert f"{waits} {due} Open the conversation" in text_of((await buyer.opens(where)).text)
    clock.now += 3 * HOUR
    late = "We should have answered by now"
    assert late in text_of((await buyer.opens(f"{where}/help")).text)
    assert late in text_of((await buyer.opens(where)).text)
    await answers(dependencies, order, "Two kilograms.")
    answered = text_of((await buyer.opens(where)).text)
    assert waits not in answered
    assert late not in answered


async def test_a_question_of_the_page_is_an_event_of_its_buyer(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/help"
    asked = await buyer.opens(where)
    for _ in range(2):
        await buyer.sends(asked, where, said="Is it heavy?")
    history = await dependencies.orders.history(order.number)
    (event,) = [each for each in history if each.type == "order.help_asked"]
    assert event.actor == f"buyer:{order.customer}"
    assert b'"channel":"page"' in event.body
    (message,) = await dependencies.help.thread(order.number)
    assert (str(message.id), message.channel) == (event.command_id, HelpChannel.PAGE)
    assert message.due_at is not None


PLACES = ("/orders", "/orders/{number}", "/orders/{number}/help", "/privacy", "/nowhere")
"""A list, an order, help, another page and an error."""


async def test_hotline_and_bot_stand_on_every_page_where_they_are_set(
    dependencies: WebDependencies, cast: Cast
) -> None:
    order = await ready(cast)
    known = structs.replace(dependencies, hotline="+78432000000", bot_url="https://chat.test/bot")
    async with browser_of(known) as client:
        buyer = Buyer(client)
        for front in ("/", "/nowhere"):
            assert 'href="tel:+78432000000"' in (await buyer.client.get(front)).text
        await buyer.signs_in(ALINA)
        for place in PLACES:
            page = (await buyer.client.get(place.format(number=order.number))).text
            assert 'href="tel:+78432000000"' in page, place
            assert 'href="https://chat.test/bot" rel="noreferrer noopener"' in page, place
            assert "843 200-00-00" in text_of(page), place


async def test_neither_stands_anywhere_where_they_are_not_set(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    assert 'href="tel:' not in (await buyer.client.get("/nowhere")).text
    await buyer.signs_in(ALINA)
    for place in PLACES:
        page = (await buyer.client.get(place.format(number=order.number))).text
        assert "Message the bot" not in page, place
        assert 'quiet-link" href="tel:' not in page, place
        assert 'class="actions contacts"' not in page, place


async def test_a_rating_is_given_once_and_changed_for_a_week(
    buyer: Buyer, cast: Cast, clock: Clock
) -> None:
    order = await partly_issued(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/rating"
    asked = await buyer.opens(where)
    assert (await buyer.sends(asked, where, stars="6", said="")).status_code == 422
    first = await buyer.sends(asked, where, stars="4", said="Quick")
    assert "You rated it 4 out of 5" in text_of(first.text)
    changed = await buyer.sends(first, where, stars="2", said="Cold")
    assert "You rated it 2 out of 5" in text_of(changed.text)
    clock.now = NOW + 8 * DAY
    stands = await buyer.sends(changed, where, stars="5", said="Warm")
    assert stands.status_code == 409
    assert "This one is final" in text_of(stands.text)
    assert "You rated it 2 out of 5" in text_of(stands.text)


async def test_before_the_hand_over_nothing_is_rated(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens(f"/orders/{order.number}/rating")
    assert page.status_code == 409
    assert f'href="/orders/{order.number}/rating"' not in page.text


async def test_every_message_about_the_order_is_listed_with_what_became_of_it(
    buyer: Buyer, cast: Cast, dispatcher: Teller, journal: PostgresJournal
) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/messages"
    assert "Nothing has been sent yet" in text_of((await buyer.opens(where)).text)
    await dispatcher(await journal.feed(0, 0, 1_000))
    text = text_of((await buyer.opens(where)).text)
    assert "Ready for pick-up SMS · 22 November" in text
    assert "delivered" in text
    assert "is your sign-in code" not in text


async def test_what_a_buyer_types_becomes_no_tag(buyer: Buyer, cast: Cast, clock: Clock) -> None:
    order, going, claimed = await partly_issued(cast), await being_picked(cast), await issued(cast)
    await buyer.signs_in(ALINA)
    for text in NASTY:
        clock.now += HOUR
        for act, typed in (("help", {}), ("rating", {"stars": "9"})):
            where = f"/orders/{order.number}/{act}"
            page = await buyer.sends(await buyer.opens(where), where, said=text, **typed)
            assert text not in page.text, act
        found = await buyer.client.get(f"/orders/{going.number}/redirection", params={"q": text})
        assert found.status_code == 200
        assert text not in found.text
        claim = await claims(buyer, claimed, reason="x", comment=text)
        assert claim.status_code == 422
        assert text not in claim.text
