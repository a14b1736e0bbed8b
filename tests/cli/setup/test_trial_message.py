"""The test messages, through a real mail server and a real HTTP server."""

from datetime import UTC, datetime

from gotovo.cli.setup.trial_message import send_test_message, send_test_sms
from gotovo.notices.channels.mail import MailChannel
from gotovo.notices.channels.sms.template import recipe
from tests.support.notices.http_peer import http_peer
from tests.support.notices.mail_server import mail_server
from tests.support.notices.sms import channel_to
from tests.support.notices.sms_providers import UNKNOWN_PHONE, Smsc

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)


async def test_the_message_arrives_and_its_repetition_is_known_as_one() -> None:
    async with mail_server("none") as server:
        channel = MailChannel(server.as_user(""))
        for _ in range(2):
            assert await send_test_message(channel, "anna@example.com", NOW, "ru") == ""
    first, second = (each.mail for each in server.received)
    assert str(first["Subject"]) == "Gotovo: пробное письмо"
    assert first["Message-ID"] == second["Message-ID"]


async def test_a_server_that_does_not_take_it_is_named() -> None:
    async with mail_server("none") as server:
        server.refusal = "550 no {address}"
        told = await send_test_message(
            MailChannel(server.as_user("")), "anna@example.com", NOW, "en"
        )
    assert told.startswith("The test message was not sent: 127.0.0.1:")
    assert "anna@example.com" not in told


async def test_without_a_channel_or_an_address_nothing_is_sent() -> None:
    async with mail_server("none") as server:
        assert await send_test_message(None, "anna@example.com", NOW, "ru") == ""
        assert await send_test_message(MailChannel(server.as_user("")), "", NOW, "ru") == ""
    assert server.received == []


async def test_the_sms_arrives_and_a_refusal_is_told_without_the_phone() -> None:
    provider = Smsc()
    async with (
        http_peer(provider.answer) as peer,
        channel_to(recipe("smsc"), peer.url) as channel,
    ):
        assert await send_test_sms(channel, "+79001234547", NOW, "ru") == ""
        told = await send_test_sms(channel, UNKNOWN_PHONE, NOW, "en")
        assert await send_test_sms(channel, "", NOW, "ru") == ""
        assert await send_test_sms(None, "+79001234547", NOW, "ru") == ""
    (text,) = provider.taken.values()
    assert text == "Это пробное сообщение нового Gotovo. СМС доходят, делать ничего не нужно."
    assert told.startswith("The test SMS was not sent: 127.0.0.1: code 7")
    assert UNKNOWN_PHONE not in told
