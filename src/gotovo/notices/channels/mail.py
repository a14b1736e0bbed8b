"""E-mail over SMTP (RFC 5321): a message to one address, as text and as HTML.

Each message has a connection of its own, for the server may close an idle one at any time. It is
protected by TLS as the settings say, with the server's certificate checked; a server that offers
less gets nothing. Sending a message again gives it the same Message-ID, by which mail programs
show it once. No exception here says to whom a message went: it may be logged and shown.

SMTP has no receipts: a message is accepted, and bounces go to the sender's address.
"""

import asyncio
import hashlib
import ssl
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from typing import Final, Literal

import aiosmtplib
from msgspec import Struct
from typing_extensions import override

from gotovo.access.emails import ascii_email
from gotovo.notices.channels.mail_content import MailContent
from gotovo.notices.channels.port import (
    ChannelHealth,
    ChannelUnavailable,
    MessageRefused,
    Receipt,
    ReceiptRefused,
    ReceiptRequest,
    Sent,
)

SECONDS_MAX: Final = 15.0
"""For one message with everything, also waiting for its turn: a page waits for it."""

CONNECTIONS_MAX: Final = 8
"""Connections of one process at once; mail servers commonly refuse more than ten."""

_FOR_GOOD: Final = 500
"""From here on an answer of SMTP is for good (RFC 5321, 4.2.1)."""

SmtpSecurity = Literal["starttls", "tls", "none"]


class UnfoldedHeader(UnstructuredHeader, BaseHeader):
    """A header that stays in one line: the library cuts an address into encoded words, which are
    none in such a header (RFC 2047, 5), and mail programs find no address there.

    Ours are far below the 998 characters of a line (RFC 5322, 2.1.1).
    """

    @override
    def fold(self, *, policy: Policy) -> str:
        """Return the header as it is sent."""
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS: Final = HeaderRegistry()
for _name in ("list-unsubscribe", "list-unsubscribe-post", "message-id"):
    _HEADERS.map_to_type(_name, UnfoldedHeader)
_POLICY: Final = SMTP.clone(header_factory=_HEADERS)


class MailMessage(MailContent, frozen=True, kw_only=True):
    """One e-mail; `key` identifies its event, `number` its order if there is one."""

    key: str
    address: str
    purpose: str
    number: str
    sent_at: datetime


class SmtpServer(Struct, frozen=True):
    """The server that takes our e-mail, and the sender: a name, which may be empty, and address.

    `starttls` and `tls` demand TLS, at once or after the greeting; `none` uses none.
    """

    host: str
    port: int
    security: SmtpSecurity
    sender_name: str
    sender_address: str
    user: str = ""

    @property
    def sender_domain(self) -> str:
        """Return the domain in whose name e-mail is sent."""
        return self.sender_address.rpartition("@")[2]


class MailChannel:
    """Sends e-mail through one server."""

    def __init__(
        self,
        server: SmtpServer,
        password: str = "",
        trusted: ssl.SSLContext | None = None,
        seconds_max: float = SECONDS_MAX,
    ) -> None:
        """Without `trusted`, certificates are checked against those that the system trusts."""
        self._server = server
        self._password = password
        self._tls = trusted or ssl.create_default_context()
        self._seconds_max = seconds_max
        self._turns = asyncio.Semaphore(CONNECTIONS_MAX)

    async def send(self, message: MailMessage) -> Sent:
        """Send a message; raise ChannelError when the server does not take it in time."""
        server, composed = self._server, compose(message, self._server)
        where = f"{server.host}:{server.port}"
        try:
            async with asyncio.timeout(self._seconds_max), self._turns:
                await aiosmtplib.send(
                    composed,
                    hostname=server.host,
                    port=server.port,
                    username=server.user or None,
                    password=self._password or None,
                    local_hostname=server.sender_domain,
                    use_tls=server.security == "tls",
                    start_tls=server.security == "starttls",
                    tls_context=None if server.security == "none" else self._tls,
                    timeout=self._seconds_max,
                )
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            reason = f"{where} did not take an e-mail: {_reason(error)}"
            if code := _refusal_code(error):
                raise MessageRefused(reason, code=code) from error
            raise ChannelUnavailable(reason) from error
        return Sent(provider_id=str(composed["Message-ID"]))

    async def health(self) -> ChannelHealth:
        """Greet the server and sign in, as for a message."""
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=self._password or None,
            local_hostname=server.sender_domain,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=None if server.security == "none" else self._tls,
            timeout=self._seconds_max,
        )
        try:
            async with asyncio.timeout(self._seconds_max), self._turns, client:
                return ChannelHealth(reachable=True)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            return ChannelHealth(reachable=False, reason=_reason(error))

    def receipts(self, request: ReceiptRequest) -> Sequence[Receipt]:  # noqa: ARG002  (of no one)
        """Refuse every call-back: mail servers send none."""
        raise ReceiptRefused("e-mail has no receipts")


def compose(message: MailMessage, server: SmtpServer) -> EmailMessage:
    """Return a message with its headers; no value of one can hold a line break.

    Raise MessageRefused for what is no address.
    """
    address = ascii_email(message.address)
    if address is None:
        raise MessageRefused("the address is not one that mail servers take")
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = Address(server.sender_name, addr_spec=server.sender_address)
    mail["To"] = Address(addr_spec=address)
    mail["Subject"] = message.subject
    mail["Date"] = message.sent_at
    mail["Message-ID"] = _message_id(message.key, server.sender_domain)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nothing answers it by itself.
    mail["X-Auto-Response-Suppress"] = "All"  # The same for Exchange.
    # Base64 passes every server unchanged, also those that know nothing but ASCII.
    mail.set_content(message.plain(), cte="base64")
    mail.add_alternative(message.html(), subtype="html", cte="base64")
    mail["Content-Language"] = message.language  # Earlier it would be the header of a part.
    for name, value in _unsubscribe_headers(message.unsubscribe_url):
        mail[name] = value
    return mail


def _unsubscribe_headers(url: str) -> Sequence[tuple[str, str]]:
    """Return what makes mail programs offer to unsubscribe, with one click over https (RFC 8058).

    The relay's DKIM signature has to cover both.
    """
    if not url:
        return ()
    link = ("List-Unsubscribe", f"<{url}>")
    one_click = ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    return (link, one_click) if url.startswith("https://") else (link,)


def _message_id(key: str, domain: str) -> str:
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def _refusal_code(error: Exception) -> str:
    """Return the code of a refusal for good (5xx) of this recipient or this text, empty otherwise.

    A refused sender or account is a wrong setting: the message can be sent once it is right.
    """
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        codes = [each.code for each in error.recipients]
    elif isinstance(error, aiosmtplib.SMTPRecipientRefused | aiosmtplib.SMTPDataError):
        codes = [error.code]
    else:
        return ""
    is_final = bool(codes) and all(code >= _FOR_GOOD for code in codes)
    return str(codes[0]) if is_final else ""


def _reason(error: Exception) -> str:
    """Return what went wrong, by code and kind: the server's own words may repeat the address."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        codes = sorted({each.code for each in error.recipients})
        return f"recipient refused ({', '.join(map(str, codes))})"
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return f"smtp_user or the password is wrong ({error.code})"
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"{type(error).__name__} ({error.code})"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    cause = error.__cause__ if isinstance(error, aiosmtplib.SMTPConnectError) else error
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    is_plain = "STARTTLS extension not supported" in str(error)
    return "it offers no STARTTLS: see smtp_security" if is_plain else type(error).__name__
