"""One fact, one message: what a buyer's phone shows, and what it does not."""

from collections.abc import Sequence
from datetime import date

import pytest

from gotovo.order.steps.code_renewal import RenewCode
from gotovo.order.steps.promise_recalculation import RecalculatePromise
from gotovo.order.steps.redirection import Redirect
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.storage_recalculation import RecalculateStorage
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order, Pickup
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.messages.messages import message_id
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from tests.support.web.buyer_phone import FEED_MAX, BuyerPhone
from tests.support.web.cast import ALINA, DAY, NOW, Cast, Clock, code_of
from tests.support.web.goods import MUG
from tests.support.web.network import POINT, POINTS, closed_on
from tests.support.web.sample_orders.closed_orders import (
    cancelled,
    not_collected,
    partly_issued,
    returned,
    sold_out,
)
from tests.support.web.sample_orders.open_orders import (
    being_handed_over,
    being_picked,
    on_the_way,
    ready,
)
from tests.support.web.sample_orders.refunds import refund_failed, refund_rerouted


def texts(messages: Sequence[PhoneMessage]) -> dict[str, str]:
    """Return the messages by purpose, with spaces that may break."""
    return {m.purpose: m.text.replace("\xa0", " ") for m in messages}


def spoken(order: Order) -> str:
    """Return the order's number as it is read aloud."""
    return f"{order.number[:4]} {order.number[4:8]} {order.number[8:]}"


async def test_ready_names_order_code_place_hours_and_deadline(
    cast: Cast, phone: BuyerPhone
) -> None:
    """Rule 4.10."""
    order = await ready(cast)
    text = texts(await phone.after_all_events())["ready"]
    code = code_of(order)
    assert text.split("\n") == [
        f"Заказ {spoken(order)} готов",
        f"Покажите код получения: {code[:3]} {code[3:]}",
        "Казань, ул. Баумана, 44",
        "Сегодня 9–21",
        "Хранится до 29 ноября, 09:35",
    ]


async def test_a_fact_seen_again_is_no_second_message(cast: Cast, phone: BuyerPhone) -> None:
    """Rule 4.10."""
    await ready(cast)
    assert len(await phone.after_all_events(times=3)) == 1


async def test_being_paid_picked_or_sent_makes_no_noise(cast: Cast, phone: BuyerPhone) -> None:
    await cast.send(await cast.place(ALINA, NOW - DAY, MUG), NOW - DAY)
    assert await phone.after_all_events() == []


async def test_too_many_wrong_codes_bring_a_new_one(cast: Cast, phone: BuyerPhone) -> None:
    order = await ready(cast)
    wrong = f"{(int(code_of(order)) + 1) % 10**6:06d}"
    outcomes = [await cast.try_code(order, wrong, NOW) for _ in range(5)]
    after = outcomes[-1].order
    assert after is not None
    text = texts(await phone.after_all_events())["new_code"]
    new = code_of(after)
    assert f"{new[:3]} {new[3:]}" in text
    assert new != code_of(order)


async def test_a_new_code_that_was_asked_for_is_told_too(cast: Cast, phone: BuyerPhone) -> None:
    order = await cast.step(await ready(cast), RenewCode(), NOW)
    text = texts(await phone.after_all_events())["new_code"]
    assert f"{code_of(order)[:3]} {code_of(order)[3:]}" in text


async def test_sold_out_and_its_refund_are_one_message(cast: Cast, phone: BuyerPhone) -> None:
    order = await sold_out(cast)
    messages = await phone.after_all_events()
    assert [m.purpose for m in messages] == ["cancelled"]
    text = texts(messages)["cancelled"]
    assert f"Заказ {spoken(order)} отменён: товар закончился" in text
    assert "Вернём 990 ₽" in text
    assert "до 2 декабря включительно" in text


async def test_a_cancellation_tells_the_refund_with_it(cast: Cast, phone: BuyerPhone) -> None:
    await cancelled(cast)
    messages = await phone.after_all_events()
    assert [m.purpose for m in messages] == ["cancelled"]
    assert "2 749 ₽" in texts(messages)["cancelled"]


async def test_a_reminder_says_how_long_is_left_and_the_code(cast: Cast, phone: BuyerPhone) -> None:
    await not_collected(cast)
    messages = await phone.after_all_events()
    assert [m.purpose for m in messages] == ["ready", "expiring", "cancelled"]
    assert "ещё 72 часа" in texts(messages)["expiring"]


async def test_a_deadline_that_moved_is_announced_with_its_reason(
    cast: Cast, phone: BuyerPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule 4.2."""
    order = await ready(cast)
    monkeypatch.setitem(POINTS, POINT.code, closed_on(date(2026, 11, 25)))
    await cast.step(order, RecalculateStorage(), NOW, Role.SYSTEM)
    text = texts(await phone.after_all_events())["storage_moved"]
    assert f"Заказ {spoken(order)} будет храниться дольше: добавились нерабочие дни." in text
    assert "Хранится до 09:35 30 ноября." in text


async def test_a_promise_that_follows_a_closure_is_announced_and_one_asked_for_is_not(
    cast: Cast, phone: BuyerPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule 4.1."""
    order = await on_the_way(cast)
    monkeypatch.setitem(POINTS, POINT.code, closed_on(NOW.date()))
    await cast.step(order, RecalculatePromise(), NOW, Role.SYSTEM)
    await cast.step(await being_picked(cast), Redirect(Pickup("EKB-1")), NOW, Role.BUYER)
    messages = await phone.after_all_events()
    assert [message.purpose for message in messages] == ["promise_moved"]
    text = texts(messages)["promise_moved"]
    assert f"Заказ {spoken(order)} придёт позже обещанного: добавились нерабочие дни." in text
    assert "Привезём до 21:00" in text


async def test_the_buyer_hears_when_it_is_being_handed_over(cast: Cast, phone: BuyerPhone) -> None:
    await being_handed_over(cast)
    assert "being_issued" in texts(await phone.after_all_events())


async def test_a_refund_of_goods_left_at_the_desk_is_told_when_it_starts_and_when_it_is_paid(
    cast: Cast, phone: BuyerPhone
) -> None:
    await partly_issued(cast)
    text_of = texts(await phone.after_all_events())
    assert "450,50 ₽" in text_of["refund_started"]
    assert "450,50 ₽ за заказ" in text_of["refunded"]


async def test_a_refund_of_goods_brought_back_is_told(cast: Cast, phone: BuyerPhone) -> None:
    order = await returned(cast)
    await cast.step(order, CompleteRefund(order.refunds[0].id), NOW)
    text_of = texts(await phone.after_all_events())
    assert {"refund_started", "refunded"} <= set(text_of)


async def test_each_message_goes_to_the_phone_the_order_was_placed_with(
    cast: Cast, phone: BuyerPhone
) -> None:
    await ready(cast)
    await phone.after_all_events()
    assert {m.phone for m in await phone.sent_to_anybody()} == {ALINA}


async def test_a_message_bears_the_instant_at_which_its_event_was_recorded(
    cast: Cast, clock: Clock, journal: PostgresJournal, phone: BuyerPhone
) -> None:
    order = await ready(cast)
    events = [each.event for each in await journal.feed(0, 0, FEED_MAX)]
    recorded = {event.version: event.recorded_at for event in events}
    versions = {
        str(message_id(order.number, version, order.customer)): version for version in recorded
    }
    clock.now += DAY  # the follower was away
    messages = await phone.after_all_events()
    assert messages
    for message in messages:
        version = versions[message.key]
        assert message.sent_at == recorded[version]


async def test_a_refund_that_failed_is_told_once_with_the_rest_of_its_sum(
    cast: Cast, phone: BuyerPhone
) -> None:
    order = await refund_failed(cast)
    sent = [m for m in await phone.after_all_events() if m.purpose == "refund_failed"]
    assert [m.text.replace("\xa0", " ").split("\n")[0] for m in sent] == [
        f"Не удалось вернуть 1 266 ₽ за заказ {spoken(order)} прежним способом"
    ]


async def test_a_refund_by_another_way_is_not_said_to_have_come_the_same_way(
    cast: Cast, phone: BuyerPhone
) -> None:
    order = await refund_rerouted(cast)
    await cast.step(order, CompleteRefund(order.refunds[0].id, "17"), NOW)
    told = texts(await phone.after_all_events())
    assert told["refunded"] == f"Вернули 1 899 ₽ за заказ {spoken(order)}"
