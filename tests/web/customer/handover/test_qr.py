"""The QR of an order is what the desk accepts, and it is drawn so that scanners read it."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest
import zxingcpp

from gotovo.order.values.order import Order, place_of
from gotovo.order.values.pickup_codes import qr_is_right
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, BORIS, NOW, SECRET, Cast, Clock, code_of
from tests.support.web.sample_orders.closed_orders import partly_issued
from tests.support.web.sample_orders.open_orders import being_handed_over, on_the_way, ready

Make = Callable[[Cast], Awaitable[Order]]
MINUTE = timedelta(minutes=1)
DOTS = 8
"""Dots a module: what a phone's screen has at least."""


def read(picture: httpx.Response) -> str:
    """Return what a scanner reads in a picture: it sees dots and knows nothing of SVG."""
    assert picture.headers["content-type"] == "image/svg+xml"
    box = re.search(r'viewBox="0 0 (\d+) \1"', picture.text)
    path = re.search(r'stroke="#000" d="([^"]+)"', picture.text)
    assert box is not None
    assert path is not None
    side = int(box[1]) * DOTS
    dots = bytearray(b"\xff" * side * side)
    x = y = 0.0
    for command, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", path[1]):
        if command == "h":
            for row in range(int(y - 0.5) * DOTS, int(y + 0.5) * DOTS):
                left = row * side + int(x) * DOTS
                width = int(first) * DOTS
                dots[left : left + width] = bytes(width)
            x += int(first)
        elif command == "M":
            x, y = float(first), float(second)
        else:
            x, y = x + float(first), y + float(second)
    seen = memoryview(bytes(dots)).cast("B", (side, side))
    found = zxingcpp.read_barcodes(seen)
    assert [each.format for each in found] == [zxingcpp.BarcodeFormat.QRCode]
    return found[0].text


def is_right(order: Order, shown: str, clock: Clock) -> bool:
    """Ask what the desk asks."""
    return qr_is_right(SECRET, order.number, place_of(order), order.codes.counter, clock.now, shown)


@pytest.mark.parametrize("make", [ready, being_handed_over])
async def test_a_scanner_reads_what_the_desk_accepts(
    buyer: Buyer, cast: Cast, clock: Clock, make: Make
) -> None:
    order = await make(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens(f"/orders/{order.number}")
    assert f'src="/orders/{order.number}/qr.svg"' in page.text
    shown = read(await buyer.client.get(f"/orders/{order.number}/qr.svg"))
    assert is_right(order, shown, clock)


async def test_it_changes_with_the_minute_and_is_soon_worth_nothing(
    buyer: Buyer, cast: Cast, clock: Clock
) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    first = read(await buyer.client.get(f"/orders/{order.number}/qr.svg?1"))
    clock.now = NOW + MINUTE
    second = read(await buyer.client.get(f"/orders/{order.number}/qr.svg?2"))
    assert first != second
    assert is_right(order, first, clock)
    clock.now = NOW + 2 * MINUTE
    assert not is_right(order, first, clock)


async def test_the_code_in_digits_stays_beside_it(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens(f"/orders/{order.number}")
    assert code_of(order) in page.text.replace("\N{NO-BREAK SPACE}", "")
    assert "brightness" in text_of(page.text)


@pytest.mark.parametrize("make", [on_the_way, partly_issued])
async def test_there_is_none_where_nothing_can_be_collected(
    buyer: Buyer, cast: Cast, make: Make
) -> None:
    order = await make(cast)
    await buyer.signs_in(ALINA)
    assert "qr.svg" not in (await buyer.opens(f"/orders/{order.number}")).text
    assert (await buyer.client.get(f"/orders/{order.number}/qr.svg")).status_code == 404


async def test_it_is_drawn_for_the_owner_alone_and_kept_nowhere(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    path = f"/orders/{order.number}/qr.svg"
    assert (await buyer.client.get(path)).status_code == 303
    await buyer.signs_in(BORIS)
    assert (await buyer.client.get(path)).status_code == 404
    buyer.client.cookies.clear()
    await buyer.signs_in(ALINA)
    assert (await buyer.client.get(path)).headers["cache-control"] == "no-store"
