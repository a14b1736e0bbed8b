"""E-mail over SMTP, through a real server: what arrives, and what is said when it does not."""

import asyncio
import re
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from gotovo.notices.channels.mail import (
    CONNECTIONS_MAX,
    MailChannel,
    MailMessage,
    SmtpServer,
    compose,
)
from gotovo.notices.channels.port import (
    ChannelError,
    ChannelUnavailable,
    MessageRefused,
    ReceiptRefused,
    ReceiptRequest,
)
from tests.support.notices.mail_server import PASSWORD, certificate, mail_server

SERVER = SmtpServer("127.0.0.1", 25, "none", "Готово", "orders@shop.test")
CODE = MailMessage(
    key="older-orders:1",
    address="anna@example.com",
    purpose="older_orders",
    number="",
    sent_at=datetime(2026, 11, 22, 11, 5, tzinfo=UTC),
    language="ru",
    subject="Код, чтобы открыть прежние заказы",
    text="123456 — код <для> & вас.\n\nПервая строка.\nВторая строка.",
    code="123456",
)
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
    "Content-Language", "MIME-Version", "Content-Type",
}  # fmt: skip


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Give what the server and who trusts its certificate speak TLS with."""
    folder: Path = tmp_path_factory.mktemp("certificate")
    return certificate(folder)


async def test_an_email_arrives_as_text_and_as_html_and_says_whose_it_is() -> None:
    async with mail_server("none") as server:
        await MailChannel(server.as_user("")).send(CODE)
    (received,) = server.received
    mail = received.mail
    assert (received.sender, received.recipients) == ("orders@shop.test", ["anna@example.com"])
    assert set(mail.keys()) == HEADERS
    assert str(mail["From"]) == "Готово <orders@shop.test>"
    assert str(mail["To"]) == "anna@example.com"
    assert str(mail["Subject"]) == CODE.subject
    assert parsedate_to_datetime(str(mail["Date"])) == CODE.sent_at
    assert re.fullmatch(r"<[0-9a-f]{32}@shop\.test>", str(mail["Message-ID"]))
    assert str(mail["Auto-Submitted"]) == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"
    assert received.part("plain").replace("\r\n", "\n") == CODE.text + "\n"
    html = received.part("html")
    assert '<html lang="ru">' in html
    assert re.search(r"<b style=[^>]*>123456</b> — код &lt;для&gt; &amp; вас\.</p>", html)
    assert "Первая строка.<br>Вторая строка.</p>" in html
    assert not re.search(r"https?:|src=|<script", html), "nothing is loaded from anywhere"


async def test_a_message_that_is_sent_again_has_the_same_id() -> None:
    async with mail_server("none") as server:
        channel = MailChannel(server.as_user(""))
        for message in (CODE, CODE, structs.replace(CODE, key="older-orders:2")):
            await channel.send(message)
    ids = [str(each.mail["Message-ID"]) for each in server.received]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_the_account_and_the_message_travel_inside_tls(
    tls: tuple[ssl.SSLContext, ssl.SSLContext], security: str
) -> None:
    ours, trusted = tls
    async with mail_server("tls" if security == "tls" else "starttls", ours) as server:
        await MailChannel(server.as_user(), PASSWORD, trusted).send(CODE)
        assert len(server.received) == 1
        with pytest.raises(ChannelError, match=r"smtp_user or the password is wrong \(535\)"):
            await MailChannel(server.as_user(), "guessed", trusted).send(CODE)
        with pytest.raises(ChannelError, match="did not take an e-mail"):
            await MailChannel(server.as_user(), PASSWORD).send(CODE)
    assert len(server.received) == 1, "a certificate that nobody vouches for got a message"


async def test_a_server_without_tls_gets_nothing_that_should_be_inside_it() -> None:
    async with mail_server("none") as server:
        for security, told in (("starttls", "no STARTTLS: see smtp_sec"), ("tls", "did not take")):
            unprotected = structs.replace(server.as_user(""), security=security)
            with pytest.raises(ChannelError, match=told):
                await MailChannel(unprotected, seconds_max=5).send(CODE)
    assert server.received == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("550 5.1.1 <{address}>: no such user", MessageRefused),
        ("451 try {address}", ChannelUnavailable),
    ],
)
async def test_a_refusal_is_told_by_its_code_and_names_nobody(
    answer: str, kind: type[ChannelError]
) -> None:
    async with mail_server("none") as server:
        server.refusal = answer
        with pytest.raises(kind) as refused:
            await MailChannel(server.as_user("")).send(CODE)
    assert str(refused.value).endswith(f"recipient refused ({answer[:3]})")
    assert "anna" not in str(refused.value)


async def test_nobody_waits_for_ever_for_a_server_that_is_silent() -> None:
    connections: list[asyncio.StreamWriter] = []
    silent = await asyncio.start_server(
        lambda _, writer: connections.append(writer), "127.0.0.1", 0
    )
    port = silent.sockets[0].getsockname()[1]
    server = SmtpServer("127.0.0.1", port, "none", "", "orders@shop.test")
    try:
        with pytest.raises(ChannelError, match=rf"^127\.0\.0\.1:{port} .*: no answer in time$"):
            await asyncio.wait_for(MailChannel(server, seconds_max=0.2).send(CODE), 3)
    finally:
        for each in connections:
            each.close()
        silent.close()


async def test_a_server_that_is_away_is_said() -> None:
    async with mail_server("none") as server:
        away = server.as_user("")
    with pytest.raises(ChannelError, match=r"did not take an e-mail: Connect call failed"):
        await MailChannel(away).send(CODE)


async def test_a_server_gets_a_bounded_number_of_connections() -> None:
    async with mail_server("none") as server:
        server.seconds = 0.1
        channel = MailChannel(server.as_user(""))
        await asyncio.gather(*(channel.send(CODE) for _ in range(2 * CONNECTIONS_MAX)))
    assert len(server.received) == 2 * CONNECTIONS_MAX
    assert server.at_once_max <= CONNECTIONS_MAX


TEXT = st.text(st.characters(exclude_categories=("Cs",)))
HOSTILE = st.tuples(
    st.sampled_from(["anna@example.com", "anna", "", "anna@"]),
    st.sampled_from(["\n", "\r", "\r\n", "\r\n.\r\n", "\u2028", "\x85", "\v", "\0", ">", ",", ";"]),
    st.sampled_from(
        ["Bcc: all@example.com", "@example.com", "b@example.com", "> NOTIFY=NEVER", ""]
    ),
).map("".join)


@given(HOSTILE)
def test_an_address_that_holds_more_than_one_goes_nowhere(address: str) -> None:
    with pytest.raises(ChannelError):
        compose(structs.replace(CODE, address=address), SERVER)


async def test_an_address_with_a_line_break_never_reaches_the_server() -> None:
    async with mail_server("none") as server:
        channel = MailChannel(server.as_user(""))
        for hostile in (
            "a@b.com\r\nBcc: c@d.com",
            "a@b.com>\r\nRCPT TO:<c@d.com",
            "a@b.com, c@d.com",
        ):
            with pytest.raises(ChannelError, match="not one that mail servers take"):
                await channel.send(structs.replace(CODE, address=hostile))
    assert server.received == []


@settings(max_examples=25)  # A message takes some milliseconds to compose.
@given(TEXT, TEXT)
def test_whatever_key_and_text_are_no_header_is_added(key: str, text: str) -> None:
    mail = compose(structs.replace(CODE, key=key, text=text), SERVER)
    assert set(mail.keys()) == HEADERS
    body = mail.get_body(("plain",))
    assert body is not None
    assert "".join(str(body.get_content()).split()) == "".join(text.split())


async def test_a_domain_in_other_letters_is_reached_by_its_ascii_form() -> None:
    async with mail_server("none") as server:
        channel = MailChannel(server.as_user(""))
        await channel.send(structs.replace(CODE, address="anna@пример.рф"))
        with pytest.raises(ChannelError):
            await channel.send(structs.replace(CODE, address="анна@пример.рф"))
    assert server.received[0].recipients == ["anna@xn--e1afmkfd.xn--p1ai"]


async def test_the_health_of_a_server_is_whether_it_lets_us_in() -> None:
    async with mail_server("none") as server:
        assert (await MailChannel(server.as_user("")).health()).reachable
        away = server.as_user("")
    health = await MailChannel(away).health()
    assert not health.reachable
    assert "Connect call failed" in health.reason


async def test_a_message_that_was_taken_has_its_id_and_mail_has_no_receipts() -> None:
    async with mail_server("none") as server:
        channel = MailChannel(server.as_user(""))
        sent = await channel.send(CODE)
    assert sent.provider_id == str(server.received[0].mail["Message-ID"])
    with pytest.raises(ReceiptRefused):
        channel.receipts(ReceiptRequest("POST", "/"))


async def test_the_headers_that_stop_emails_arrive_as_mail_programs_read_them() -> None:
    """An address cut into encoded words is none (RFC 2047, 5): no program would offer to stop."""
    url = f"https://shop.test/unsubscribe/reminders.{'c' * 32}.{'5' * 40}"
    domain = f"{'long-' * 11}name.example.com"
    async with mail_server("none") as server:
        relay = structs.replace(server.as_user(""), sender_address=f"orders@{domain}")
        await MailChannel(relay).send(structs.replace(CODE, unsubscribe_url=url))
    assert server.received[0].raw_header("List-Unsubscribe") == f"<{url}>"
    message_id = server.received[0].raw_header("Message-ID")
    assert re.fullmatch(rf"<[0-9a-f]{{32}}@{re.escape(domain)}>", message_id)
