"""What is expected is told from how long it really took, and bad news comes from us first."""

from datetime import datetime, timedelta

import httpx
import pytest
from msgspec import structs

from gotovo.order.forecast.duration_key import DurationKey, Goal, goal_of, route_of, slot_of
from gotovo.order.forecast.model import CASES_MIN, DurationModel, learn
from gotovo.order.forecast.observation import Observation
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.picking import StartPicking
from gotovo.order.values.order import Courier, Order
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, Cast
from tests.support.web.goods import BOOTS, KETTLE
from tests.support.web.network import KAZAN
from tests.support.web.sample_orders.open_orders import being_picked, late, on_the_way, ready
from tests.support.web.stage import browser_of

CASES = 400


def learnt_of(
    order: Order, step: timedelta, whole: timedelta, number: int = CASES, tail: int = 0
) -> DurationModel:
    """Return what so many cases teach: equal ones, and some that took ten times as long."""
    slot = slot_of(order.stage_at, KAZAN)
    seen: list[Observation] = []
    goals: tuple[tuple[Goal, timedelta], ...] = (("next", step), (goal_of(order), whole))
    for goal, span in goals:
        key = DurationKey(order.stage, goal, route_of(order), slot)
        seconds = span.total_seconds()
        seen += [Observation(key, seconds, NOW, 1)] * number
        seen += [Observation(key, seconds * 10, NOW, 1)] * tail
    return DurationModel(learn(seen))


async def page_with(
    dependencies: WebDependencies, order: Order, learnt: DurationModel, language: str = "en"
) -> httpx.Response:
    """Return the order's page to its owner where this was learnt."""
    async with browser_of(structs.replace(dependencies, duration_model=lambda: learnt)) as client:
        buyer = Buyer(client)
        await buyer.signs_in(ALINA)
        page = await buyer.opens(f"/orders/{order.number}?lang={language}")
        assert page.status_code == 200
        return page


async def read(
    dependencies: WebDependencies, order: Order, learnt: DurationModel, language: str = "en"
) -> str:
    """Return what the owner reads there."""
    return text_of((await page_with(dependencies, order, learnt, language)).text)


async def test_the_next_stage_and_the_shelf_are_told_with_how_often_it_is_so(
    dependencies: WebDependencies, cast: Cast
) -> None:
    order = await being_picked(cast)
    text = await read(dependencies, order, learnt_of(order, 3 * HOUR, 20 * HOUR))
    assert "Ready by 09:00 tomorrow, 23 November in 9 cases out of 10." in text
    assert "Packing next, by 15:10 today, 22 November in 9 cases out of 10" in text


async def test_the_same_is_told_in_russian(dependencies: WebDependencies, cast: Cast) -> None:
    order = await being_picked(cast)
    text = await read(dependencies, order, learnt_of(order, 3 * HOUR, 20 * HOUR), "ru")
    assert "Будет готово к 09:00 завтра, 23 ноября, так бывает в 9 случаях из 10." in text
    assert "Упаковка дальше, к 15:10 сегодня, 22 ноября, так бывает в 9 случаях из 10" in text


async def test_what_half_the_cases_took_stands_beside_it(
    dependencies: WebDependencies, cast: Cast
) -> None:
    order = await being_picked(cast)
    learnt = learnt_of(order, 3 * HOUR, 5 * HOUR, number=300, tail=200)
    text = await read(dependencies, order, learnt)
    assert "In half of the cases already by 17:30 today" in text


@pytest.mark.parametrize("number", [0, CASES_MIN - 1])
async def test_too_little_history_says_nothing_rather_than_guess(
    dependencies: WebDependencies, cast: Cast, number: int
) -> None:
    order = await being_picked(cast)
    text = await read(dependencies, order, learnt_of(order, 3 * HOUR, 20 * HOUR, number))
    assert "9 cases" not in text
    assert "Packing next" in text


async def test_a_stage_that_lasts_too_long_is_said_first_with_what_happens_now(
    dependencies: WebDependencies, cast: Cast
) -> None:
    order = await being_picked(cast)
    page = await page_with(dependencies, order, learnt_of(order, HOUR, 3 * HOUR))
    text = text_of(page.text)
    said = text.index("This is taking longer than in 9 cases out of 10.")
    assert said < text.index("Being picked at the warehouse")
    assert "The order is at the warehouse now." in text
    assert (
        "marked as late automatically and our staff see it: you do not need to write to us." in text
    )
    assert "The promise has not changed: by 21:00 tomorrow, 23 November." in text
    assert "You can wait" not in text, "what is not late asks for no decision"


async def test_a_promise_that_will_probably_be_missed_is_said_before_it_is(
    dependencies: WebDependencies, cast: Cast
) -> None:
    order = await on_the_way(cast)
    text = await read(dependencies, order, learnt_of(order, 40 * HOUR, 42 * HOUR))
    assert "We will probably be late: it was promised by 21:00 today, 22 November." in text
    assert "on its way from the warehouse to the pick-up point now" in text
    assert "Ready by" in text
    assert "You can wait, or cancel and get a full refund." in text


async def test_no_expectation_contradicts_the_promise(
    dependencies: WebDependencies, cast: Cast
) -> None:
    order = await being_picked(cast)
    text = await read(dependencies, order, learnt_of(order, 40 * HOUR, 60 * HOUR))
    assert "Promised by 21:00 tomorrow" in text
    head = text.partition("Promised by")[2].partition("Why this date")[0]
    assert head
    assert "9 cases out of 10" not in head


async def test_a_late_order_is_told_late_once_and_when_to_expect_it(
    dependencies: WebDependencies, cast: Cast
) -> None:
    order = await late(cast)
    text = await read(dependencies, order, learnt_of(order, 60 * HOUR, 70 * HOUR))
    assert text.count("We are running late.") == 1
    assert "We will probably be late" not in text
    assert "Ready by" in text


async def test_an_order_in_good_time_hears_no_bad_news(
    dependencies: WebDependencies, cast: Cast
) -> None:
    order = await being_picked(cast)
    text = await read(dependencies, order, learnt_of(order, 5 * HOUR, 9 * HOUR))
    assert "longer than" not in text
    assert "probably" not in text


async def test_a_ready_order_expects_nothing_more(
    dependencies: WebDependencies, cast: Cast
) -> None:
    order = await ready(cast)
    text = await read(dependencies, order, learnt_of(order, HOUR, HOUR))
    assert "9 cases" not in text


async def test_a_courier_is_expected_at_the_door(dependencies: WebDependencies, cast: Cast) -> None:
    order = await cast.place(ALINA, NOW - 5 * HOUR, BOOTS, delivery=Courier())
    order = await cast.pay(order, NOW - 4 * HOUR)
    text = await read(dependencies, order, learnt_of(order, 5 * HOUR, DAY))
    assert "With you by 11:30 tomorrow, 23 November in 9 cases out of 10." in text


async def test_each_stage_has_the_time_it_began_and_was_left(
    dependencies: WebDependencies, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW - 5 * HOUR, KETTLE)
    order = await cast.step(await cast.pay(order, NOW - 4 * HOUR), StartPicking("w"), at(2))
    text = await read(dependencies, order, DurationModel())
    assert "Paid 22 November, 10:05 – 12:05" in text
    assert "Being picked at the warehouse 22 November, 12:05" in text


async def test_at_the_point_the_shelf_is_expected_while_it_is_open(
    dependencies: WebDependencies, cast: Cast
) -> None:
    order = await on_the_way(cast)
    order = await cast.step(order, Arrive(), at(1))
    text = await read(dependencies, order, learnt_of(order, 9 * HOUR, 9 * HOUR))
    assert "Ready by 09:00 tomorrow, 23 November" in text
    assert "next, by" not in text, "the last stage is what ready means"


def at(hours_ago: int) -> datetime:
    """Return an instant some hours before now."""
    return NOW - hours_ago * HOUR
