"""Every state of the desk's screens, one after the other, for whoever looks at each of them.

A walk does what a clerk does, by keys and by scans, so it is the same in every language and on
every device. It stops at each state, and names it.
"""

from collections.abc import AsyncGenerator, Callable
from itertools import count
from typing import Final

from playwright.async_api import FilePayload, Page, expect

from gotovo.access.staff.grants import StaffGrant
from gotovo.order.values.actor import Role
from gotovo.order.values.pickup_codes import qr_text
from tests.support.api.network import SECRET
from tests.support.attachments.samples import photo
from tests.support.browser.desk_site import DeskSite
from tests.support.browser.scanner import Scanner, scanner
from tests.support.desk.acceptance import Desk
from tests.support.desk.shelf import TWO_BOXES, ready, wrong_code

States = AsyncGenerator[str]
Walk = Callable[[Page, DeskSite], States]

DEAR: Final = [{"sku": "MUG-RED", "title": "Ваза", "quantity": 1, "price": 900_000}]
"""Above the sum that a clerk may hand over alone without a code."""

_UNKNOWN: Final = "522394187207"
_CELL: Final = "2-3"
_phones: Final = count(1_000_000)
_MS: Final = 30_000


async def answers(page: Page, site: DeskSite) -> States:
    """Walk from the first screen through what a scan there is answered with."""
    number = await ready(site.api, cell=_CELL, customer=_somebody())
    await _opened(page, site, "/desk", ".tiles")
    yield "home"
    for name, code in (("found", number), ("unknown", _UNKNOWN), ("no-number", "4601234567890")):
        await page.keyboard.press("F1")
        await page.keyboard.type(code)
        await page.keyboard.press("Enter")
        await _answered(page)
        yield f"answer-{name}"
    await page.keyboard.press("F4")
    await _answered(page)
    yield "find-an-order"


async def acceptance(page: Page, site: DeskSite) -> States:
    """Walk through a van that brings too little, too much, and what is torn."""
    desk = Desk(site.api)
    await desk.set_up()
    first, torn, lost = await desk.packed_each(["KZN-1"] * 3)
    (surplus,), (elsewhere,) = await desk.packed(), await desk.packed(point="KZN-2")
    van = await desk.manifest([first, torn, lost])
    hand = await scanner(page)
    await _opened(page, site, "/desk/acceptance", ".choices")
    yield "acceptance-choice"
    await hand.scan(van)
    await page.locator(".tally").wait_for()
    yield "acceptance-begun"
    for name, code in (("accepted", first), ("shelved", "CELL:2-1"), ("no-parcel", "CELL:2-2")):
        yield await _scanned(page, hand, code, f"acceptance-{name}")
    for name, code in (
        ("surplus", surplus),
        ("elsewhere", elsewhere),
        ("ours-not", "4601234567893"),
    ):
        yield await _scanned(page, hand, code, f"acceptance-{name}")
    await _scanned(page, hand, torn, "")
    async for state in _remarks(page):
        yield state
    await page.keyboard.press("F2")
    await page.locator(".waiting-list").wait_for()
    yield "shelving"
    await page.keyboard.press("F6")
    await page.locator(".differences li").first.wait_for()
    yield "acceptance-closing"
    await page.keyboard.press("F10")
    await page.wait_for_url("**/acceptance-report/*")
    await page.locator(".differences li").first.wait_for()
    yield "acceptance-report"


async def _remarks(page: Page) -> States:
    """Walk through what a scanner can't tell; end with a parcel that is damaged."""
    await page.keyboard.press("F3")
    yield "remark"
    for name, key in (("unreadable", "F3"), ("no-order", "F6")):
        await page.keyboard.press(key)
        yield f"remark-{name}"
        await page.keyboard.press("Escape")
        await page.locator(".tally").wait_for()
        await page.keyboard.press("F3")
    await page.keyboard.press("F2")
    yield "remark-damage"
    await _photographed(page)
    yield "remark-damage-photo"
    await page.keyboard.press("F3")
    await page.locator(".tally").wait_for()
    await _answered(page)
    yield "acceptance-damaged"


async def handover(page: Page, site: DeskSite) -> States:
    """Walk through a hand-over of which a part stays, beside one of another buyer."""
    number = await ready(site.api, TWO_BOXES, _CELL, customer=_somebody())
    other = await ready(site.api, cell=_CELL, customer=_somebody())
    hand = await scanner(page)
    await _opened(page, site, "/desk/handover", ".handover")
    yield "handover-empty"
    await page.locator("form.desk-form input").first.fill(number)
    await page.locator("form.desk-form input").nth(1).fill(wrong_code(site.api, number))
    await page.locator("form.desk-form button[type=submit]").first.click()
    await _answered(page)
    yield "handover-wrong-code"
    await page.locator("form.desk-form input").nth(1).fill(site.api.code(number))
    await page.locator("form.desk-form button[type=submit]").first.click()
    await page.locator(".parcel").first.wait_for()
    yield "handover-open"
    for name, code in (("ticked", f"{number}01"), ("stranger", f"{other}01")):
        yield await _scanned(page, hand, code, f"handover-{name}")
    await page.keyboard.press("F2")
    await _answered(page)
    yield "handover-missing"
    yield await _scanned(page, hand, f"{number}02", "handover-ready")
    await page.locator(".goods-line summary").first.click()
    await _photographed(page)
    yield "handover-refusal"
    await page.locator(".goods-line input[type=number]").first.fill("1")
    await page.locator(".goods-line .desk-form > button").first.click()
    await page.locator(".goods-line > strong").first.wait_for()
    yield "handover-part-stays"
    await page.keyboard.press("F3")
    await hand.scan(qr_text(SECRET, other, "KZN-1", 1, site.network.clock()))
    await expect(page.locator(".open-handover")).to_have_count(2)
    yield "handover-two-buyers"
    await page.locator(".open-handover").first.click()
    await page.keyboard.press("F2")
    await expect(page.locator(".open-handover")).to_have_count(1, timeout=_MS)
    yield "handover-done"
    await site.api.step(other, "handover-stop", "storefront")
    await page.locator(".open-handover").first.click()
    await expect(page.locator("main .answer")).to_have_attribute("data-tone", "error", timeout=_MS)
    yield "handover-stopped"


async def without_code(page: Page, site: DeskSite) -> States:
    """Walk through a hand-over without a code, and the approval it needs."""
    number = await ready(site.api, cell=_CELL, lines=DEAR, customer=_somebody())
    await _opened(page, site, "/desk/handover", ".handover")
    await page.locator("form.desk-form input").first.fill(number)
    await page.locator("details:has(select) summary").first.click()
    await page.locator("details select").first.select_option("phone_lost")
    yield "without-code"
    await page.locator("details button[type=submit]").first.click()
    await expect(page.locator("main .answer")).to_contain_text("APP-", timeout=_MS)
    yield "without-code-waits"
    await page.goto(f"{site.address}/desk/approvals")
    await page.locator(".approval").first.wait_for()
    yield "approval-of-oneself"


async def shift(page: Page, site: DeskSite) -> States:
    """Walk through the shift, its report and its end, and a device that has no shift."""
    await _opened(page, site, "/desk/approvals", ".answer")
    await _answered(page)
    yield "approvals"
    await _opened(page, site, "/desk/shift", ".shift-row")
    yield "shift"
    for name, key, shown in (("report", "F3", ".report-table"), ("sheet", "F6", ".command-sheet")):
        await page.keyboard.press(key)
        await page.locator(shown).first.wait_for()
        yield f"shift-{name}"
        await page.keyboard.press("Escape")
        await page.locator(".shift-row").first.wait_for()
    await page.keyboard.press("F2")
    yield "shift-end"


async def beginnings(page: Page, site: DeskSite) -> States:
    """Walk to what a person sees before there is a shift, and before the point is chosen."""
    await site.be(
        page.context, await site.hire("Тимур Сафин", StaffGrant(Role.POINT, point="KZN-1"))
    )
    await _opened(page, site, "/desk", ".screen .button.wide")
    yield "shift-none"
    await site.be(
        page.context, await site.hire("Фарида Каримова", StaffGrant(Role.POINT, manager=True))
    )
    await _opened(page, site, "/desk", ".choices .tile")
    yield "point-choice"
    await site.be(page.context)


WALKS: Final[tuple[Walk, ...]] = (answers, acceptance, handover, without_code, shift, beginnings)
"""All of them; each makes its own orders, and leaves the device to the clerk who is at work."""


def _somebody() -> dict[str, str]:
    """Return a buyer who has no other order, which would be opened as well."""
    return {"phone": f"+7900{next(_phones):07}", "name": "Борис Петров"}


async def _opened(page: Page, site: DeskSite, path: str, shown: str) -> None:
    await page.goto(site.address + path)
    await page.locator(shown).first.wait_for()
    await page.wait_for_load_state("networkidle")


async def _scanned(page: Page, hand: Scanner, code: str, state: str) -> str:
    """Scan a code, wait for what it is answered with, and return the name of that state."""
    answer = page.locator("main .answer")
    before = await answer.inner_text()
    await hand.scan(code)
    await expect(answer).not_to_have_text(before, timeout=_MS)
    await _answered(page)
    return state


async def _answered(page: Page) -> None:
    await page.locator("main .answer:not([data-tone=busy])").wait_for()
    await page.wait_for_load_state("networkidle")


async def _photographed(page: Page) -> None:
    """Choose a photo and wait until it is stored."""
    photos = page.locator(".photos").first
    taken = FilePayload(name="photo.jpg", mimeType="image/jpeg", buffer=photo())
    await photos.locator("input[type=file]").set_input_files([taken])
    await photos.locator(".photo-list li").first.wait_for()
    await page.wait_for_load_state("networkidle")
