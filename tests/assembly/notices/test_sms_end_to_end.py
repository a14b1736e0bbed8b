"""SMS from end to end, through the whole program: codes, ready messages, receipts, and limits."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from gotovo.assembly.notices.channel_limits import health_round
from tests.support.notices.http_peer import HttpPeer, PeerRequest, http_peer, json_response
from tests.support.notices.sms_site import TEMPLATE, SmsSite, sms_site, until
from tests.support.web.buyer import text_of

RUSSIAN, UZBEK = "+79005550123", "+998901234567"

pytestmark = pytest.mark.timeout(120)


class Provider:
    """A provider that takes everything while it is up."""

    def __init__(self) -> None:
        self.is_up = True
        self.balance = 1_000_000
        self.messages: list[dict[str, str]] = []

    def answer(self, request: PeerRequest) -> bytes:
        """Answer a request."""
        if not self.is_up:
            return json_response(503, {})
        if request.path == "/balance":
            return json_response(200, {"balance": self.balance})
        self.messages.append(request.fields)
        return json_response(200, {"id": f"m{len(self.messages)}"})

    def to(self, phone: str) -> list[dict[str, str]]:
        """Return the messages to a phone."""
        return [each for each in self.messages if each["to"] == phone]

    def code(self, phone: str) -> str:
        """Return the latest sign-in code."""
        return re.findall(r"\b(\d{6})\b", self.to(phone)[-1]["text"])[-1]


@pytest.fixture
def provider() -> Provider:
    """Give a provider."""
    return Provider()


@pytest.fixture
async def peer(provider: Provider) -> AsyncIterator[HttpPeer]:
    """Give the server of the provider."""
    async with http_peer(provider.answer) as peer:
        yield peer


@pytest.fixture
def settings(peer: HttpPeer, tmp_path: Path) -> dict[str, str]:
    """Give the settings with this provider."""
    template = tmp_path / "own.toml"
    template.write_text(TEMPLATE.format(url=peer.url))
    return {"GOTOVO_SMS_PROVIDER": str(template)}


@pytest.fixture
async def site(
    database_url: str, tmp_path: Path, settings: dict[str, str]
) -> AsyncIterator[SmsSite]:
    """Give the program."""
    async with sms_site(database_url, tmp_path, **settings) as site:
        yield site


async def test_a_buyer_signs_in_by_sms_and_reads_that_the_ready_message_arrived(
    site: SmsSite, provider: Provider
) -> None:
    order = await site.order_ready()
    await until(lambda: bool(provider.to(order.phone)))
    (message,) = provider.to(order.phone)
    shown = re.sub(r"\D", "", message["text"])
    assert order.number in shown
    assert "Покажите код получения" in message["text"]

    async with site.buyer() as buyer:
        page = await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=order.phone)
        assert len(provider.to(order.phone)) == 2
        await buyer.sends(page, "/session", code=provider.code(order.phone))
        where = f"/orders/{order.number}/messages"
        text = await site.page_says(buyer, where, "Ready for pick-up")
        assert "delivered" not in text

        async with httpx.AsyncClient() as outside:
            receipt = {"id": "m1", "state": "delivered"}
            told = await outside.post(message["status_url"], data=receipt)
            assert (told.status_code, told.text) == (200, "taken")
            again = await outside.post(message["status_url"], data=receipt | {"state": "lost"})
            assert again.status_code == 200
            forged = await outside.post(message["status_url"][:-1] + "x", data=receipt)
            assert forged.status_code == 403
        assert "delivered" in text_of((await buyer.opens(where)).text)


async def test_while_the_provider_is_down_messages_wait_and_it_is_said_everywhere(
    site: SmsSite, provider: Provider
) -> None:
    provider.is_up = False
    order = await site.order_ready()
    async with site.buyer() as buyer:
        for _ in range(3):
            page = await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=RUSSIAN)
            assert page.status_code == 503
            assert "The code could not be sent" in text_of(page.text)
        ready = await buyer.client.get("/readyz")
        assert ready.status_code == 200
        assert any("messages in a row were not taken" in x for x in ready.json()["warnings"])
        metrics = (await buyer.client.get("/metrics")).text
        assert re.search(r'gotovo_message_failures_total{channel="sms",worker="1"} [3-9]', metrics)
        provider.is_up = True
        await until(lambda: bool(provider.to(order.phone)))
        assert (await buyer.client.get("/readyz")).json()["warnings"] == []
    assert len(provider.to(order.phone)) == 1


async def test_when_a_countrys_day_is_used_up_the_page_says_so_and_others_go_on(
    database_url: str, tmp_path: Path, settings: dict[str, str], provider: Provider
) -> None:
    limits = {"GOTOVO_SMS_DAILY_LIMITS": "998=4", "GOTOVO_SMS_PRICES": "998=3, *=4"}
    async with (
        sms_site(database_url, tmp_path, **settings, **limits) as site,
        site.buyer() as buyer,
    ):

        async def ask(phone: str) -> httpx.Response:
            return await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=phone)

        # One text of a code has one segment in Latin letters, and 4 are enough for one.
        assert (await ask(UZBEK)).status_code == 200
        refused = await ask(UZBEK)
        assert refused.status_code == 503
        assert "No more codes to this country today" in text_of(refused.text)
        assert len(provider.to(UZBEK)) == 1
        assert (await ask(RUSSIAN)).status_code == 200
        runtime, channels = site.runtime, site.runtime.channels
        health = health_round(
            runtime.settings, runtime.pool, channels.watched, channels.watches, runtime.clock
        )
        await health.run()
        (warning,) = health.warnings
        assert "the day's limit for messages to +998 is used up" in warning
        metrics = (await buyer.client.get("/metrics")).text
        assert "gotovo_message_limits_used_up 1.0" in metrics
        assert 'gotovo_channel_balance{channel="sms"} 1e+06' in metrics
