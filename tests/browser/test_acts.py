"""What a buyer does with an order, by hand, on a phone in Russian and on a desk in English."""

from datetime import datetime
from io import BytesIO

import pytest
from PIL import Image
from playwright.async_api import Browser, FilePayload

from gotovo.order.steps.call import LogCall
from gotovo.order.steps.departure import Depart
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Condition, Courier, Outcome
from tests.browser.test_journeys import READERS, Account, Reader, account_of
from tests.support.browser.site import DESK, PHONE
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, Cast, code_of
from tests.support.web.goods import BOOTS
from tests.support.web.sample_orders.closed_orders import issued_lately
from tests.support.web.sample_orders.open_orders import being_picked, ready


async def follows(account: Account, path: str) -> None:
    """Press the link to a page of the order's."""
    await account.page.locator(f"main a[href='{path}']").first.click()
    await account.page.wait_for_url(f"**{path}")


async def presses(account: Account, action: str) -> None:
    """Press the button of a form."""
    await account.page.locator(f"form[action='{action}'] button").last.click()


@pytest.mark.parametrize("reader", READERS)
async def test_a_courier_comes_at_the_time_that_the_buyer_chose(
    chromium: Browser, site: str, cast: Cast, reader: Reader
) -> None:
    order = await cast.place(ALINA, NOW - 28 * HOUR, BOOTS, delivery=Courier())
    order = await cast.send(order, NOW - 27 * HOUR)
    order = await cast.step(order, LogCall(answered=True), NOW - 3 * HOUR)
    order = await cast.step(order, AgreeSlot(NOW + DAY, NOW + DAY + 2 * HOUR), NOW - 3 * HOUR)
    account = await account_of(chromium, site, reader)
    await account.opens(order)
    await account.sees_text("14:05")
    await follows(account, f"/orders/{order.number}/slot")
    times = account.page.locator("input[name=window][type=radio]")
    await times.last.focus()
    await account.page.keyboard.press("Space")
    chosen = await times.last.get_attribute("value")
    await presses(account, f"/orders/{order.number}/slot")
    await account.page.wait_for_url("**#now")
    await account.sees_text("18:00")
    found = await cast.step(order, Depart(), NOW, Role.COURIER)
    assert found.slot is not None
    assert chosen is not None
    assert datetime.fromisoformat(chosen.partition("/")[0]) == found.slot[0]
    await account.sees(account.page.locator(".ticket-code b"))
    await cast.step(found, HandOver(code_of(found)), NOW, Role.COURIER)
    await account.sees_status("closed", Outcome.ISSUED)


@pytest.mark.parametrize("reader", READERS)
async def test_a_return_with_photos_goes_all_the_way(
    chromium: Browser, site: str, cast: Cast, reader: Reader
) -> None:
    order = await issued_lately(cast)
    account = await account_of(chromium, site, reader)
    await account.opens(order)
    await follows(account, f"/orders/{order.number}/return-claim")
    for line, units in (("1", "1"), ("2", "2")):
        await account.page.locator(f"select[name=units-{line}]").select_option(units)
    await account.page.locator("input[name=reason][value=defect]").check()
    await account.page.locator("textarea[name=comment]").fill("Откололся край")
    files = [FilePayload(name=f"{n}.jpg", mimeType="image/jpeg", buffer=_photo(n)) for n in "ab"]
    await account.page.locator("input[name=photos]").set_input_files(files)
    await presses(account, f"/orders/{order.number}/return-claim")
    await account.sees_text("Откололся край")
    photos = account.page.locator(".photos img")
    await photos.nth(1).scroll_into_view_if_needed()
    drawn = "(all) => all.every((it) => it.complete && it.naturalWidth > 0) && all.length === 2"
    for each in await photos.all():
        await each.evaluate("(it) => it.decode()")
    assert await photos.evaluate_all(drawn)
    await account.opens(order)
    order = await cast.step(order, AcceptReturn(point="KZN-1"), NOW)
    await account.sees_status("closed", Outcome.RETURNED)
    await cast.step(order, Receive(condition=Condition.RESTOCKED), NOW)
    await account.sees_text("2 800" if reader.language == "ru" else "2,800")


@pytest.mark.parametrize("reader", READERS)
async def test_an_order_goes_to_another_point_and_then_to_a_door(
    chromium: Browser, site: str, cast: Cast, reader: Reader
) -> None:
    order = await being_picked(cast)
    account = await account_of(chromium, site, reader)
    await account.opens(order)
    where = f"/orders/{order.number}/redirection"
    await follows(account, where)
    await follows(account, f"{where}/KZN-2")
    await presses(account, where)
    await account.page.wait_for_url("**#place")
    await account.sees_text("ул. Чистопольская, 20")
    await follows(account, where)
    await follows(account, f"{where}/courier")
    await account.page.locator("input[name=street]").fill("ул. Баумана, 5")
    await account.page.locator("input[name=flat]").fill("12")
    await presses(account, where)
    await account.page.wait_for_url("**#place")
    await account.sees_text("ул. Баумана, 5, кв. 12")


async def test_a_second_device_that_was_too_slow_is_told_why(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await ready(cast)
    phone = await account_of(chromium, site, Reader("ru", PHONE))
    desk = await account_of(chromium, site, Reader("en", DESK))
    act = f"/orders/{order.number}/storage-extension"
    await desk.page.goto(f"{site}{act}")
    await phone.page.goto(f"{site}/orders/{order.number}/cancellation")
    await presses(phone, f"/orders/{order.number}/cancellation")
    await phone.sees_status("closed", Outcome.CANCELLED)
    await presses(desk, act)
    await desk.sees(desk.page.locator("[role=alert]"))
    await desk.sees_status("closed", Outcome.CANCELLED)


async def test_a_trusted_persons_code_is_made_passed_on_and_taken_back(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await ready(cast)
    account = await account_of(chromium, site, Reader("ru", PHONE))
    await account.opens(order)
    act = f"/orders/{order.number}/trusted-person"
    await follows(account, act)
    await presses(account, act)
    code = await account.page.locator(".ticket-code b").inner_text()
    assert code in await account.page.locator("#forward").input_value()
    await account.opens(order)
    await account.sees(account.page.locator(".trusted", has_text=code))
    await follows(account, act)
    await presses(account, f"{act}-revocation")
    await account.sees(account.page.locator(f"form[action='{act}']"))
    await account.opens(order)
    assert await account.page.locator(".trusted").count() == 0


def _photo(name: str) -> bytes:
    made = BytesIO()
    Image.new("RGB", (900, 600), {"a": "teal", "b": "maroon"}[name]).save(made, "JPEG")
    return made.getvalue()
