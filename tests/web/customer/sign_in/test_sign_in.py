"""Signing in by phone: easy for the owner, useless to anybody else."""

import asyncio
from datetime import timedelta

import pytest

from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, hidden_fields, text_of
from tests.support.web.cast import ALINA, BORIS, NOBODY, Cast, Clock
from tests.support.web.sample_orders.open_orders import ready
from tests.support.web.stage import browser_of


async def test_a_phone_and_its_code_lead_to_the_orders(buyer: Buyer, cast: Cast) -> None:
    await ready(cast)
    page = await buyer.signs_in("8 (900) 123-45-67")
    assert page.url.path == "/orders"
    assert "Signed in as +7 9** ***-**-67" in text_of(page.text)


async def test_a_number_typed_along_leads_straight_to_that_order(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    front = await buyer.opens("/")
    spoken = f"{order.number[:4]} {order.number[4:8]} {order.number[8:]}"
    page = await buyer.sends(front, "/sign-in-code", phone=ALINA, number=spoken)
    page = await buyer.sends(page, "/session", code=await buyer.reads_code(ALINA))
    assert page.url.path == f"/orders/{order.number}"


async def test_somebody_without_orders_is_told_so(buyer: Buyer) -> None:
    page = await buyer.signs_in(NOBODY)
    assert "No orders yet" in text_of(page.text)


@pytest.mark.parametrize("typed", ["", "hello", "123"])
async def test_what_is_no_phone_is_said_at_the_field(buyer: Buyer, typed: str) -> None:
    page = await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=typed)
    assert page.status_code == 422
    assert "does not look like a phone number" in text_of(page.text)


async def test_a_slip_in_the_number_is_said_at_the_field(buyer: Buyer) -> None:
    front = await buyer.opens("/")
    page = await buyer.sends(front, "/sign-in-code", phone=ALINA, number="1234 5678 9013")
    assert page.status_code == 422
    assert "There is a typo in this number" in text_of(page.text)
    assert 'value="+79001234567"' in page.text


async def test_a_wrong_code_says_how_many_tries_are_left_and_the_third_ends_it(
    buyer: Buyer,
) -> None:
    page = await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=ALINA)
    right = await buyer.reads_code(ALINA)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    page = await buyer.sends(page, "/session", code=wrong)
    assert page.status_code == 422
    assert "2\xa0attempts left" in page.text
    page = await buyer.sends(page, "/session", code=wrong)
    form = page
    page = await buyer.sends(page, "/session", code=wrong)
    assert "This code no longer works" in text_of(page.text)
    page = await buyer.sends(form, "/session", code=right)
    assert "This code no longer works" in text_of(page.text)


async def test_a_code_is_of_no_use_in_another_browser(
    buyer: Buyer, dependencies: WebDependencies
) -> None:
    await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=ALINA)
    code = await buyer.reads_code(ALINA)
    async with browser_of(dependencies) as client:
        thief = Buyer(client)
        page = await thief.sends(await thief.opens("/"), "/sign-in-code", phone=BORIS)
        page = await thief.sends(page, "/session", code=code)
        assert page.status_code == 422


async def test_another_code_is_sent_without_the_phone_being_typed_again(buyer: Buyer) -> None:
    page = await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=ALINA)
    first = await buyer.reads_code(ALINA)
    page = await buyer.sends(page, "/sign-in-code")
    assert "We sent a new code" in text_of(page.text)
    second = await buyer.reads_code(ALINA)
    if first != second:  # One in a million is the same.
        page = await buyer.sends(page, "/session", code=first)
        assert page.status_code == 422
    page = await buyer.sends(page, "/session", code=second)
    assert page.url.path == "/orders"
    assert "gotovo-phone" not in buyer.client.cookies


async def test_no_cookie_shows_the_phone_that_a_code_was_sent_to(buyer: Buyer) -> None:
    await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=ALINA)
    assert "gotovo-phone" in buyer.client.cookies
    assert not [value for value in buyer.client.cookies.values() if ALINA[-10:] in value]


async def test_a_spent_code_leads_to_another_one(buyer: Buyer) -> None:
    page = await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=ALINA)
    wrong = f"{(int(await buyer.reads_code(ALINA)) + 1) % 10**6:06d}"
    for _ in range(3):
        page = await buyer.sends(page, "/session", code=wrong)
    page = await buyer.sends(page, "/sign-in-code")
    page = await buyer.sends(page, "/session", code=await buyer.reads_code(ALINA))
    assert page.url.path == "/orders"


@pytest.mark.parametrize("kept", ["", "nonsense", "+7"])
async def test_a_browser_that_has_forgotten_the_phone_is_asked_for_it(
    buyer: Buyer, kept: str
) -> None:
    page = await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=ALINA)
    buyer.client.cookies.set("gotovo-phone", kept, domain="gotovo.test", path="/")
    page = await buyer.sends(page, "/sign-in-code")
    assert page.status_code == 422
    assert "does not look like a phone number" in text_of(page.text)


async def test_four_codes_for_a_phone_from_one_network_and_then_a_pause(
    buyer: Buyer, clock: Clock
) -> None:
    for _ in range(4):
        page = await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=ALINA)
        assert page.status_code == 200
    page = await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=ALINA)
    assert page.status_code == 429
    assert int(page.headers["retry-after"]) <= 900
    assert "Try again in 15" in text_of(page.text)
    clock.now += timedelta(minutes=15)
    page = await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=ALINA)
    assert page.status_code == 200


async def test_no_more_than_sixteen_codes_for_a_phone_in_a_day_from_one_network(
    buyer: Buyer, clock: Clock
) -> None:
    sent = 0
    for _ in range(24 * 6):
        page = await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=ALINA)
        sent += page.status_code == 200
        clock.now += timedelta(minutes=10)
    assert 12 < sent <= 16


async def test_the_limit_holds_for_requests_at_the_same_moment(buyer: Buyer) -> None:
    front = await buyer.opens("/")
    pages = await asyncio.gather(
        *(buyer.sends(front, "/sign-in-code", phone=ALINA) for _ in range(12))
    )
    assert [page.status_code for page in pages].count(429) == 8


async def test_signing_in_makes_a_new_session_each_time(buyer: Buyer) -> None:
    await buyer.signs_in(ALINA)
    first = buyer.client.cookies["gotovo-session"]
    page = await buyer.opens("/orders")
    await buyer.sends(page, "/sign-out")
    await buyer.signs_in(ALINA)
    assert buyer.client.cookies["gotovo-session"] != first


@pytest.mark.parametrize("planted", ["planted", "00.planted", "ff." + "x" * 43])
async def test_a_session_planted_before_is_worthless_after(
    buyer: Buyer, dependencies: WebDependencies, planted: str
) -> None:
    buyer.client.cookies.set("gotovo-session", planted, domain="gotovo.test", path="/")
    await buyer.signs_in(ALINA)
    sessions = [each.value for each in buyer.client.cookies.jar if each.name == "gotovo-session"]
    assert len(sessions) == 1
    assert planted not in sessions
    async with browser_of(dependencies) as client:
        client.cookies.set("gotovo-session", planted, domain="gotovo.test", path="/")
        assert (await Buyer(client).opens("/orders")).url.path == "/"


async def test_a_browser_token_planted_before_is_worthless_after(
    buyer: Buyer, dependencies: WebDependencies
) -> None:
    async with browser_of(dependencies) as client:
        thief = Buyer(client)
        front = await thief.opens("/")
        token = client.cookies["gotovo-browser"]
        buyer.client.cookies.set("gotovo-browser", token, domain="gotovo.test", path="/")
        await buyer.signs_in(ALINA)
        code = await buyer.reads_code(ALINA)
        form = hidden_fields(front.text, "/sign-in-code")["form"]
        page = await client.post("/session", data={"form": form, "code": code})
        assert "This code no longer works" in text_of(page.text)
        assert (await thief.opens("/orders")).url.path == "/"


async def test_a_browser_that_is_signed_in_asks_for_no_code_before_it_signs_out(
    buyer: Buyer,
) -> None:
    front = await buyer.opens("/")
    await buyer.signs_in(ALINA)
    page = await buyer.sends(front, "/sign-in-code", phone=BORIS)
    assert page.url.path == "/orders"
    messages = await buyer.opens("/phone?phone=%2B79007654321")
    assert "No messages yet" in text_of(messages.text)


async def test_signing_out_ends_the_session_for_good(buyer: Buyer) -> None:
    page = await buyer.signs_in(ALINA)
    token = buyer.client.cookies["gotovo-session"]
    await buyer.sends(page, "/sign-out")
    buyer.client.cookies.set("gotovo-session", token, domain="gotovo.test", path="/")
    page = await buyer.opens("/orders")
    assert page.url.path == "/"


async def test_a_form_from_before_signing_in_is_of_no_use_after(buyer: Buyer) -> None:
    front = await buyer.opens("/")
    stale = hidden_fields(front.text, "/sign-in-code")
    await buyer.signs_in(ALINA)
    page = await buyer.client.post("/sign-out", data=stale)
    assert page.status_code == 403
    assert (await buyer.opens("/orders")).url.path == "/orders"


async def test_whoever_asked_for_no_code_is_offered_one_and_not_a_new_one(buyer: Buyer) -> None:
    page = text_of((await buyer.opens("/sign-in-code")).text)
    assert "Get a code" in page
    assert "Get a new code" not in page
