"""Return claim: lines, reason and pictures, in time, and only the owner sees them again."""

import re
from io import BytesIO

import httpx
import pytest
from PIL import Image

from gotovo.attachments.picture import SIDE_MAX, redraw
from gotovo.http.caps import FILE_BYTES_MAX
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.values.order import Condition, Order, ReceivedUnits, Units
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, hidden_fields, text_of
from tests.support.web.cast import ALINA, BORIS, DAY, HOUR, NOW, Cast, Clock
from tests.support.web.goods import KETTLE, MUG
from tests.support.web.sample_orders.open_orders import ready


async def issued(cast: Cast, phone: str = ALINA) -> Order:
    """Return an order handed over two days ago, with two mugs in it."""
    order = await cast.place(phone, NOW - 5 * DAY, KETTLE, MUG)
    order = await cast.shelve(await cast.send(order, NOW - 5 * DAY + HOUR), NOW - 4 * DAY)
    return await cast.hand_over(order, NOW - 2 * DAY)


def picture(kind: str = "JPEG", size: tuple[int, int] = (2400, 1200)) -> bytes:
    """Return a picture that says where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "Camera of Alina"
    made = BytesIO()
    Image.new("RGB", size, "teal").save(made, kind, exif=exif)
    return made.getvalue()


async def claims(buyer: Buyer, order: Order, *photos: bytes, **typed: str) -> httpx.Response:
    """Fill in the form and send it with photos, as a browser does."""
    where = f"/orders/{order.number}/return-claim"
    page = await buyer.opens(where)
    fields = {name: value for name, value in hidden_fields(page.text, where).items() if value}
    fields = {name: fields[name] for name in ("form", "once")}
    data = {**fields, "reason": "defect", "comment": "", "units-2": "1", **typed}
    files = [("photos", (f"{i}.jpg", each, "image/jpeg")) for i, each in enumerate(photos)]
    chosen = files or [("photos", ("", b"", "application/octet-stream"))]
    return await buyer.client.post(where, data=data, files=chosen, follow_redirects=True)


async def test_a_claim_names_lines_reason_and_comment(buyer: Buyer, cast: Cast) -> None:
    order = await issued(cast)
    await buyer.signs_in(ALINA)
    text = text_of((await claims(buyer, order, comment="The handle\r\nis off")).text)
    assert "Return request sent" in text
    assert "Кружка «Доброе утро», 350 мл × 1" in text.replace("\xa0", " ")
    assert "Broken or faulty. The handle is off" in text
    assert "450.50 ₽ will be refunded" in text
    brought = await cast.step(order, AcceptReturn(point="KZN-1"), NOW)
    assert brought.parcels[-1].contents == (Units(2, 1),)


async def test_photos_come_back_small_and_without_what_the_camera_knew(
    buyer: Buyer, cast: Cast
) -> None:
    order = await issued(cast)
    await buyer.signs_in(ALINA)
    page = await claims(
        buyer, order, picture(), picture("PNG", (2400, 1300)), picture("WEBP", (2400, 1400))
    )
    found = re.findall(r'src="(/orders/\d+/return-claim/[0-9a-f]{32})"', page.text)
    assert len(found) == 3
    for each in found:
        shown = await buyer.client.get(each)
        assert shown.headers["content-type"] == "image/jpeg"
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert b"Camera of Alina" not in shown.content
        with Image.open(BytesIO(shown.content)) as seen:
            assert max(seen.size) == SIDE_MAX
            assert not seen.getexif()


def test_a_picture_that_is_small_and_takes_long_is_refused() -> None:
    made = BytesIO()
    Image.new("RGB", (640, 480), "teal").save(made, "JPEG", progressive=True)
    sent = made.getvalue()
    assert redraw(sent) is not None
    last = sent[sent.rindex(b"\xff\xda") : -2]
    assert redraw(sent[:-2] + 100 * last + sent[-2:]) is None


@pytest.mark.parametrize(
    ("kind", "size"), [("JPEG", (500, 60_000)), ("PNG", (6_000, 5_000)), ("WEBP", (4_000, 4_000))]
)
def test_a_picture_that_takes_too_much_memory_is_refused(kind: str, size: tuple[int, int]) -> None:
    assert redraw(picture(kind, size)) is None


async def test_a_claim_without_photos_waits_for_nobodys(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    order = await issued(cast)
    await buyer.signs_in(ALINA)
    async with dependencies.attachments.drawing.turn():
        text = text_of((await claims(buyer, order)).text)
    assert "Return request sent" in text


async def test_nobody_else_sees_a_photo(buyer: Buyer, cast: Cast) -> None:
    order = await issued(cast, BORIS)
    await buyer.signs_in(BORIS)
    page = await claims(buyer, order, picture())
    found = re.findall(r'src="(/orders/\d+/return-claim/[0-9a-f]{32})"', page.text)
    await buyer.sends(page, "/sign-out")
    assert (await buyer.client.get(found[0])).status_code == 303
    await buyer.signs_in(ALINA)
    assert (await buyer.client.get(found[0])).status_code == 404


@pytest.mark.parametrize(
    ("photos", "typed", "said"),
    [
        ((), {"units-2": "0"}, "Choose what you are returning."),
        ((), {"reason": "x"}, "Choose a reason."),
        ((), {"comment": "x" * 501}, "The comment is too long"),
        ((b"<script>alert(1)</script>",), {}, "Up to five photos"),
        ((b"\xff\xd8\xff and no more",), {}, "Up to five photos"),
        ((b"GIF89a",) * 6, {}, "Up to five photos"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_claimed(
    buyer: Buyer, cast: Cast, photos: tuple[bytes, ...], typed: dict[str, str], said: str
) -> None:
    order = await issued(cast)
    await buyer.signs_in(ALINA)
    page = await claims(buyer, order, *photos, **typed)
    assert page.status_code == 422
    assert said in text_of(page.text)
    assert "Return requested" not in page.text


async def test_more_than_there_is_and_too_late_are_refused_on_the_orders_page(
    buyer: Buyer, cast: Cast, clock: Clock
) -> None:
    order = await issued(cast)
    await buyer.signs_in(ALINA)
    more = await claims(buyer, order, **{"units-2": "3"})
    assert more.status_code == 409
    assert "The quantity does not match" in text_of(more.text)
    clock.now = NOW + 6 * DAY
    page = await buyer.opens(f"/orders/{order.number}/return-claim")
    assert page.status_code == 409


async def test_a_return_that_arrives_in_parts_shows_what_came_and_what_is_to_come(
    buyer: Buyer, cast: Cast
) -> None:
    """Rule 4.7."""
    order = await issued(cast)
    order = await cast.step(order, AcceptReturn((Units(2, 2),), "KZN-1"), NOW - DAY)
    order = await cast.step(order, Dispatch(), NOW - DAY + HOUR)
    came = (ReceivedUnits(2, 1, Condition.DEFECTIVE),)
    order = await cast.step(order, Receive(units=came), NOW - HOUR)
    await buyer.signs_in(ALINA)
    text = text_of((await buyer.opens(f"/orders/{order.number}")).text).replace("\xa0", " ")
    assert "arrived damaged: 1" in text
    assert "still to come: 1" in text
    assert "450.50 ₽ is on its way back to you" in text


async def test_before_the_hand_over_nothing_is_claimed(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens(f"/orders/{order.number}/return-claim")
    assert page.status_code == 409
    assert f'href="/orders/{order.number}/return-claim"' not in page.text


async def test_a_form_that_is_too_large_or_broken_is_not_read(buyer: Buyer, cast: Cast) -> None:
    order = await issued(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/return-claim"
    kind = {"content-type": "multipart/form-data; boundary=x"}
    assert (await buyer.client.post(where, content=b"--x\r\n", headers=kind)).status_code == 400
    assert (await buyer.client.post(where, data={"form": "x"})).status_code == 400
    large = b"-" * (5 * FILE_BYTES_MAX + 65_537)
    assert (await buyer.client.post(where, content=large, headers=kind)).status_code == 413


def test_only_pictures_of_a_bearable_size_are_drawn() -> None:
    assert redraw(b"") is None
    assert redraw(picture("PNG")[:200]) is None
    assert redraw(picture("PNG", (6000, 5000))) is None
    assert redraw(picture("JPEG", (64, 64))) is not None
