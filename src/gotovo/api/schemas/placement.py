"""Placement of an order by a storefront: it sends a phone and lines, no customer id or number.

The number is drawn from the command's id, so a repeated request draws the same one. If another
order already has it, the next of a fixed sequence is drawn.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta, structs

from gotovo.access.buyer.phone_accounts import AccountOfPhone
from gotovo.access.emails import parse_email
from gotovo.access.phones import parse_phone
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.validation_errors import EXPECTED
from gotovo.api.schemas.delivery import (
    Code,
    CourierBody,
    PickupBody,
    Text,
    address_of,
    delivery_of,
    postcode_of,
)
from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.order import refusals
from gotovo.order.checks.money.charge_check import CHARGES_MAX
from gotovo.order.steps.placement import (
    EXTERNAL_ID_CHARACTERS_MAX,
    LINES_MAX,
    PRICE_MAX,
    QUANTITY_MAX,
    SKU_CHARACTERS_MAX,
    TITLE_CHARACTERS_MAX,
    NewLine,
    Place,
)
from gotovo.order.values.actor import DEFAULT_SHOP, Actor
from gotovo.order.values.customer import Contact, contact_digest, home_of_customer
from gotovo.order.values.number import NUMBERS_PER_HOME, draw
from gotovo.order.values.payments.payment import PaymentTerm
from gotovo.order.values.settlement.charge import Charge, ChargeKind
from gotovo.order.values.settlement.currency import CURRENCIES, EXPECTED_CURRENCY
from gotovo.value import Value
from gotovo.words.language import preferred_language
from gotovo.words.request_errors import RequestErrorCode

DRAWS_MAX = 8
"""Even when half of all numbers are taken, eight draws fail once in 256 times."""

LOCALE_PATTERN: Final = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$(?!\n)"
"""A tag by BCP 47. Python's `$` also fits before a line break, JSON Schema's does not."""

_RUSSIAN = re.compile(r"\+7[0-9]{10}")

Price = Annotated[int, Meta(ge=0, le=PRICE_MAX)]

if TYPE_CHECKING:
    Currency = str
else:
    Currency = Annotated[
        Literal[tuple(sorted(CURRENCIES))], Meta(extra={EXPECTED: EXPECTED_CURRENCY})
    ]

Locale = Annotated[
    str, Meta(pattern=LOCALE_PATTERN, extra={EXPECTED: "a BCP 47 tag, like ru or en-GB"})
]


class PriceBody(Value, frozen=True, forbid_unknown_fields=True):
    """A sum in minor units with its currency."""

    amount: Price
    currency: Currency


class CustomerBody(Value, frozen=True, forbid_unknown_fields=True):
    """The buyer; a phone without a country code is Russian."""

    phone: Annotated[str, Meta(max_length=64)]
    name: Text = ""
    email: Annotated[str, Meta(max_length=254)] = ""
    locale: Locale = "ru"


class LineBody(Value, frozen=True, forbid_unknown_fields=True):
    """One line; `price` is of one unit, as a sum or as minor units of the order's currency."""

    sku: Annotated[str, Meta(min_length=1, max_length=SKU_CHARACTERS_MAX)]
    title: Annotated[str, Meta(min_length=1, max_length=TITLE_CHARACTERS_MAX)]
    quantity: Annotated[int, Meta(ge=1, le=QUANTITY_MAX)]
    price: Price | PriceBody
    goods_class: Code = ""


class ChargeAmountBody(Value, frozen=True, forbid_unknown_fields=True):
    """A signed sum in minor units with its currency."""

    amount: Annotated[int, Meta(ge=-PRICE_MAX, le=PRICE_MAX)]
    currency: Currency


class ChargeBody(Value, frozen=True, forbid_unknown_fields=True):
    """What the order costs beside its goods: a fee is added, a discount is below zero."""

    kind: ChargeKind
    title: Annotated[str, Meta(min_length=1, max_length=200)]
    amount: ChargeAmountBody


class PlaceBody(Value, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A new order; `at` is when it was placed, if that was not now.

    `carried_over` is for a key with the scope `imports`, which brings an order from another system:
    nothing is reserved, nothing falls due, and its steps may be of any age. `shop` is for a key of
    the network; without it the order is of the key's shop, or of the default one. With `payment`
    `at_point` the goods are reserved at once and the order is paid when it is handed over, where
    the point offers this.
    """

    external_id: Annotated[str, Meta(max_length=EXTERNAL_ID_CHARACTERS_MAX)] = ""
    customer: CustomerBody
    lines: Annotated[list[LineBody], Meta(min_length=1, max_length=LINES_MAX)]
    delivery: PickupBody | CourierBody
    currency: Currency = "RUB"
    warehouse: Code = ""
    carried_over: bool = False
    charges: Annotated[list[ChargeBody], Meta(max_length=CHARGES_MAX)] | None = None
    at: Annotated[datetime, Meta(tz=True)] | None = None
    shop: Code | None = None
    payment: PaymentTerm = PaymentTerm.IN_ADVANCE


class Draft(Value, frozen=True):
    """A placement without a number yet."""

    command: Place
    contact: Contact
    at: datetime | None


def phones_in(bodies: Iterable[PlaceBody]) -> Iterator[str]:
    """Return the phones (E.164) of those placements that have a usable one."""
    return filter(None, (_phone(body.customer.phone) for body in bodies))


def draft_of(
    body: PlaceBody, secret: bytes, account_of: AccountOfPhone, actor: Actor, prefix: str = ""
) -> Draft:
    """Return the placement in a body, or raise the error of its field."""
    phone = _phone(body.customer.phone)
    if phone is None:
        phone = body.customer.phone
        raise _invalid(f"{prefix}customer.phone", phone, "like +79001234567")
    email = parse_email(body.customer.email) if body.customer.email else ""
    if email is None:
        raise _invalid(f"{prefix}customer.email", body.customer.email, "like anna@example.com")
    contact = Contact(
        phone=phone,
        name=body.customer.name,
        email=email,
        locale=body.customer.locale,
        address=address_of(body.delivery, preferred_language(body.customer.locale)),
        postcode=postcode_of(body.delivery),
    )
    command = Place(
        number="",
        customer=account_of(phone),
        contact_digest=contact_digest(secret, contact),
        delivery=delivery_of(body.delivery),
        lines=_lines(body, prefix),
        currency=body.currency,
        warehouse=body.warehouse,
        origin=actor.id,
        external_id=body.external_id,
        imported=body.carried_over,
        charges=_charges(body, prefix),
        shop=(actor.shop or DEFAULT_SHOP) if body.shop is None else body.shop,
        payment=body.payment,
    )
    return Draft(command, contact, body.at)


def numbered(
    draft: Draft, secret: bytes, command_id: UUID, fingerprint: bytes, *, actor: Actor, turn: int
) -> Submission:
    """Return the submission of the draft's n-th draw; each draw has its own command id."""
    drawn_by = command_id if turn == 0 else _further(command_id, turn)
    home = home_of_customer(draft.command.customer)
    number = draw(home, _random_index(secret, drawn_by))
    return Submission(
        command_id=drawn_by,
        number=number,
        command=structs.replace(draft.command, number=number),
        actor=actor,
        fingerprint=fingerprint,
        at=draft.at,
        contact=draft.contact,
    )


def number_was_taken(outcome: SubmissionResult) -> bool:
    """Tell whether another order has the number that was drawn."""
    return outcome.refusal is not None and outcome.refusal.code is refusals.Code.NUMBER_TAKEN


def _phone(text: str) -> str | None:
    """Return E.164; a full Russian number is spared the parser, which takes a quarter of a ms."""
    return text if _RUSSIAN.fullmatch(text) else parse_phone(text)


def _lines(body: PlaceBody, prefix: str) -> tuple[NewLine, ...]:
    lines: list[NewLine] = []
    for index, line in enumerate(body.lines):
        price = line.price
        if isinstance(price, PriceBody):
            if price.currency != body.currency:
                field = f"{prefix}lines[{index}].price.currency"
                raise _invalid(field, price.currency, body.currency)
            price = price.amount
        lines.append(NewLine(line.sku, line.title, line.quantity, price, line.goods_class))
    return tuple(lines)


def _charges(body: PlaceBody, prefix: str) -> tuple[Charge, ...]:
    charges: list[Charge] = []
    for index, charge in enumerate(body.charges or ()):
        money = charge.amount
        if money.currency != body.currency:
            field = f"{prefix}charges[{index}].amount.currency"
            raise _invalid(field, money.currency, body.currency)
        charges.append(Charge(charge.kind, charge.title, money.amount))
    return tuple(charges)


def _further(command_id: UUID, turn: int) -> UUID:
    digest = hashlib.sha256(command_id.bytes + turn.to_bytes(2)).digest()
    return UUID(bytes=digest[:16])


def _random_index(secret: bytes, command_id: UUID) -> int:
    digest = hmac.digest(secret, b"number:" + command_id.bytes, hashlib.sha256)
    return int.from_bytes(digest[:16]) % NUMBERS_PER_HOME


def _invalid(field: str, value: str, expected: str) -> ApiError:
    return ApiError(RequestErrorCode.INVALID_BODY, field, value, expected)
