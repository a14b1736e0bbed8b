"""The link of an e-mail: opening it changes nothing, one click stops such e-mails (RFC 8058)."""

import re

import asyncpg
import httpx
import pytest

from gotovo.notices.preferences.unsubscribe import UNSUBSCRIBE_PATH, Unsubscription
from gotovo.notices.rules import ChannelName, NoticeKind
from gotovo.order.values.customer import customer_id
from gotovo.web.site.dependencies import WebDependencies
from tests.support.browser.site import served
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, DAY, NOW, SECRET

CUSTOMER = customer_id(SECRET, ALINA)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def path(dependencies: WebDependencies) -> str:
    """Give the path of a link that stops e-mails about refunds."""
    wanted = Unsubscription(CUSTOMER, NoticeKind.REFUNDS, NOW.date())
    return f"{UNSUBSCRIBE_PATH}{dependencies.unsubscribe.token(wanted)}"


async def stopped(dependencies: WebDependencies) -> set[tuple[str, str, str]]:
    history = await dependencies.preferences.history(CUSTOMER)
    return {(each.kind, each.channel, each.source) for each in history if not each.is_on}


async def test_opening_the_link_asks_and_changes_nothing(
    buyer: Buyer, dependencies: WebDependencies, path: str
) -> None:
    page = await buyer.client.get(path)
    assert page.status_code == 200
    assert "Unsubscribe from these e-mails? Refunds" in text_of(page.text)
    assert page.headers["referrer-policy"] == "no-referrer"
    assert (await buyer.client.head(path)).status_code == 200
    assert await stopped(dependencies) == set()


async def test_the_button_stops_these_e_mails_and_no_others(
    buyer: Buyer, dependencies: WebDependencies, path: str
) -> None:
    page = await buyer.sends(await buyer.opens(path), path)
    assert page.status_code == 200
    assert "You are unsubscribed" in text_of(page.text)
    assert await stopped(dependencies) == {("refunds", "mail", "link")}
    preferences = await dependencies.preferences.of(CUSTOMER)
    assert preferences.is_on(NoticeKind.REFUNDS, ChannelName.SMS)
    assert preferences.is_on(NoticeKind.REMINDERS, ChannelName.MAIL)


@pytest.mark.parametrize("body", ["urlencoded", "multipart"])
async def test_one_click_of_a_mail_program_needs_no_session_and_may_be_repeated(
    buyer: Buyer, dependencies: WebDependencies, path: str, body: str
) -> None:
    for _ in range(2):
        answer = await one_click(buyer, path, body)
        assert answer.status_code == 200, "no redirect may follow"
        buyer.client.cookies.clear()
    assert await stopped(dependencies) == {("refunds", "mail", "link")}
    assert len(await dependencies.preferences.history(CUSTOMER)) == 1


async def test_over_a_network_one_click_leaves_the_connection_usable(
    dependencies: WebDependencies, path: str
) -> None:
    """The body is of no interest, and is not read."""
    async with served(dependencies) as site, httpx.AsyncClient(base_url=site) as client:
        for _ in range(2):
            answer = await client.post(path, data=ONE_CLICK)
            assert answer.status_code == 200
        assert (await client.get(path)).status_code == 200
    assert await stopped(dependencies) == {("refunds", "mail", "link")}


async def one_click(buyer: Buyer, path: str, body: str) -> httpx.Response:
    if body == "multipart":
        return await buyer.client.post(path, files={"List-Unsubscribe": (None, "One-Click")})
    return await buyer.client.post(path, data=ONE_CLICK)


async def test_another_site_can_not_press_the_button_in_a_browser(
    buyer: Buyer, dependencies: WebDependencies, path: str
) -> None:
    answer = await buyer.client.post(
        path,
        data=ONE_CLICK,
        headers={"sec-fetch-site": "cross-site", "origin": "https://evil.test"},
    )
    assert answer.status_code == 403
    assert await stopped(dependencies) == set()


@pytest.mark.parametrize(
    "token", ["nonsense", "refunds.0.0", "pickup." + "0" * 32 + "." + "0" * 40]
)
async def test_a_link_that_is_not_ours_says_so_and_stops_nothing(
    buyer: Buyer, dependencies: WebDependencies, token: str
) -> None:
    path = f"{UNSUBSCRIBE_PATH}{token}"
    for answer in (await buyer.client.get(path), await buyer.client.post(path, data=ONE_CLICK)):
        assert answer.status_code == 404
        assert "This link does not work" in text_of(answer.text)
    assert await stopped(dependencies) == set()


async def test_who_had_the_phone_before_can_stop_nothing_of_who_has_it_now(
    buyer: Buyer, dependencies: WebDependencies, pool: asyncpg.Pool, path: str
) -> None:
    """Their link is for ever in their mailbox."""
    await pool.execute(
        "insert into account (customer, signed_in_at, orders_since) values ($1, $2, $2)",
        CUSTOMER,
        NOW + 2 * DAY,
    )
    assert (await buyer.client.get(path)).status_code == 404
    assert (await one_click(buyer, path, "urlencoded")).status_code == 404
    assert await stopped(dependencies) == set()


async def test_the_page_is_whole_in_russian(buyer: Buyer, path: str) -> None:
    await buyer.opens("/?lang=ru")
    asked = await buyer.opens(path)
    done = await buyer.sends(asked, path)
    for page in (asked, done):
        said = re.sub(r"Gotovo|Eng", "", text_of(page.text))
        assert not re.findall(r"[A-Za-z]{3,}", said)
