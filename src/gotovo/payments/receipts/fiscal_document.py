"""Fiscal document: a receipt as it is stored and sent, without whoever bought.

It is kept as it was sent, for what was registered has to be provable. The buyer's phone or e-mail
is added when it is sent, and stands nowhere in it.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from gotovo.order.ledger.fiscal_moves import FiscalMove
from gotovo.order.ledger.fiscal_parts import DELIVERY, NO_GOODS, FiscalPart, FiscalPhase
from gotovo.order.values.fiscal.fiscal_codes import (
    FiscalKind,
    PaymentSubject,
    SettlementMethod,
    TaxSystem,
    VatRate,
)
from gotovo.order.values.fiscal.fiscal_terms import FiscalTerms, GoodsTerms, Supplier
from gotovo.order.values.order import Order
from gotovo.order.values.settlement.charge import ChargeKind
from gotovo.words.translations import Translator

TITLE_MAX: Final = 128
"""Characters of an item's name (tag 1030)."""

ITEMS_MAX: Final = 100
"""Items that a cash register takes in one receipt."""

_russian: Final = Translator("ru")
"""A receipt is in the language of the tax office, whatever the buyer's is."""

_REFUNDS: Final = frozenset({FiscalKind.REFUND, FiscalKind.REVERSAL})
_OFFSETS: Final = frozenset({FiscalKind.SETTLEMENT, FiscalKind.REVERSAL})


class FiscalItem(Struct, frozen=True, omit_defaults=True):
    """One item; sums in kopecks. `line` is that of the order, see `fiscal_parts`."""

    line: int
    title: str
    quantity: int
    price: int
    amount: int
    method: SettlementMethod
    subject: PaymentSubject
    vat: VatRate
    supplier: Supplier | None = None


class FiscalDocument(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A receipt; sums in kopecks. What was paid is `electronic` (tag 1081) or `offset` (1215)."""

    number: str
    version: int
    kind: FiscalKind
    inn: str
    tax_system: TaxSystem
    email: str
    site: str
    items: tuple[FiscalItem, ...]
    total: int
    electronic: int = 0
    offset: int = 0
    provider: str = ""
    payment_id: str = ""
    refund: str = ""

    @property
    def is_refund(self) -> bool:
        """Return whether the receipt is one of a return of what was taken (tag 1054: 2)."""
        return self.kind in _REFUNDS


Marks = tuple[VatRate, PaymentSubject, Supplier | None]


def fiscal_document(
    order: Order, move: FiscalMove, terms: FiscalTerms, earlier: Sequence[FiscalDocument] = ()
) -> FiscalDocument:
    """Return the receipt of a move by a shop's terms.

    What takes back something has the rates of the receipt that it takes back, whatever the terms
    have become since: `earlier` are the order's receipts, oldest first.
    """
    told = _told_before(earlier) if move.kind in _REFUNDS else {}
    items = tuple(_item(order, part, move, terms, told) for part in move.parts)
    is_offset = move.kind in _OFFSETS
    return FiscalDocument(
        number=order.number,
        version=move.version,
        kind=move.kind,
        inn=terms.inn,
        tax_system=terms.tax_system,
        email=terms.email,
        site=terms.site,
        items=items,
        total=move.amount,
        electronic=0 if is_offset else move.amount,
        offset=move.amount if is_offset else 0,
        provider=move.payment.provider,
        payment_id=move.payment.payment_id,
        refund=move.refund,
    )


def encoded(document: FiscalDocument) -> bytes:
    """Return the document as it is stored: JSON, always the same for the same receipt."""
    return _encoder.encode(document)


def decoded(stored: bytes) -> FiscalDocument:
    """Return a stored document."""
    return _decoder.decode(stored)


def _told_before(earlier: Sequence[FiscalDocument]) -> Mapping[tuple[int, bool], Marks]:
    """Return what was told of each line, before and after the hand-over; the latest counts."""
    return {
        (item.line, item.method is SettlementMethod.FULL_PAYMENT): (
            item.vat,
            item.subject,
            item.supplier,
        )
        for document in earlier
        if not document.is_refund
        for item in document.items
    }


def _item(
    order: Order,
    part: FiscalPart,
    move: FiscalMove,
    terms: FiscalTerms,
    told: Mapping[tuple[int, bool], Marks],
) -> FiscalItem:
    method = _method(part, is_whole=move.is_whole)
    is_settled = method is SettlementMethod.FULL_PAYMENT
    goods = _goods_terms(order, part, terms)
    vat = goods.vat if is_settled else goods.vat.calculated
    marks = told.get((part.line, is_settled), (vat, goods.subject, goods.supplier))
    vat, subject, supplier = marks
    return FiscalItem(
        line=part.line,
        title=_title(order, part),
        quantity=part.quantity,
        price=part.price,
        amount=part.amount,
        method=method,
        subject=subject,
        vat=vat,
        supplier=supplier,
    )


def _goods_terms(order: Order, part: FiscalPart, terms: FiscalTerms) -> GoodsTerms:
    if part.line == DELIVERY:
        return GoodsTerms(terms.delivery_vat, PaymentSubject.SERVICE)
    if part.line == NO_GOODS:
        return GoodsTerms(terms.goods.vat, PaymentSubject.PAYMENT)
    return terms.of(order.lines[part.line - 1])


def _method(part: FiscalPart, *, is_whole: bool) -> SettlementMethod:
    if part.phase is FiscalPhase.SETTLED:
        return SettlementMethod.FULL_PAYMENT
    if part.line == NO_GOODS:
        return SettlementMethod.ADVANCE
    return SettlementMethod.FULL_PREPAYMENT if is_whole else SettlementMethod.PREPAYMENT


def _title(order: Order, part: FiscalPart) -> str:
    if part.line == NO_GOODS:
        return _russian.gettext("Advance")
    if part.line == DELIVERY:
        fees = (x.title for x in order.charges if x.kind is ChargeKind.DELIVERY_FEE and x.title)
        return next(fees, _russian.gettext("Delivery"))[:TITLE_MAX]
    line = order.lines[part.line - 1]
    return (line.title or line.sku)[:TITLE_MAX]


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(FiscalDocument)
