"""The channels of a process: open while it runs, and with an address for receipts."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from gotovo.assembly.application import Application
from gotovo.assembly.notices.channels import check_channels
from gotovo.setting_checks import SettingError
from gotovo.settings_sources import load_settings
from tests.support.notices.http_peer import HttpPeer, http_peer, json_response
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
