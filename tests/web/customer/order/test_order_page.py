"""One order, whole: each place an order can be is told plainly, with exact times."""

import re
from typing import Any

import pytest
from msgspec.structs import replace

from gotovo.keyring.keyring import one_key
from gotovo.order.account.shown_codes import shown_trusted_code
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.attempt import AttemptReason, RecordAttempt
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.departure import Depart
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.payment_expiry import ExpirePayment
from gotovo.order.steps.promise import ChangePromise
from gotovo.order.steps.promise_recalculation import RecalculatePromise
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.steps.trusted_person import NameTrusted
from gotovo.order.steps.trusted_person_revocation import RevokeTrusted
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Attention, Condition, Courier, Order
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, BORIS, DAY, HOUR, NOW, SECRET, Cast, code_of
from tests.support.web.goods import LAMP, MUG
from tests.support.web.network import POINT, POINTS, closed_on
from tests.support.web.sample_orders.closed_orders import (
    claimed,
    not_collected,
    partly_issued,
    returned,
    sold_out,
)
from tests.support.web.sample_orders.courier_orders import attempted, with_a_courier
from tests.support.web.sample_orders.every_order import EVERYBODY
from tests.support.web.sample_orders.open_orders import (
    being_picked,
    far_away,
    late,
    on_the_way,
    ready,
    ready_where_it_closes,
    waiting_for_payment,
)

SEVERAL = 20_000


async def page_of(buyer: Buyer, order: Order) -> str:
    """Return the order's page to its owner."""
    await buyer.signs_in(ALINA)
    page = await buyer.opens(f"/orders/{order.number}")
    assert page.status_code == 200
    return page.text


async def shown(buyer: Buyer, order: Order) -> str:
    """Return what somebody who is signed in reads on the order's page."""
    return text_of((await buyer.opens(f"/orders/{order.number}")).text)


async def read(buyer: Buyer, order: Order) -> str:
    """Return what its owner reads on the order's page."""
    return text_of(await page_of(buyer, order))


async def test_before_payment_the_page_says_that_nothing_is_reserved(
    buyer: Buyer, cast: Cast
) -> None:
    """Rule 2.1."""
    text = await read(buyer, await waiting_for_payment(cast))
    assert "Awaiting payment" in text
    assert "another buyer may take these items" in text
    assert "Pay by 13:05 tomorrow, 23 November" in text
    assert "Pay before 20:00 today, 22 November (5 hours 54 minutes left)" in text
    assert "it will arrive by 21:00 tomorrow, 23 November" in text


async def test_the_promise_of_a_courier_order_is_provisional_until_it_is_paid(
    buyer: Buyer, cast: Cast
) -> None:
    """Rule 4.1."""
    said = "Which warehouse sends it is settled when you pay, so the date may still change."
    order = await cast.place(ALINA, NOW - HOUR, LAMP, delivery=Courier())
    at_point = await waiting_for_payment(cast)
    assert said in await read(buyer, order)
    russian = await buyer.client.get(f"/orders/{order.number}", headers={"accept-language": "ru"})
    assert "решится при оплате, поэтому срок ещё может измениться" in text_of(russian.text)
    await cast.pay(order, NOW)
    for settled in (order, at_point):
        page = await buyer.opens(f"/orders/{settled.number}")
        assert said not in text_of(page.text)


async def test_in_processing_the_page_says_what_is_done_and_what_comes_next(
    buyer: Buyer, cast: Cast
) -> None:
    """Rule 2.2."""
    text = await read(buyer, await being_picked(cast))
    assert "Being picked at the warehouse" in text
    assert "Next: packing" in text
    assert "Promised by 21:00 tomorrow, 23 November" in text


async def test_a_late_order_says_so_before_anybody_asks(buyer: Buyer, cast: Cast) -> None:
    """Rule 2.2."""
    text = await read(buyer, await late(cast))
    assert "We are running late." in text
    assert "We missed our promise: it was due by 21:00 yesterday, 21 November" in text
    assert "We are 17 hours 5 minutes late" in text


async def test_ready_shows_code_parcels_place_and_hours(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    text = await read(buyer, order)
    code = code_of(order)
    assert f"Pick-up code {code[:3]} {code[3:]}" in text
    assert "2 parcels" in text
    assert "Казань, ул. Баумана, 44" in text
    assert "Today 09:00–21:00 Tomorrow 09:00–21:00" in text
    assert "Promise kept: due by 21:00 today, 22 November, there today" in text


async def test_a_stage_that_nobody_scanned_says_so(buyer: Buyer, cast: Cast) -> None:
    """Rule 4.13."""
    order = await cast.pay(await cast.place(ALINA, NOW - DAY, LAMP), NOW - DAY)
    order = await cast.step(order, Pack(), NOW - 3 * HOUR)
    text = await read(buyer, await cast.step(order, Arrive(), NOW - HOUR))
    (line,) = re.findall(r"On its way.{0,80}?not scanned, follows from the next scan", text)
    assert "Arrived" not in line
    assert text.count("not scanned") == 1


async def test_the_deadline_comes_with_the_rule_that_made_it(buyer: Buyer, cast: Cast) -> None:
    """Rule 4.2."""
    text = await read(buyer, await ready_where_it_closes(cast))
    assert "Kept until 20:00 on Saturday, 28 November" in text
    assert "the point is closed on 27 November, so until 20:00 on 28 November" in text
    assert "Promise missed" in text


async def test_times_are_of_the_points_own_zone_and_the_zone_is_named(
    buyer: Buyer, cast: Cast
) -> None:
    """Rule 4.15."""
    order = await far_away(cast)
    html = await page_of(buyer, order)
    assert "Yekaterinburg, UTC+5" in text_of(html)
    assert '<time datetime="2026-11-21T11:35:00Z">21\xa0November, 16:35</time>' in html
    assert "damaged in transit" in text_of(html)


async def test_a_sold_out_order_tells_the_refund_with_its_date(buyer: Buyer, cast: Cast) -> None:
    text = await read(buyer, await sold_out(cast))
    assert "Cancelled: out of stock" in text
    assert "990 ₽ is on its way back to you and will arrive by 2 December" in text


async def test_an_order_of_nothing_is_in_processing_and_shows_no_payment(
    buyer: Buyer, cast: Cast
) -> None:
    """Rule 4.8."""
    gift = replace(MUG, price=0)
    text = await read(buyer, await cast.place(ALINA, NOW - HOUR, gift))
    assert "In processing" in text
    assert "Promised by 21:00 tomorrow, 23 November" in text
    assert "Total 0 ₽" in text
    assert "Paid 0" not in text


async def test_a_payment_reported_late_revives_the_order_and_the_page_says_so(
    buyer: Buyer, cast: Cast
) -> None:
    """Rule 4.8."""
    placed_at = NOW - DAY - HOUR
    order = await cast.place(ALINA, placed_at, MUG)
    order = await cast.step(order, ExpirePayment(), placed_at + DAY, Role.SYSTEM)
    order = await cast.pay(order, NOW, told=placed_at + HOUR)
    text = await read(buyer, order)
    assert "In processing" in text
    assert "Your payment was made in time." in text
    assert "It reached us on 22 November, 14:05" in text
    await buyer.opens("/?lang=ru")
    assert "Вы оплатили вовремя. Платёж дошёл до нас 22 ноября, 14:05" in await shown(buyer, order)


async def test_what_was_issued_and_what_was_left_stands_line_by_line(
    buyer: Buyer, cast: Cast
) -> None:
    text = await read(buyer, await partly_issued(cast))
    assert "handed over: 1 not taken: 1" in text
    assert "450.50 ₽ was refunded on Tuesday, 17 November" in text


async def test_a_refund_that_is_overdue_is_called_late(buyer: Buyer, cast: Cast) -> None:
    text = await read(buyer, await not_collected(cast))
    assert "not collected in time" in text
    assert "should have reached you by" in text


async def test_an_order_brought_back_still_tells_when_it_was_issued(
    buyer: Buyer, cast: Cast
) -> None:
    text = await read(buyer, await returned(cast))
    assert "Before that: Issued, 30 October, 14:05 – 2 November, 14:05" in text


async def test_the_courier_gets_a_code_only_when_on_the_way(buyer: Buyer, cast: Cast) -> None:
    order = await with_a_courier(cast)
    text = await read(buyer, order)
    assert "The courier will come today, 22 November, from 14:05 to 16:05" in text
    assert f"{code_of(order)[:3]} {code_of(order)[3:]}" in text


@pytest.mark.parametrize("make", [being_picked, on_the_way, waiting_for_payment])
async def test_no_code_is_shown_before_there_is_something_to_collect(
    buyer: Buyer, cast: Cast, make: "type[object]"
) -> None:
    order = await make(cast)  # type: ignore[call-arg,misc]
    html = await page_of(buyer, order)
    assert code_of(order) not in html.replace("\xa0", "")


async def test_a_changed_promise_shows_what_it_was_and_why(buyer: Buyer, cast: Cast) -> None:
    """Rule 4.1."""
    order = await on_the_way(cast)
    changed = ChangePromise((NOW + DAY).date(), NOW + DAY, "the van broke down")
    text = await read(buyer, await cast.step(order, changed, NOW))
    assert "before, it was today, 22 November. Reason: the van broke down." in text


async def test_a_reason_whose_words_were_erased_is_said_to_be_erased(
    buyer: Buyer, cast: Cast, pool: Any
) -> None:
    """Rule 4.16."""
    changed = ChangePromise((NOW + DAY).date(), NOW + DAY, "Anna's neighbour is away")
    order = await cast.step(await on_the_way(cast), changed, NOW)
    await pool.execute("delete from order_text")
    text = await read(buyer, order)
    assert "before, it was today, 22 November. Reason: erased." in text
    assert "neighbour" not in text


async def test_a_promise_that_follows_a_closure_says_why(
    buyer: Buyer, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule 4.1."""
    order = await on_the_way(cast)
    monkeypatch.setitem(POINTS, POINT.code, closed_on(NOW.date()))
    order = await cast.step(order, RecalculatePromise(), NOW - HOUR, Role.SYSTEM)
    text = await read(buyer, order)
    assert "Promised by 21:00 tomorrow, 23 November." in text
    assert "Reason: closed days were added." in text


async def test_no_order_shows_more_than_four_status_lines_or_weighs_much(
    buyer: Buyer, cast: Cast
) -> None:
    await buyer.signs_in(ALINA)
    for make in EVERYBODY:
        order = await make(cast)
        html = (await buyer.opens(f"/orders/{order.number}")).text
        assert 1 <= len(re.findall(r'<li class="story-line', html)) <= 4, make.__name__
        assert len(html.encode()) < SEVERAL, make.__name__


async def test_no_page_needs_a_script_or_anything_from_elsewhere(buyer: Buyer, cast: Cast) -> None:
    """Rule 4.16."""
    html = await page_of(buyer, await ready(cast))
    scripts = re.findall(r"<script\b[^>]*>[^<]*</script>", html)
    assert len(scripts) == html.count("<script") == 1
    assert re.fullmatch(
        r'<script type="module" src="/scripts/[0-9a-f]{16}/account\.js"></script>', scripts[0]
    )
    assert " style=" not in html
    assert not re.search(r'(src|href)="(https?:)?//', html)


async def test_somebody_elses_order_is_not_there(buyer: Buyer, cast: Cast) -> None:
    theirs = await cast.place(BORIS, NOW, LAMP)
    await buyer.signs_in(ALINA)
    for number in (theirs.number, "123456789012", "x"):
        page = await buyer.client.get(f"/orders/{number}")
        assert page.status_code == 404
        assert "Only its owner can see an order" in text_of(page.text)


async def test_without_signing_in_an_order_leads_to_the_front_page(
    buyer: Buyer, cast: Cast
) -> None:
    order = await ready(cast)
    page = await buyer.opens(f"/orders/{order.number}")
    assert page.url.path == "/"
    assert f"{order.number[:4]} {order.number[4:8]} {order.number[8:]}" in page.text


async def test_a_door_nobody_opened_is_said_with_the_way_to_another_time(
    buyer: Buyer, cast: Cast
) -> None:
    order = await attempted(cast)
    await buyer.signs_in(ALINA)
    html = (await buyer.opens(f"/orders/{order.number}")).text
    assert "The courier came, but nobody was there." in text_of(html)
    assert f'href="/orders/{order.number}/slot"' in html
    order = await cast.step(order, LogCall(answered=True), NOW)
    agreed = await cast.step(order, AgreeSlot(NOW + DAY, NOW + DAY + 2 * HOUR), NOW)
    assert "nobody was there" not in await shown(buyer, agreed)


@pytest.mark.parametrize("reason", AttemptReason)
async def test_each_reason_of_a_failed_attempt_has_its_words(
    buyer: Buyer, cast: Cast, reason: AttemptReason
) -> None:
    order = await attempted(cast)
    order = await cast.step(order, LogCall(answered=True), NOW)
    order = await cast.step(order, AgreeSlot(NOW, NOW + HOUR), NOW)
    order = await cast.step(order, Depart(), NOW)
    order = await cast.step(order, RecordAttempt(reason), NOW)
    text = await read(buyer, order)
    assert ("The courier came, but nobody was there." in text) is (reason is AttemptReason.ABSENT)
    assert ("did not reach you" in text) is (reason is AttemptReason.NO_ATTEMPT)
    assert ("Cancelled: refused" in text) is (reason is AttemptReason.REFUSED)


@pytest.mark.parametrize("flag", [Attention.LOST, Attention.DAMAGED, Attention.DISPUTE])
async def test_what_was_wrong_with_an_order_is_no_news_once_it_is_closed(
    buyer: Buyer, cast: Cast, flag: Attention
) -> None:
    order = await cast.step(await ready(cast), RaiseAttention(flag), NOW)
    await buyer.signs_in(ALINA)
    open_ = await shown(buyer, order)
    closed = await shown(buyer, await cast.step(order, Cancel(), NOW))
    words = ("We can't find", "was damaged in transit", "is on hold until support")
    assert sum(each in open_ for each in words) == 1
    assert not any(each in closed for each in words)
    assert ("Support is looking into" in closed) is (flag is Attention.DISPUTE)


async def test_what_comes_back_is_shown_step_by_step(buyer: Buyer, cast: Cast) -> None:
    order = await claimed(cast)
    await buyer.signs_in(ALINA)
    text = await shown(buyer, order)
    assert "Your return" in text
    assert "Return requested 21 November, 14:05" in text
    assert "Handed in at a pick-up point still to come" in text
    order = await cast.step(order, AcceptReturn(point="KZN-1"), NOW - HOUR)
    text = await shown(buyer, order)
    assert "Handed in at a pick-up point 22 November, 13:05" in text
    assert "Checked at the warehouse, refund sent still to come" in text
    order = await cast.step(order, Receive(condition=Condition.RESTOCKED), NOW)
    assert "still to come" not in (await shown(buyer, order)).partition("Your return")[2]


async def test_a_trusted_persons_code_is_on_the_page_while_it_works(
    buyer: Buyer, cast: Cast
) -> None:
    order = await ready(cast)
    own = code_of(order)
    trusted = await cast.step(order, NameTrusted(), NOW, Role.BUYER)
    code = shown_trusted_code(trusted, one_key(SECRET))
    assert code != own
    await buyer.signs_in(ALINA)
    text = await shown(buyer, trusted)
    assert f"{own[:3]} {own[3:]}" in text
    assert f"{code[:3]} {code[3:]}" in text
    revoked = await cast.step(trusted, RevokeTrusted(), NOW, Role.BUYER)
    assert f"{code[:3]} {code[3:]}" not in await shown(buyer, revoked)
