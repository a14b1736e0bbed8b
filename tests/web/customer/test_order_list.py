"""My orders: the right ones, in the right groups, newest first, page by page."""

import re

from tests.web.buyer import Buyer, text_of
from tests.web.cast import (
    ALINA,
    BORIS,
    LAMP,
    NOW,
    Cast,
    being_picked,
    cancelled,
    code_of,
    late,
    long_ago,
    ready,
    waiting_for_payment,
)


def numbers(html: str) -> list[str]:
    """Return the orders of a page in the order they stand in."""
    return re.findall(r'href="/orders/(\d{12})"', html)


async def test_groups_stand_in_the_order_of_what_needs_the_buyer(buyer: Buyer, cast: Cast) -> None:
    done = await cancelled(cast)
    unpaid = await waiting_for_payment(cast)
    moving = await being_picked(cast)
    waiting = await ready(cast)
    page = await buyer.signs_in(ALINA)
    expected = [waiting.number, moving.number, unpaid.number, done.number]
    assert numbers(page.text) == expected
    text = text_of(page.text)
    headings = ["Waiting for you", "On the way to you", "To be paid", "Finished"]
    places = [text.rindex(heading) for heading in headings]
    assert places == sorted(places)


async def test_a_card_says_what_is_worth_knowing(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await late(cast)
    text = text_of((await buyer.signs_in(ALINA)).text)
    code = code_of(order)
    assert f"Code {code[:3]} {code[3:]}" in text
    assert "Kept until 09:35 on 29 November" in text
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
        assert "This could not be read" in text_of(page.text)


async def test_without_signing_in_there_is_no_list(buyer: Buyer) -> None:
    assert (await buyer.opens("/orders")).url.path == "/"
