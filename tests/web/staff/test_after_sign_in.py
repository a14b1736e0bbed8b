"""Where a sign-in leads, and what a sign-out ends."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from gotovo.access.staff.grants import StaffGrant
from gotovo.access.staff.work.shifts import Shifts
from gotovo.order.values.actor import Role
from gotovo.store.tables.security.entries import PROGRAM
from gotovo.store.tables.shifts.devices import DeviceStore, NewDevice
from gotovo.store.tables.shifts.shifts import LATEST_SHIFT, ShiftFilter
from gotovo.town.demo.demo_staff import seed_staff
from gotovo.web.site import cookies
from gotovo.web.site.dependencies import WebDependencies
from gotovo.web.staff.staff_visitor import own_page
from tests.support.access.staff import PASSWORD, code_of, hire, signed_in, with_password
from tests.support.web.buyer import Buyer, hidden_fields
from tests.support.web.cast import NOW, Clock
from tests.support.web.stage import browser_of

SITE = "https://gotovo.test"
HERE, THERE = (StaffGrant(Role.POINT, point=code) for code in ("KZN-1", "KZN-2"))


@pytest.fixture
async def browser(dependencies: WebDependencies) -> AsyncIterator[Buyer]:
    """Give a browser of somebody who works here."""
    async with browser_of(dependencies, SITE) as client:
        yield Buyer(client)


async def led_to(
    browser: Buyer, dependencies: WebDependencies, clock: Clock, next_page: str, *grants: StaffGrant
) -> str:
    """Sign in with a password on a page with this `next`; return where that leads."""
    person = await hire(dependencies.staff, "Dina", *grants, now=NOW)
    secret, _ = await with_password(dependencies.staff, person, NOW)
    clock.now += timedelta(minutes=1)  # Each one-time code is good once.
    page = await browser.client.get("/staff/sign-in", params={"next": next_page})
    typed = {"login": "dina", "password": PASSWORD, "code": code_of(secret, clock.now)}
    form = hidden_fields(page.text, "/staff/session")
    return (await browser.client.post("/staff/session", data=form | typed)).headers["location"]


async def test_a_sign_in_leads_to_the_page_that_was_asked_for(
    browser: Buyer, dependencies: WebDependencies, clock: Clock
) -> None:
    asked = await browser.client.get("/desk/approvals")
    assert asked.headers["location"] == "/staff/sign-in?next=%2Fdesk%2Fapprovals"
    assert await led_to(browser, dependencies, clock, "/desk/approvals", HERE) == "/desk/approvals"


async def test_who_chooses_a_grant_first_gets_there_too(
    browser: Buyer, dependencies: WebDependencies, clock: Clock
) -> None:
    page = await led_to(browser, dependencies, clock, "/desk/shift", HERE, THERE)
    assert page == "/staff/grant?next=%2Fdesk%2Fshift"
    form = hidden_fields((await browser.client.get(page)).text, "/staff/grant")
    chosen = await browser.client.post("/staff/grant", data=form)
    assert chosen.headers["location"] == "/desk/shift"


async def test_a_page_of_staff_is_opened_after_the_sign_in_that_it_asked_for(
    browser: Buyer,
) -> None:
    asked = await browser.client.get("/staff/password")
    assert asked.headers["location"] == "/staff/sign-in?next=%2Fstaff%2Fpassword"


FOREIGN = (
    "https://evil.test/desk",
    "//evil.test/desk",
    "/desk//evil.test",
    "/\\evil.test",
    "/desk\\..\\evil",
    "/desk/../orders",
    "/desk/..%2f..",
    "/desk?next=/x",
    "/desk#x",
    "/desk\n",
    "\t/desk",
    "/deskevil",
    "/desk@evil.test",
    "/desk:80",
    "/orders",
    "/staff/..",
    "javascript:alert(1)",
    "/desk/" + "x" * 101,
)


@pytest.mark.parametrize("foreign", FOREIGN)
def test_nobody_is_led_to_another_page(foreign: str) -> None:
    assert not own_page(foreign)


async def test_a_sign_in_follows_no_foreign_page(
    browser: Buyer, dependencies: WebDependencies, clock: Clock
) -> None:
    assert await led_to(browser, dependencies, clock, "//evil.test/desk", HERE) == "/desk"
    page = await browser.client.get("/staff/sign-in", params={"next": "//evil.test"})
    assert page.headers["location"] == "/staff"


async def test_the_demos_people_are_led_there_too(
    browser: Buyer, dependencies: WebDependencies
) -> None:
    await seed_staff(dependencies.staff.people, NOW)
    page = await browser.client.get("/staff/demo", params={"next": "/desk/approvals"})
    person = re.findall(r'name="person" value="([^"]+)"', page.text)[0]
    form = hidden_fields(page.text, "/staff/demo") | {"person": person}
    be = await browser.client.post("/staff/demo", data=form)
    assert be.headers["location"] == "/desk/approvals"


async def test_who_signs_out_ends_their_shift(
    browser: Buyer, dependencies: WebDependencies, pool: "asyncpg.Pool[Any]"
) -> None:
    staff = dependencies.staff
    person = await hire(staff, "Dina", HERE, now=NOW)
    token = await signed_in(staff, person, NOW)
    new = NewDevice(uuid4(), "KZN-1", "Tablet", "browser", b"d" * 32, NOW)
    device = await DeviceStore(pool).register(new, PROGRAM, 10)
    assert device is not None
    shifts = Shifts(staff.shifts, lambda: NOW)
    await shifts.begin(uuid4(), person, device, staff.sessions.digest_of(token), PROGRAM)
    assert await shifts.of(person) is not None
    browser.client.cookies.set(cookies.STAFF, token)
    await browser.sends(await browser.opens("/staff"), "/staff/sign-out")
    assert await shifts.of(person) is None
    (ended,) = await staff.shifts.of_point("KZN-1", LATEST_SHIFT, 10, ShiftFilter())
    assert ended.end_reason == "person"
