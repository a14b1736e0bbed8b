"""What an imported order costs: its goods, and charges beside them (rule 4.8).

The sum paid, the price of the goods and the charges have to agree. Where a row leaves one of them
out, it is what the others leave: more than the goods is a delivery fee, less is a discount.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from gotovo.exchange.imports.record import ImportedOrder
from gotovo.order.checks.money.charge_check import rounding_max
from gotovo.order.values.settlement.charge import Charge, ChargeKind
from gotovo.order.values.settlement.currency import plain_amount
from gotovo.words.imports.row_errors import RowError, RowErrorCode

_TAKEN_OFF = (ChargeKind.DISCOUNT, ChargeKind.COUPON)


class Cost(Struct, frozen=True):
    """The price of the goods and the charges, in minor units; together they are the total.

    `is_known` is false for goods whose price no column has.
    """

    goods: int
    charges: tuple[Charge, ...]
    is_known: bool

    @property
    def total(self) -> int:
        """What the order costs."""
        return self.goods + sum(charge.amount for charge in self.charges)


class UnfitSums(Exception):
    """The sums of a row contradict each other; `name` is the field to look at first."""

    def __init__(self, name: str, code: RowErrorCode, **values: str) -> None:
        """Keep the field and the error."""
        super().__init__(name, code)
        self.name = name
        self.error = RowError(code, values)


def cost_of(imported: ImportedOrder, *, is_paid: bool) -> Cost:
    """Return what the order costs; raise UnfitSums.

    `is_paid` tells whether it was paid at all: until then a sum of 0 is none.
    """
    value, paid = imported.value, imported.paid
    if paid == 0 and not is_paid:
        paid = None
    told = dict(_told(imported))
    charged = sum(told.values())
    if value is None:
        goods = 0 if paid is None else paid - charged
    else:
        goods = value
        told |= _left(imported, told, 0 if paid is None else paid - goods - charged)
    if goods < 0:
        least = plain_amount(charged, imported.currency)
        raise UnfitSums("paid", RowErrorCode.MORE_PAID, least=least, currency=imported.currency)
    charges = tuple(Charge(kind, "", told[kind]) for kind in ChargeKind if told.get(kind))
    cost = Cost(goods, charges, is_known=value is not None or paid is not None)
    _check(imported, cost)
    return cost


def _told(imported: ImportedOrder) -> Iterator[tuple[ChargeKind, int]]:
    for kind in ChargeKind:
        amount = getattr(imported, kind)
        if amount is not None:
            yield kind, amount


def _left(
    imported: ImportedOrder, told: Mapping[ChargeKind, int], rest: int
) -> Mapping[ChargeKind, int]:
    """Return the charge that explains what was paid besides what the row tells of."""
    if not rest:
        return {}
    if rest > 0 and ChargeKind.DELIVERY_FEE not in told:
        return {ChargeKind.DELIVERY_FEE: rest}
    if rest < 0 and not any(kind in told for kind in _TAKEN_OFF):
        return {ChargeKind.DISCOUNT: rest}
    assert imported.paid is not None
    total = plain_amount(imported.paid - rest, imported.currency)
    raise UnfitSums("paid", RowErrorCode.OTHER_TOTAL, total=total, currency=imported.currency)


def _check(imported: ImportedOrder, cost: Cost) -> None:
    """Refuse what no order may have, in the units that the file has."""
    currency = imported.currency
    by_kind = {charge.kind: charge.amount for charge in cost.charges}
    most = rounding_max(currency, cost.goods)
    if abs(by_kind.get(ChargeKind.ROUNDING, 0)) > most:
        limit = plain_amount(most, currency)
        code = RowErrorCode.SMALLER_AMOUNT
        raise UnfitSums(ChargeKind.ROUNDING, code, least=f"-{limit}", most=limit)
    if cost.total < 0:
        kind = next(each for each in (*_TAKEN_OFF, ChargeKind.ROUNDING) if by_kind.get(each, 0) < 0)
        most = plain_amount(cost.total - by_kind[kind], currency)
        raise UnfitSums(kind, RowErrorCode.SMALLER_DISCOUNT, most=most, currency=currency)
