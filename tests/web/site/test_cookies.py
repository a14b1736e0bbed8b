"""Cookies: closed to scripts and other sites, secure over https, one value a name."""

from datetime import timedelta

import pytest
from msgspec import structs
from starlette.responses import Response

from gotovo.web.site.cookies import (
    BROWSER,
    PHONE,
    SESSION,
    CookieJar,
    SessionCookie,
    parse_session_cookie,
)
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer
from tests.support.web.cast import ALINA, Cast
from tests.support.web.sample_orders.open_orders import ready
from tests.support.web.stage import browser_of


def test_a_jar_reads_what_was_sent_under_the_name_that_the_scheme_demands() -> None:
    sent = {"gotovo-session": "plain", "__Host-gotovo-session": "secure", "gotovo-phone": "\xe9"}
    assert CookieJar(sent, secure=False).read(SESSION) == "plain"
    assert CookieJar(sent, secure=True).read(SESSION) == "secure"
    assert not CookieJar(sent, secure=False).read(BROWSER)
    assert not CookieJar(sent, secure=False).read(PHONE), "our values are ASCII"


def test_the_last_value_of_a_cookie_wins_and_a_deleted_one_expires_at_once() -> None:
    jar, response = CookieJar({}, secure=False), Response()
    jar.set(SESSION, "first", None)
    jar.set(SESSION, "last", timedelta(days=1))
    jar.set(BROWSER, "token", None)
    jar.delete(BROWSER)
    jar.set_on(response)
    assert response.headers.getlist("set-cookie") == [
        "gotovo-session=last; HttpOnly; Path=/; SameSite=lax; Max-Age=86400",
        "gotovo-browser=; HttpOnly; Path=/; SameSite=lax; Max-Age=0",
    ]


@pytest.mark.parametrize("home", [0, 10, 255])
def test_a_session_cookie_is_parsed_as_it_was_serialized(home: int) -> None:
    cookie = SessionCookie("token", home)
    assert parse_session_cookie(cookie.serialize()) == cookie


@pytest.mark.parametrize("value", ["", ".", "0a", "0a.", "a.token", "00a.token", "xy.t", ".token"])
def test_a_value_in_any_other_format_is_no_session(value: str) -> None:
    assert parse_session_cookie(value) is None


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
