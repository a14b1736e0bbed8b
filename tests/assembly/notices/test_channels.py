"""The channels of a process: open while it runs, and with an address for receipts."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from msgspec import structs

from gotovo.assembly.application import Application
from gotovo.assembly.notices.channels import check_channels
from gotovo.assembly.notices.messages import routes_of
from gotovo.notices.channels.port import MessageRefused
from gotovo.notices.channels.push.shown_tokens import TOKEN_BYTES_MAX, shown_token
from gotovo.notices.rules import ChannelName
from gotovo.setting_checks import SettingError
from gotovo.settings_sources import load_settings
from tests.support.notices.http_peer import HttpPeer, http_peer, json_response
from tests.support.notices.push_service import SubscribedBrowser
from tests.support.notices.push_stage import TO_A_BROWSER
from tests.support.notices.sms import READY

TEMPLATE = """
name = "Own"
send.url = "{url}/send"
send.fields = {{ to = "{{phone}}", text = "{{text}}", status_url = "{{callback}}" }}
answer.id = ["id"]
receipt.id = "id"
receipt.status = "state"
receipt.response = "taken"
receipt.states = {{ delivered = ["delivered"] }}
"""


@pytest.fixture
async def provider() -> AsyncIterator[HttpPeer]:
    """Give a provider that takes everything."""
    async with http_peer(lambda _: json_response(200, {"id": "ab12"})) as peer:
        yield peer


def application(database_url: str, folder: Path, **more: str) -> Application:
    """Return the program over a test's database."""
    environment = {
        "HOME": str(folder),
        "GOTOVO_DATABASE_URL": database_url,
        "GOTOVO_SECRET_FILE": str(folder / "secret"),
        "GOTOVO_PUBLIC_URL": "https://orders.example.ru",
    }
    return Application(load_settings(environment | more))


async def test_a_message_goes_out_and_its_receipt_comes_in(
    database_url: str, tmp_path: Path, provider: HttpPeer
) -> None:
    template = tmp_path / "own.toml"
    template.write_text(TEMPLATE.format(url=provider.url))
    app = application(database_url, tmp_path, GOTOVO_SMS_PROVIDER=str(template))
    runtime = await app.start()
    try:
        assert runtime.channels.phone is not None
        assert (await runtime.channels.phone.send(READY)).provider_id == "ab12"
        (sent,) = provider.requests
        callback = sent.fields["status_url"]
        assert sent.fields["text"] == READY.text
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:
            told = await client.post(callback, data={"id": "ab12", "state": "delivered"})
            assert (told.status_code, told.text) == (200, "taken")
            forged = await client.post(f"{callback[:-1]}!", data={"id": "ab12"})
            assert forged.status_code == 403
    finally:
        await app.stop()


async def test_browsers_get_messages_where_the_site_has_https_and_their_receipts_come_in(
    database_url: str, tmp_path: Path
) -> None:
    app = application(database_url, tmp_path, GOTOVO_MAIL_FROM="Example <shop@example.ru>")
    runtime = await app.start()
    try:
        push = runtime.channels.push
        assert push is not None
        assert ChannelName.PUSH in routes_of(runtime)
        inside = SubscribedBrowser().subscription("https://localhost:1/send/abc")
        with pytest.raises(MessageRefused, match="address"):
            await push.send(structs.replace(TO_A_BROWSER, browser=inside))
        token = shown_token(runtime.keyring().tokens.key, TO_A_BROWSER.key, "https://a.example")
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:
            url = "https://orders.example.ru/receipts/push"
            assert (await client.post(url, content=token)).status_code == 200
            forged = await client.post(url, content=token.swapcase())
            assert (forged.status_code, "signed" in forged.text) == (403, True)
            assert (await client.post(url, content=b"\xff" * 99)).status_code == 403
            assert (await client.get("https://orders.example.ru/push-key")).status_code == 200
            long = await client.post(url, content=b"a" * (TOKEN_BYTES_MAX + 1))
            assert long.status_code == 413
    finally:
        await app.stop()


@pytest.mark.parametrize("more", [{"GOTOVO_PUBLIC_URL": ""}, {"GOTOVO_PUBLIC_URL": "http://a.ru"}])
async def test_without_https_no_browser_subscribes_and_nothing_is_offered(
    database_url: str, tmp_path: Path, more: dict[str, str]
) -> None:
    app = application(database_url, tmp_path, **more)
    runtime = await app.start()
    try:
        assert runtime.channels.push is None
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:
            assert (await client.get("http://localhost/push-key")).status_code == 404
            told = await client.post("http://localhost/receipts/push", content="a")
            assert told.status_code in {404, 405}
    finally:
        await app.stop()


async def test_without_a_provider_nothing_is_served_there(
    database_url: str, tmp_path: Path
) -> None:
    app = application(database_url, tmp_path)
    runtime = await app.start()
    try:
        assert (runtime.channels.phone, runtime.channels.mail) == (None, None)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:
            told = await client.post("https://orders.example.ru/receipts/sms/any", data={"id": "1"})
            assert told.status_code == 404
    finally:
        await app.stop()


def test_wrong_settings_are_found_before_anything_starts(tmp_path: Path) -> None:
    chosen = load_settings({"HOME": str(tmp_path), "GOTOVO_SMS_PROVIDER": "pigeon"})
    with pytest.raises(SettingError, match="sms_provider: 'pigeon': Expected smsc"):
        check_channels(chosen)
    check_channels(load_settings({"HOME": str(tmp_path), "GOTOVO_DEMO": "1"}))
