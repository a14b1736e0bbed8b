"""Allocation: discounts spread over lines and units, so that each has the price paid for it.

The method is that of the largest remainder (Hamilton's): shares are rounded down, and what is left
goes, one minor unit each, to those that lost most by it. Nothing is lost or made (rule 4.8).
"""

from collections.abc import Sequence


def spread(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Return the amount as one share per weight; of equal remainders the earlier gets more.

    No weight is negative and their sum is not zero. A share has the sign of the amount, and is
    no larger than its weight where the amount is no larger than the sum of them all.
    """
    whole = sum(weights)
    sign = -1 if amount < 0 else 1
    divided = [divmod(abs(amount) * weight, whole) for weight in weights]
    shares = [share for share, _ in divided]
    left = abs(amount) - sum(shares)
    for index in sorted(range(len(divided)), key=lambda i: -divided[i][1])[:left]:
        shares[index] += 1
    return tuple(sign * share for share in shares)


def paid_per_line(values: Sequence[int], adjustment: int) -> tuple[int, ...]:
    """Return what is paid for each line, given what the lines cost and what is added or taken off.

    No line goes below nothing: a discount beyond the goods is one on the rest of the order.
    """
    whole = sum(values)
    if not adjustment or not whole:
        return tuple(values)
    shares = spread(max(adjustment, -whole), values)
    return tuple(value + share for value, share in zip(values, shares, strict=True))


def paid_for_units(paid: int, quantity: int, before: int, units: int) -> int:
    """Return what was paid for `units` of a line that follow the `before` first of its `quantity`.

    `paid` is the sum of the line. Where it can't be divided, the first units cost one minor unit
    more. Parts of a line add up to it, however it is divided.
    """
    each, left = divmod(paid, quantity)
    return each * units + min(before + units, left) - min(before, left)
