"""Fiscal terms: what a shop's receipts say of its goods, its delivery and itself.

They are the shop's own statement to the tax office: no rate is guessed for anybody.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

from msgspec import Meta

from gotovo.order.values.fiscal.fiscal_codes import AgentSign, PaymentSubject, TaxSystem, VatRate
from gotovo.order.values.order import Line
from gotovo.value import Value

OWN_GOODS_MAX = 20_000
"""Skus or classes with terms of their own: some megabytes, read with each receipt."""

Inn = Annotated[str, Meta(pattern=r"^([0-9]{10}|[0-9]{12})\Z")]

_INN_OF_COMPANY = 10
_INN_WEIGHTS = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
"""Of the digits before a check digit, by their distance from it."""


class Supplier(Value, frozen=True, forbid_unknown_fields=True):
    """Whose goods are sold (tags 1224..1226, 1171), and as what (tag 1222)."""

    sign: AgentSign
    inn: Inn
    name: Annotated[str, Meta(min_length=1, max_length=239)]
    phone: Annotated[str, Meta(pattern=r"^\+[0-9]{5,18}\Z")]


class GoodsTerms(Value, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What receipts say of goods; without a `supplier` they are the shop's own."""

    vat: VatRate
    subject: PaymentSubject = PaymentSubject.COMMODITY
    supplier: Supplier | None = None


class FiscalTerms(Value, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The terms of one shop: of itself, its usual goods, its delivery, and what is unusual.

    `email` and `site` are the seller's own (tags 1117 and 1187). Terms of a sku come before those
    of a goods class, and these before `goods`.
    """

    inn: Inn
    tax_system: TaxSystem
    email: Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+\Z", max_length=64)]
    site: Annotated[str, Meta(min_length=1, max_length=256)]
    goods: GoodsTerms
    delivery_vat: VatRate
    by_class: Annotated[Mapping[str, GoodsTerms], Meta(max_length=OWN_GOODS_MAX)] = {}
    by_sku: Annotated[Mapping[str, GoodsTerms], Meta(max_length=OWN_GOODS_MAX)] = {}

    def of(self, line: Line) -> GoodsTerms:
        """Return what receipts say of the goods of a line."""
        return self.by_sku.get(line.sku) or self.by_class.get(line.goods_class) or self.goods


def wrong_rate(terms: FiscalTerms) -> str:
    """Return the field whose rate is of money paid in advance, empty if there is none."""
    named = {"goods.vat": terms.goods.vat, "delivery_vat": terms.delivery_vat}
    named |= {f"by_class.{name}.vat": each.vat for name, each in terms.by_class.items()}
    named |= {f"by_sku.{name}.vat": each.vat for name, each in terms.by_sku.items()}
    return next((field for field, rate in named.items() if rate.is_calculated), "")


def wrong_inn(terms: FiscalTerms) -> tuple[str, str]:
    """Return the field and value of an INN whose check digits are wrong; empty if there is none.

    The cash register takes any digits, and the receipt would be somebody else's, or nobody's.
    """
    goods = {"goods": terms.goods}
    goods |= {f"by_class.{name}": each for name, each in terms.by_class.items()}
    goods |= {f"by_sku.{name}": each for name, each in terms.by_sku.items()}
    named = {"inn": terms.inn}
    named |= {f"{name}.supplier.inn": x.supplier.inn for name, x in goods.items() if x.supplier}
    return next(((field, inn) for field, inn in named.items() if not is_inn(inn)), ("", ""))


def is_inn(text: str) -> bool:
    """Tell whether an INN's last digit is right, or its last two in one of twelve digits."""
    digits = [int(each) for each in text]
    checked = (len(digits) - 1,) if len(digits) == _INN_OF_COMPANY else (10, 11)
    return all(_check_digit(digits[:place]) == digits[place] for place in checked)


def _check_digit(digits: Sequence[int]) -> int:
    weights = _INN_WEIGHTS[-len(digits) :]
    return sum(w * digit for w, digit in zip(weights, digits, strict=True)) % 11 % 10
