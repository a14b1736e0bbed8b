"""A mail server on the loopback interface (aiosmtpd), and a certificate of its own."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec import Struct

from gotovo.notices.channels.mail import SmtpSecurity, SmtpServer

USER, PASSWORD = "gotovo", "hush hush"


class Received(Struct, frozen=True):
    """An e-mail as it came: whose it is by the envelope, what it says, and its bytes."""

    sender: str
    recipients: list[str]
    mail: EmailMessage
    content: bytes

    def raw_header(self, name: str) -> str:
        """Return a header as it was written: without its line breaks, and not decoded."""
        return str(message_from_bytes(self.content, policy=policy.compat32)[name]).strip()

    def part(self, kind: str) -> str:
        """Return the body of one kind, `plain` or `html`."""
        found = self.mail.get_body((kind,))
        assert found is not None
        return str(found.get_content())


class MailServer:
    """What the server has received; `refusal` is its answer to a recipient, if it refuses.

    With `refused` it refuses that address alone.
    """

    def __init__(self, port: int, security: SmtpSecurity) -> None:
        self.received: list[Received] = []
        self.refusal = self.refused = ""
        self.seconds = 0.0
        self.at_once = self.at_once_max = 0
        self._address = ("127.0.0.1", port)
        self._security: SmtpSecurity = security

    def as_user(self, user: str = USER) -> SmtpServer:
        """Return the server as the channel knows it, with an account there."""
        host, port = self._address
        return SmtpServer(host, port, self._security, "Готово", "orders@shop.test", user)

    async def handle_RCPT(  # noqa: N802  (the name is aiosmtpd's)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        """Take a recipient or refuse it."""
        if self.refusal and self.refused in {"", address}:
            return self.refusal.format(address=address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  (the name is aiosmtpd's)
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take the e-mail, after a while if the server is slow."""
        self.at_once += 1
        self.at_once_max = max(self.at_once, self.at_once_max)
        await asyncio.sleep(self.seconds)
        self.at_once -= 1
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.SMTP)
        assert isinstance(mail, EmailMessage)
        recipients = [str(each) for each in envelope.rcpt_tos]
        self.received.append(Received(envelope.mail_from or "", recipients, mail, content))
        return "250 OK"

    @staticmethod
    def login(
        _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object
    ) -> AuthResult:
        """Let the one account in."""
        expected = LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=given == expected, handled=False)


@asynccontextmanager
async def mail_server(
    security: SmtpSecurity, tls: ssl.SSLContext | None = None
) -> AsyncGenerator[MailServer]:
    """Run a server; one with `starttls` takes nothing before a sign-in."""
    server: MailServer | None = None

    def protocol() -> SMTP:
        return SMTP(
            server,
            hostname="mail.shop.test",
            tls_context=tls if security == "starttls" else None,
            auth_required=security == "starttls",
            auth_require_tls=security == "starttls",
            authenticator=MailServer.login,
        )

    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        protocol, "127.0.0.1", 0, ssl=tls if security == "tls" else None
    )
    server = MailServer(listening.sockets[0].getsockname()[1], security)
    try:
        yield server
    finally:
        listening.close()
        await listening.wait_closed()


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a certificate for 127.0.0.1; return what a server and who trusts it speak TLS with."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a mail server of the tests")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(hours=1))
        .not_valid_after(datetime.now(UTC) + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))
