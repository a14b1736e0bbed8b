"""Terms of a shop and receipts, as tests use them."""

from gotovo.order.values.fiscal.fiscal_codes import (
    AgentSign,
    FiscalKind,
    PaymentSubject,
    SettlementMethod,
    TaxSystem,
    VatRate,
)
from gotovo.order.values.fiscal.fiscal_terms import FiscalTerms, GoodsTerms, Supplier
from gotovo.payments.receipts.fiscal_document import FiscalDocument, FiscalItem

SUPPLIER = Supplier(AgentSign.COMMISSION_AGENT, "7701234560", "ООО Фарфор", "+74951234567")

TERMS = FiscalTerms(
    inn="7712345671",
    tax_system=TaxSystem.GENERAL,
    email="shop@shop.test",
    site="https://shop.test",
    goods=GoodsTerms(VatRate.TWENTY_TWO),
    delivery_vat=VatRate.TWENTY_TWO,
    by_class={"food": GoodsTerms(VatRate.TEN)},
    by_sku={"cup": GoodsTerms(VatRate.NONE, PaymentSubject.COMMODITY, SUPPLIER)},
)


def item(
    price: int = 300,
    quantity: int = 2,
    method: SettlementMethod = SettlementMethod.FULL_PREPAYMENT,
    supplier: Supplier | None = None,
) -> FiscalItem:
    is_settled = method is SettlementMethod.FULL_PAYMENT
    return FiscalItem(
        line=1,
        title="Чай",
        quantity=quantity,
        price=price,
        amount=price * quantity,
        method=method,
        subject=PaymentSubject.COMMODITY,
        vat=VatRate.TWENTY_TWO if is_settled else VatRate.TWENTY_TWO_OF_122,
        supplier=supplier,
    )


def document(
    kind: FiscalKind = FiscalKind.PREPAYMENT,
    *items: FiscalItem,
    provider: str = "yookassa",
    refund: str = "",
) -> FiscalDocument:
    shown = items or (item(),)
    total = sum(each.amount for each in shown)
    is_offset = kind in {FiscalKind.SETTLEMENT, FiscalKind.REVERSAL}
    return FiscalDocument(
        number="10-4711",
        version=2,
        kind=kind,
        inn=TERMS.inn,
        tax_system=TERMS.tax_system,
        email=TERMS.email,
        site=TERMS.site,
        items=shown,
        total=total,
        electronic=0 if is_offset else total,
        offset=total if is_offset else 0,
        provider=provider,
        payment_id="2d9f-1",
        refund=refund,
    )
