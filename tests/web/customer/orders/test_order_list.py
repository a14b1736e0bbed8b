"""My orders: the right ones, in the right groups, newest first, page by page."""

import re

from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, BORIS, NOBODY, NOW, Cast, code_of
from tests.support.web.goods import LAMP
from tests.support.web.sample_orders.closed_orders import cancelled, long_ago
from tests.support.web.sample_orders.open_orders import (
    being_handed_over,
    being_picked,
    late,
    ready,
    ready_where_it_closes,
    waiting_for_payment,
)


def numbers(html: str) -> list[str]:
    """Return the orders of a page in the order they stand in."""
    return list(dict.fromkeys(re.findall(r'href="/orders/(\d{12})[#"]', html)))


async def test_groups_stand_in_the_order_of_what_needs_the_buyer(buyer: Buyer, cast: Cast) -> None:
    done = await cancelled(cast)
    unpaid = await waiting_for_payment(cast)
    moving = await being_picked(cast)
    waiting = await ready(cast)
    page = await buyer.signs_in(ALINA)
    expected = [waiting.number, moving.number, unpaid.number, done.number]
    assert numbers(page.text) == expected
    text = text_of(page.text)
    headings = ["Ready to collect", "On the way to you", "Awaiting payment", "Completed"]
    places = [text.rindex(heading) for heading in headings]
    assert places == sorted(places)


async def test_a_card_says_what_is_worth_knowing(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await late(cast)
    text = text_of((await buyer.signs_in(ALINA)).text)
    code = code_of(order)
    assert f"Pick-up code {code[:3]} {code[3:]}" in text
    assert "Until 09:35 on 29 November" in text
    assert "Late: promised for yesterday, 21 November" in text


async def test_only_ones_own_orders_are_listed(buyer: Buyer, cast: Cast) -> None:
    await ready(cast)
    others = await cast.place(BORIS, NOW, LAMP)
    page = await buyer.signs_in(ALINA)
    assert others.number not in page.text


async def test_a_filter_keeps_one_status(buyer: Buyer, cast: Cast) -> None:
    await ready(cast)
    unpaid = await waiting_for_payment(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/orders?status=awaiting_payment")
    assert numbers(page.text) == [unpaid.number]


async def test_search_finds_by_part_of_a_title_whatever_its_case(buyer: Buyer, cast: Cast) -> None:
    await ready(cast)
    kettle = await being_picked(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/orders?q=ЧАЙНИК")
    assert numbers(page.text) == [kettle.number]


async def test_search_finds_by_number_however_it_is_written(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await being_picked(cast)
    await buyer.signs_in(ALINA)
    spoken = f"{order.number[:4]}-{order.number[4:8]} {order.number[8:]}"
    page = await buyer.opens(f"/orders?q={spoken}")
    assert numbers(page.text) == [order.number]


async def test_search_finds_by_a_few_digits_of_the_number(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await being_picked(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens(f"/orders?q=№ {order.number[4:8]} {order.number[8:]}")
    assert numbers(page.text) == [order.number]


async def test_search_finds_by_the_point_and_by_its_street(buyer: Buyer, cast: Cast) -> None:
    there = await ready_where_it_closes(cast)
    await ready(cast)
    await buyer.signs_in(ALINA)
    for typed in ("пвз чистопольская", "ул. чистоп"):
        assert numbers((await buyer.opens(f"/orders?q={typed}")).text) == [there.number]


async def test_search_asks_for_no_quotation_marks(buyer: Buyer, cast: Cast) -> None:
    mug = await being_handed_over(cast)
    await ready(cast)
    await buyer.signs_in(ALINA)
    assert numbers((await buyer.opens("/orders?q=кружка доброе")).text) == [mug.number]


async def test_search_takes_one_letter_of_the_alphabet_for_its_twin(
    buyer: Buyer, cast: Cast
) -> None:
    boots = await late(cast)
    await buyer.signs_in(ALINA)
    for typed in ("утепленные", "утеплённые"):
        assert numbers((await buyer.opens(f"/orders?q={typed}")).text) == [boots.number]


async def test_the_filters_count_what_the_search_found(buyer: Buyer, cast: Cast) -> None:
    await ready(cast)
    await cancelled(cast)
    await late(cast)
    await buyer.signs_in(ALINA)
    text = text_of((await buyer.opens("/orders?q=сапоги")).text)
    assert "2 orders found" in text
    assert "All 2 In processing 1 Completed 1" in text
    assert "Ready for pick-up" not in text


async def test_a_search_that_finds_nothing_says_what_else_to_try(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    wrong = order.number[:-1] + str((int(order.number[-1]) + 1) % 10)
    assert "There is a typo in this number" in text_of(
        (await buyer.opens(f"/orders?q={wrong}")).text
    )
    others = (await cast.place(BORIS, NOW, LAMP)).number
    text = text_of((await buyer.opens(f"/orders?q={others}")).text)
    assert "another phone number" in text
    assert "Sign in with another number" in text
    page = await buyer.opens("/orders?status=closed&q=наушники")
    assert 'href="/orders?q=%D0%BD' in page.text
    assert "Search all orders" in text_of(page.text)


async def test_somebody_without_orders_is_asked_about_the_phone_number(buyer: Buyer) -> None:
    text = text_of((await buyer.signs_in(NOBODY)).text)
    assert "No orders yet" in text
    assert "You are signed in as +7 9** ***" in text


async def test_the_order_in_hand_says_what_to_do_until_when_and_where(
    buyer: Buyer, cast: Cast
) -> None:
    await waiting_for_payment(cast)
    order = await ready(cast)
    page = await buyer.signs_in(ALINA)
    hand = text_of(re.findall(r'(?s)<section class="primary-order.*?</section>', page.text)[0])
    code = code_of(order)
    for said in (
        "Ready to collect",
        "Until 09:35 on 29 November",
        "ПВЗ «Баумана»",
        "Today 09:00–21:00",
        f"{code[:3]} {code[3:]}",
    ):
        assert said in hand


async def test_of_two_orders_on_shelves_the_one_that_leaves_first_is_in_hand(
    buyer: Buyer, cast: Cast
) -> None:
    sooner = await ready_where_it_closes(cast)
    later = await ready(cast)
    assert numbers((await buyer.signs_in(ALINA)).text) == [sooner.number, later.number]


async def test_whoever_is_at_the_desk_comes_before_everything(buyer: Buyer, cast: Cast) -> None:
    await ready_where_it_closes(cast)
    order = await being_handed_over(cast)
    page = await buyer.signs_in(ALINA)
    assert numbers(page.text)[0] == order.number
    assert "If this is not you" in text_of(page.text)


async def test_search_takes_signs_for_what_they_are(buyer: Buyer, cast: Cast) -> None:
    await ready(cast)
    await buyer.signs_in(ALINA)
    for typed in ("%", "_", "'", "\\", "<script>"):
        page = await buyer.client.get("/orders", params={"q": typed})
        assert page.status_code == 200
        assert numbers(page.text) == []
        assert "<script>" not in page.text


async def test_pages_follow_one_another_without_gap_or_repetition(buyer: Buyer, cast: Cast) -> None:
    placed = [(await long_ago(cast, n)).number for n in range(43)]
    page = await buyer.signs_in(ALINA)
    seen: list[str] = []
    sizes: list[int] = []
    while True:
        found = numbers(page.text)
        seen += found
        sizes.append(len(found))
        older = re.search(r'rel="next" href="([^"]+)"', page.text)
        if older is None:
            break
        page = await buyer.opens(older[1].replace("&amp;", "&"))
    assert seen == placed
    assert sizes == [20, 20, 3]


async def test_a_cursor_that_is_not_ours_is_refused_in_words(buyer: Buyer) -> None:
    await buyer.signs_in(ALINA)
    for after in ("x", "2026-11-22~1", "~", "2026-11-22T00:00:00~123456789012"):
        page = await buyer.client.get("/orders", params={"after": after})
        assert page.status_code == 400
        assert "We could not read this request" in text_of(page.text)


async def test_without_signing_in_there_is_no_list(buyer: Buyer) -> None:
    assert (await buyer.opens("/orders")).url.path == "/"
