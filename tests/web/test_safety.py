"""What keeps strangers out: tokens bound to the session, origins, cookies, headers, limits."""

import re

import pytest
from msgspec import structs

from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer
from tests.support.web.cast import ALINA, NOW, Cast
from tests.support.web.goods import LAMP
from tests.support.web.sample_orders.open_orders import ready, waiting_for_payment
from tests.support.web.stage import browser_of

EVERY_PAGE = ("/", "/orders", "/sign-in-code", "/devices", "/phone", "/orders/1", "/nowhere")


@pytest.mark.parametrize("path", EVERY_PAGE)
async def test_every_answer_forbids_what_pages_do_not_need(buyer: Buyer, path: str) -> None:
    headers = (await buyer.client.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    allowed = dict(each.strip().split(" ", 1) for each in policy.split(";"))
    for kind in ("script-src", "connect-src", "manifest-src", "worker-src"):
        assert allowed[kind] == "'self'"
    assert allowed["require-trusted-types-for"] == "'script'"
    assert allowed["trusted-types"] == "gotovo"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"


async def test_outside_the_demo_there_is_neither_a_phone_nor_a_demo_bank(
    dependencies: WebDependencies, cast: Cast, buyer: Buyer
) -> None:
    order = await waiting_for_payment(cast)
    await buyer.signs_in(ALINA)
    token = buyer.client.cookies["gotovo-session"]
    async with browser_of(structs.replace(dependencies, phone=None)) as client:
        client.cookies.set("gotovo-session", token)
        assert (await client.get("/phone")).status_code == 404
        assert (await client.get("/demo-bank/x")).status_code == 404
        page = await client.get(f"/orders/{order.number}")
        assert "/phone" not in page.text


@pytest.mark.parametrize(
    "path", ["/orders?q=%00", "/?number=%00", "/phone?phone=%00", "/orders?q=" + "x" * 1001]
)
async def test_what_cannot_be_stored_is_refused_in_words(buyer: Buyer, path: str) -> None:
    await buyer.signs_in(ALINA)
    answer = await buyer.client.get(path)
    assert answer.status_code in {303, 400}
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "application/json"),
        (b"phone=%ff%fe", "application/x-www-form-urlencoded"),
        (b"phone=%00", "application/x-www-form-urlencoded"),
        ("phone=ё".encode(), "application/x-www-form-urlencoded"),
        (b"&".join(b"a=1" for _ in range(100)), "application/x-www-form-urlencoded"),
        (b"phone=" + b"1" * 20_000, "application/x-www-form-urlencoded"),
        (b"phone", "application/x-www-form-urlencoded"),
        (b"", "application/x-www-form-urlencoded"),
        (b"x", "multipart/form-data"),
    ],
)
async def test_a_garbled_form_is_refused_in_words(buyer: Buyer, body: bytes, kind: str) -> None:
    await buyer.opens("/")
    answer = await buyer.client.post("/sign-in-code", content=body, headers={"content-type": kind})
    assert answer.status_code in {400, 403, 413}
    assert "<h1>" in answer.text


async def test_the_stylesheet_may_be_kept_for_ever_under_its_own_address(buyer: Buyer) -> None:
    page = await buyer.opens("/")
    found = re.search(r'href="(/look/[0-9a-f]{16}\.css)"', page.text)
    assert found is not None
    sheet = await buyer.client.get(found[1])
    assert sheet.headers["content-type"].startswith("text/css")
    assert "immutable" in sheet.headers["cache-control"]
    assert "@layer" in sheet.text


async def test_titles_of_goods_are_text_and_nothing_else(buyer: Buyer, cast: Cast) -> None:
    evil = structs.replace(LAMP, title='<img src=x onerror="alert(1)">')
    order = await cast.place(ALINA, NOW, evil)
    await buyer.signs_in(ALINA)
    for path in ("/orders", f"/orders/{order.number}"):
        page = await buyer.opens(path)
        assert "<img" not in page.text
        assert "&lt;img" in page.text


async def test_a_code_is_never_part_of_an_address(buyer: Buyer, cast: Cast) -> None:
    await ready(cast)
    page = await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=ALINA)
    code = await buyer.reads_code(ALINA)
    page = await buyer.sends(page, "/session", code=code)
    assert all(code not in str(each.url) for each in (*page.history, page))
    assert all("9001234567" not in str(each.url) for each in (*page.history, page))
