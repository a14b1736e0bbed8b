"""Charge check: each charge makes sense for its kind, and all of them for the order (rule 4.8)."""

from gotovo.order.facts import Decision, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.settlement.charge import Charge, ChargeKind
from gotovo.order.values.settlement.currency import minor_digits

CHARGES_MAX = 20
"""Charges of one order: a fee, a rounding and more coupons than any shop lets one combine."""

ROUNDING_MAX = 100
"""Rounding of any order, in minor units: to whole roubles or dollars, or to hundreds of yen. In a
currency of three decimals a whole unit is more, and is the limit."""

ROUNDING_SHARE_MAX = 100
"""Rounding of a large order: a hundredth of its goods, for currencies with small units."""


def unfit_charges(
    charges: tuple[Charge, ...], currency: str, goods: int, total_max: int
) -> Decision | None:
    """Refuse charges of the wrong sign or size, or a total below nothing or beyond the maximum.

    `goods` is what the goods cost, in minor units.
    """
    if not charges:
        return None
    if len(charges) > CHARGES_MAX:
        return refuse(Code.WRONG_QUANTITY, "charges", len(charges), f"..{CHARGES_MAX}")
    rounding = rounding_max(currency, goods)
    bounds = {
        ChargeKind.DELIVERY_FEE: (0, total_max),
        ChargeKind.DISCOUNT: (-total_max, 0),
        ChargeKind.COUPON: (-total_max, 0),
        ChargeKind.ROUNDING: (-rounding, rounding),
    }
    for index, charge in enumerate(charges):
        least, most = bounds[charge.kind]
        if not least <= charge.amount <= most:
            expected = f"{least}..{most}"
            return refuse(Code.WRONG_AMOUNT, f"charges[{index}].amount", charge.amount, expected)
    total = goods + sum(charge.amount for charge in charges)
    if not 0 <= total <= total_max:
        return refuse(Code.WRONG_AMOUNT, "charges", total, f"0..{total_max}")
    return None


def rounding_max(currency: str, goods: int) -> int:
    """Return the largest rounding of an order with such goods, in minor units."""
    return max(ROUNDING_MAX, 10 ** minor_digits(currency), goods // ROUNDING_SHARE_MAX)
