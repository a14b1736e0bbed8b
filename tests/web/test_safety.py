"""What keeps strangers out: tokens bound to the session, origins, cookies, headers, limits."""

import re

import pytest
from msgspec import structs

from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, hidden_fields, text_of
from tests.support.web.cast import ALINA, LAMP, NOW, Cast, ready, waiting_for_payment
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


async def test_a_form_without_its_token_changes_nothing(buyer: Buyer, cast: Cast) -> None:
    order = await waiting_for_payment(cast)
    await buyer.signs_in(ALINA)
    path = f"/orders/{order.number}/payment"
    for form in ({}, {"form": ""}, {"form": "0" * 32}):
        answer = await buyer.client.post(path, data=form)
        assert answer.status_code in {400, 403}
    assert "Awaiting payment" in text_of((await buyer.opens(f"/orders/{order.number}")).text)


async def test_a_form_of_another_session_changes_nothing(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    order = await waiting_for_payment(cast)
    await buyer.signs_in(ALINA)
    async with browser_of(dependencies) as client:
        other = Buyer(client)
        await other.signs_in(ALINA)
        page = await other.opens(f"/orders/{order.number}")
    fields = hidden_fields(page.text, f"/orders/{order.number}/payment")
    answer = await buyer.client.post(f"/orders/{order.number}/payment", data=fields)
    assert answer.status_code == 403
    assert "This form has expired" in text_of(answer.text)


@pytest.mark.parametrize(
    "header",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
async def test_a_form_from_another_site_changes_nothing(
    buyer: Buyer, header: dict[str, str]
) -> None:
    front = await buyer.opens("/")
    fields = hidden_fields(front.text, "/sign-in-code")
    answer = await buyer.client.post(
        "/sign-in-code", data={**fields, "phone": ALINA}, headers=header
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "header",
    [
        {"sec-fetch-site": "same-origin"},
        {"origin": "http://gotovo.test"},
        {"sec-fetch-site": "same-origin", "origin": "null"},
    ],
)
async def test_a_form_from_this_site_is_taken(buyer: Buyer, header: dict[str, str]) -> None:
    front = await buyer.opens("/")
    fields = hidden_fields(front.text, "/sign-in-code")
    answer = await buyer.client.post(
        "/sign-in-code", data={**fields, "phone": ALINA}, headers=header
    )
    assert answer.status_code == 303


async def test_cookies_are_closed_to_scripts_and_to_other_sites(buyer: Buyer) -> None:
    await buyer.signs_in(ALINA)
    front = await buyer.client.get("/?lang=ru")
    for cookie in front.headers.get_list("set-cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie


async def test_over_https_cookies_are_secure_and_belong_to_this_host_alone(
    dependencies: WebDependencies,
) -> None:
    secure = structs.replace(dependencies, public_url="https://gotovo.test")
    async with browser_of(secure, "https://gotovo.test") as client:
        buyer = Buyer(client)
        page = await buyer.signs_in(ALINA)
        assert page.url.path == "/orders"
        assert "__Host-gotovo-session" in client.cookies
        answer = await client.get("/?lang=en")
    for cookie in answer.headers.get_list("set-cookie"):
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie
        assert "Domain" not in cookie
    assert "max-age" in answer.headers["strict-transport-security"]


async def test_outside_the_demo_there_is_neither_a_phone_nor_a_demo_payment(
    dependencies: WebDependencies, cast: Cast, buyer: Buyer
) -> None:
    order = await waiting_for_payment(cast)
    await buyer.signs_in(ALINA)
    token = buyer.client.cookies["gotovo-session"]
    async with browser_of(structs.replace(dependencies, phone=None)) as client:
        client.cookies.set("gotovo-session", token)
        assert (await client.get("/phone")).status_code == 404
        page = await client.get(f"/orders/{order.number}")
        assert "/payment" not in page.text
        assert "/phone" not in page.text
        assert (await client.post(f"/orders/{order.number}/payment")).status_code in {404, 405}


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


async def test_a_session_with_another_home_in_its_cookie_finds_no_orders(
    buyer: Buyer, cast: Cast
) -> None:
    order = await ready(cast)
    page = await buyer.signs_in(ALINA)
    assert order.number in page.text
    kept = buyer.client.cookies["gotovo-session"]
    home, _, token = kept.partition(".")
    buyer.client.cookies.clear()
    for forged in (f"{(int(home, 16) + 1) % 256:02x}.{token}", f"zz.{token}", token, ".", "0."):
        headers = {"cookie": f"gotovo-session={forged}"}
        page = await buyer.client.get("/orders", headers=headers)
        assert page.status_code in {200, 303}
        assert order.number not in page.text
