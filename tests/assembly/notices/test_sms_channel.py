"""The SMS channel of the settings, and each wrong setting by name, value and expectation."""

import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from gotovo.assembly.notices.sms_channel import sms_channel_of, sms_complaints
from gotovo.assembly.setup_checks import setup_complaints
from gotovo.assembly.setup_facts import file_facts
from gotovo.config import Settings
from gotovo.notices.channels.port import MessageCost
from gotovo.notices.channels.sms.cost import SmsCost
from gotovo.notices.channels.sms.http_sms import HttpSmsChannel
from gotovo.notices.channels.sms.kannel import KannelChannel
from gotovo.setting_checks import SettingError
from gotovo.settings_sources import load_settings
from tests.support.notices.sms import KEY, READY


@pytest.fixture
def password_file(tmp_path: Path) -> str:
    """Give a file with a password that only its owner reads."""
    file = tmp_path / "password"
    file.touch(0o600)
    file.write_text("hush")
    return str(file)


def settings(**given: str) -> Settings:
    """Return settings as the environment gives them."""
    return load_settings({"HOME": "/srv/anna", **{f"GOTOVO_{k}": v for k, v in given.items()}})


def given(password_file: str, **more: str) -> dict[str, str]:
    """Return the settings of an account at SMSC.ru, apart from what is given."""
    account = {
        "SMS_PROVIDER": "smsc",
        "SMS_USER": "shop",
        "SMS_PASSWORD_FILE": password_file,
        "SMS_PRICES": "7=4.50, *=20",
        "PUBLIC_URL": "https://orders.example.ru",
        "TRUSTED_PROXIES": "127.0.0.1",
    }
    return account | more


async def test_without_a_provider_there_is_no_channel() -> None:
    async with httpx.AsyncClient() as client:
        assert sms_channel_of(settings(), lambda: [KEY], client) is None
    assert list(sms_complaints(settings())) == []


@pytest.mark.parametrize("provider", ["smsc", "sms.ru", "twilio"])
async def test_a_provider_of_the_package_has_its_channel(password_file: str, provider: str) -> None:
    chosen = settings(**given(password_file, SMS_PROVIDER=provider))
    async with httpx.AsyncClient() as client:
        channel = sms_channel_of(chosen, lambda: [KEY], client)
        assert isinstance(channel, HttpSmsChannel)
        assert channel.has_receipts
    assert list(sms_complaints(chosen)) == []


async def test_kannel_has_its_channel(password_file: str) -> None:
    more = {"SMS_PROVIDER": "kannel", "SMS_URL": "http://127.0.0.1:13013"}
    more |= {"SMS_STATUS_URL": "http://127.0.0.1:13000", "SMS_STATUS_PASSWORD_FILE": password_file}
    chosen = settings(**given(password_file, **more))
    async with httpx.AsyncClient() as client:
        assert isinstance(sms_channel_of(chosen, lambda: [KEY], client), KannelChannel)
    assert list(sms_complaints(chosen)) == []


TEMPLATE = """
name = "Own"
send.url = "https://sms.example.ru/send"
send.fields = { to = "{phone}", text = "{text}" }
answer.id = ["id"]
"""


async def test_a_template_of_ones_own_has_its_channel(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(TEMPLATE)
    chosen = settings(SMS_PROVIDER=str(file), SMS_PRICES="*=1", PUBLIC_URL="http://localhost:8000")
    async with httpx.AsyncClient() as client:
        channel = sms_channel_of(chosen, lambda: [KEY], client)
        assert isinstance(channel, HttpSmsChannel)
        assert channel.receipts_url.startswith("http://localhost:8000/receipts/sms/")
        assert channel.receipts_response == ""
        assert not channel.has_receipts
        assert channel.cost_of(READY) == SmsCost(2, MessageCost(Decimal(2), "RUB"))
        health = await channel.health()
        assert (health.reachable, health.balance) == (None, None)
    assert list(sms_complaints(chosen)) == []


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (
            {"SMS_PROVIDER": "smscru"},
            "sms_provider: 'smscru': Expected smsc, sms.ru, twilio, kannel",
        ),
        ({"SMS_PROVIDER": "/missing.toml"}, "sms_provider: [Errno 2] No such file"),
        ({"SMS_USER": ""}, "sms_user: '': Expected the account at the provider"),
        ({"SMS_PASSWORD_FILE": ""}, "sms_password_file: '': Expected the file with the password"),
        ({"SMS_PASSWORD_FILE": "/missing"}, "sms_password_file: [Errno 2] No such file"),
        ({"SMS_RECEIPT_SECRET_FILE": "/missing"}, "sms_receipt_secret_file: [Errno 2]"),
        ({"SMS_SENDER": "Ромашка"}, "sms_sender: 'Ромашка': Expected at most 11 Latin letters"),
        ({"SMS_SENDER": "A" * 12}, f"sms_sender: '{'A' * 12}': Expected at most 11"),
        ({"SMS_SENDER": "+" + "7" * 16}, "sms_sender: '+7777777777777777': Expected at most 11"),
        ({"SMS_PROVIDER": "kannel"}, "sms_url: '': Expected the address of smsbox"),
    ],
)
async def test_a_wrong_setting_is_named(
    password_file: str, more: dict[str, str], problem: str
) -> None:
    chosen = settings(**given(password_file, **more))
    (complaint,) = sms_complaints(chosen)
    assert complaint.problem.startswith(problem)
    assert not complaint.advice
    async with httpx.AsyncClient() as client:
        with pytest.raises(SettingError) as refused:
            sms_channel_of(chosen, lambda: [KEY], client)
    assert str(refused.value) == complaint.problem


def test_a_wrong_template_is_named_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(TEMPLATE.replace("{text}", "{txt}"))
    (complaint,) = sms_complaints(settings(SMS_PROVIDER=str(file)))
    assert complaint.problem.startswith(f"sms_provider: {file}: send: {{txt}}: Expected one of")
    file.write_bytes(b"\xff")
    (complaint,) = sms_complaints(settings(SMS_PROVIDER=str(file)))
    assert complaint.problem == f"sms_provider: {file}: Expected a text in UTF-8"


async def test_a_password_that_others_may_read_is_refused(password_file: str) -> None:
    """The doctor names the file once, with every other secret."""
    os.chmod(password_file, 0o644)  # noqa: PTH101  (ASYNC240)
    chosen = settings(**given(password_file))
    async with httpx.AsyncClient() as client:
        with pytest.raises(SettingError, match=r"^sms_password_file: .*run chmod 600"):
            sms_channel_of(chosen, lambda: [KEY], client)
    assert list(sms_complaints(chosen)) == []
    complaints = setup_complaints(chosen, file_facts(chosen, {}), datetime.now(UTC))
    assert f"{password_file} can be read by others" in [each.problem for each in complaints]


def test_prices_and_a_public_address_are_advised(password_file: str) -> None:
    chosen = settings(**given(password_file, SMS_PRICES="", PUBLIC_URL=""))
    problems = list(sms_complaints(chosen))
    assert [each.advice for each in problems] == [True, True]
    assert problems[0].problem.startswith("sms_prices is empty")
    assert "public_url is empty" in problems[1].problem
