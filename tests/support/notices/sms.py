"""What the tests of SMS share: a message, an account, and channels to a peer."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import urlsplit

from msgspec import structs

from gotovo.notices.channels.sms.account import SmsAccount
from gotovo.notices.channels.sms.callbacks import ReceiptAddress
from gotovo.notices.channels.sms.cost import SegmentPrices
from gotovo.notices.channels.sms.http_sms import HttpSmsChannel
from gotovo.notices.channels.sms.template import RequestTemplate, SmsTemplate
from gotovo.outbound.exchange import SECONDS_MAX, open_client
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from tests.support.notices.sms_providers import PASSWORD, SENDER, USER

KEY, OLDER_KEY = b"k" * 32, b"o" * 32
ORIGIN = "https://orders.example.ru"
READY = PhoneMessage(
    key="194566112558:4",
    phone="+79005550123",
    purpose="ready",
    number="194566112558",
    sent_at=datetime(2026, 11, 22, 11, 5, tzinfo=UTC),
    text="Заказ 1945 6611 2558 готов к выдаче.\nКод получения: 123 456.\n"
    "Кремль, ул. Баумана, 5. Сегодня 9:00–20:00.\nХранится до 14:05 29 ноября.",
)
ACCOUNT = SmsAccount(
    sender=SENDER,
    user=USER,
    password=PASSWORD,
    prices=SegmentPrices({"7": Decimal("4.50")}, "RUB"),
)


def address_of(template: SmsTemplate) -> ReceiptAddress:
    """Return the address for receipts, which an older one still leads to."""
    return ReceiptAddress(ORIGIN, template.name, lambda: [KEY, OLDER_KEY])


def at(template: SmsTemplate, url: str) -> SmsTemplate:
    """Return a template whose requests go to a peer."""

    def moved(request: RequestTemplate | None) -> RequestTemplate | None:
        if request is None:
            return None
        path = request.url.split("/", 3)[3]
        return structs.replace(request, url=f"{url}/{path}")

    return structs.replace(template, send=moved(template.send), balance=moved(template.balance))


@asynccontextmanager
async def channel_to(
    template: SmsTemplate,
    url: str,
    account: SmsAccount = ACCOUNT,
    seconds_max: float = SECONDS_MAX,
) -> AsyncGenerator[HttpSmsChannel]:
    """Give a channel of a template to a peer."""
    async with open_client() as client:
        yield HttpSmsChannel(at(template, url), account, address_of(template), client, seconds_max)


def receipt_path(template: SmsTemplate) -> str:
    """Return the path that call-backs come to."""
    return urlsplit(address_of(template).url).path
