"""Drills against whoever has no code: guessing, old codes, other people's codes."""

from datetime import timedelta

from gotovo.desk.handover.completion import OrderEnd
from gotovo.desk.handover.identification import ByNumber, ByPhone, ByQr
from gotovo.desk.handover.visit import BuyerVisit, numbers
from gotovo.desk.handover.visiting import Wait
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.pickup_codes import (
    ROTATIONS_MAX,
    WRONG_TRIES_MAX,
    pickup_code,
    qr_text,
    trusted_code,
)
from tests.support.api.network import SECRET, Api, Network
from tests.support.desk.people import Person, code_of
from tests.support.desk.shelf import TWIN, order_of, ready, wrong_code


async def test_guesses_at_one_order_from_many_desks_count_together(
    network: Network, api: Api
) -> None:
    number = await ready(api)
    for name in range(WRONG_TRIES_MAX * ROTATIONS_MAX):
        counter = (await order_of(api, number)).codes.counter
        guess = "000000" if api.code(number, counter) != "000000" else "000001"
        refused = await Person(network, 100 + name).is_refused(ByNumber(number, guess))
        assert refused in {Code.WRONG_CODE, Code.CODE_REVOKED, Code.TOO_MANY_ATTEMPTS}
    right = api.code(number, (await order_of(api, number)).codes.counter)
    assert await Person(network, 1).is_refused(ByNumber(number, right)) is Code.TOO_MANY_ATTEMPTS
    assert (await order_of(api, number)).codes.counter == 1 + ROTATIONS_MAX


async def test_who_tries_one_code_on_order_after_order_is_stopped(
    network: Network, api: Api
) -> None:
    clerk, orders = Person(network, 1), [await ready(api) for _ in range(4)]
    answers = [
        await clerk.tries(ByNumber(orders[index % 4], wrong_code(api, orders[index % 4])))
        for index in range(11)
    ]
    assert all(isinstance(each, Refusal) for each in answers[:10])
    assert isinstance(answers[10], Wait)
    last = orders[3]
    assert isinstance(await clerk.tries(ByNumber(last, api.code(last))), Wait)
    colleague = Person(network, 2)
    assert isinstance(await colleague.tries(ByNumber(last, api.code(last))), BuyerVisit)


async def test_who_changes_names_is_stopped_at_the_point(network: Network, api: Api) -> None:
    orders = [await ready(api) for _ in range(10)]
    for name in range(40):
        number = orders[name % 10]
        refused = await Person(network, 100 + name).tries(ByNumber(number, wrong_code(api, number)))
        assert isinstance(refused, Refusal), name
    assert isinstance(await Person(network, 1).tries(ByNumber(orders[0], "1")), Wait)


async def test_a_right_code_costs_none_of_these_tries(network: Network, api: Api) -> None:
    clerk, number = Person(network, 1), await ready(api)
    for _ in range(12):
        visit = await clerk.opens(ByNumber(number, api.code(number)))
        assert numbers(visit.orders) == (number,)


async def test_whether_anybody_has_a_phone_with_these_digits_is_not_told(
    network: Network, api: Api
) -> None:
    number = await ready(api)
    clerk = Person(network, 1)
    somebodys = [await clerk.tries(ByPhone("4547", wrong_code(api, number))) for _ in range(6)]
    colleague = Person(network, 2)
    nobodys = [await colleague.tries(ByPhone("0000", wrong_code(api, number))) for _ in range(6)]
    assert somebodys == nobodys
    assert isinstance(somebodys[5], Wait)


async def test_a_wrong_code_with_a_phone_counts_against_the_order(
    network: Network, api: Api
) -> None:
    number = await ready(api)
    assert await Person(network, 1).is_refused(ByPhone("4547", wrong_code(api, number)))
    assert (await order_of(api, number)).codes.wrong_tries == 1


async def test_the_phone_tells_nothing_of_a_code_whose_tries_are_used_up(
    network: Network, api: Api
) -> None:
    number = await ready(api)
    for name in range(WRONG_TRIES_MAX * ROTATIONS_MAX):
        counter = (await order_of(api, number)).codes.counter
        guess = "000000" if api.code(number, counter) != "000000" else "000001"
        await Person(network, 100 + name).tries(ByNumber(number, guess))
    right = api.code(number, (await order_of(api, number)).codes.counter)
    assert await Person(network, 1).is_refused(ByPhone("4547", right)) is Code.WRONG_CODE


async def test_a_code_does_not_open_the_order_of_a_stranger_with_the_same_digits(
    network: Network, api: Api
) -> None:
    own, strangers = await ready(api), await ready(api, customer=TWIN)
    visit = await Person(network, 1).opens(ByPhone("4547", api.code(own)))
    assert numbers(visit.orders) == (own,)
    assert (await order_of(api, strangers)).codes.wrong_tries == 0
    refused = await Person(network, 1).is_refused(ByNumber(strangers, api.code(own)))
    assert refused is Code.WRONG_CODE


async def test_a_code_for_another_point_opens_nothing_here(network: Network, api: Api) -> None:
    number = await ready(api)
    elsewhere = pickup_code(SECRET, number, "KZN-2", 1)
    assert await Person(network, 1).is_refused(ByNumber(number, elsewhere)) is Code.WRONG_CODE
    stranger = Person(network, 2, "KZN-2")
    assert await stranger.is_refused(ByNumber(number, api.code(number))) is Code.WRONG_POINT
    assert await stranger.is_refused(ByPhone("4547", api.code(number))) is Code.WRONG_CODE
    assert (await order_of(api, number)).codes.wrong_tries == 1


async def test_a_screenshot_of_the_qr_is_dead_after_its_time(network: Network, api: Api) -> None:
    number = await ready(api)
    shot = qr_text(SECRET, number, "KZN-1", 1, network.clock.now)
    network.clock.now += timedelta(minutes=2)
    assert await Person(network, 1).is_refused(ByQr(shot)) is Code.WRONG_CODE
    fresh = qr_text(SECRET, number, "KZN-1", 1, network.clock.now)
    assert (await Person(network, 1).opens(ByQr(fresh))).orders


async def test_the_qr_and_the_code_of_before_a_renewal_are_dead(network: Network, api: Api) -> None:
    number = await ready(api)
    await api.step(number, "code-renewal", "storefront")
    old = qr_text(SECRET, number, "KZN-1", 1, network.clock.now)
    assert await Person(network, 1).is_refused(ByQr(old)) is Code.WRONG_CODE
    old_code = ByNumber(number, api.code(number, 1))
    assert await Person(network, 1).is_refused(old_code) is Code.CODE_REVOKED


async def test_who_was_sent_gets_one_order_once_and_no_other(network: Network, api: Api) -> None:
    first, second = await ready(api), await ready(api)
    await api.step(first, "trusted-person", "storefront")
    sent = trusted_code(SECRET, first, "KZN-1", 1)
    clerk = Person(network, 1)
    visit = await clerk.opens(ByPhone("4547", sent))
    assert (numbers(visit.orders), visit.waiting) == ((first,), ())
    refused = await clerk.is_refused(ByNumber(second, sent))
    assert refused is Code.WRONG_CODE
    again = await clerk.opens(ByNumber(first, wrong_code(api, first)))
    assert numbers(again.orders) == (first,), "an open hand-over brings no further orders"
    await api.step(first, "trusted-person-revocation", "storefront")
    (end,) = await clerk.ends(visit.id, OrderEnd(first))
    assert code_of(end) is Code.CODE_REVOKED
