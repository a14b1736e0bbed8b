"""Fiscal ledger: how much of each line is paid in advance, and how much is settled."""

from collections.abc import Collection, Sequence
from typing import Final

from msgspec import structs

from gotovo.order.ledger.fiscal_parts import (
    DELIVERY,
    NO_GOODS,
    FiscalPart,
    FiscalPhase,
    part_of_sum,
    sum_of,
)
from gotovo.order.values.order import Order
from gotovo.order.values.settlement.allocation import spread
from gotovo.order.values.settlement.balance import fee_of, paid_for_lines

_PHASES: Final = (FiscalPhase.ADVANCE, FiscalPhase.SETTLED)


class FiscalLedger:
    """The sums of one order, in minor units, by line and phase; none is ever below zero."""

    def __init__(self, order: Order) -> None:
        """Begin with nothing paid."""
        self._lines = (*range(1, len(order.lines) + 1), DELIVERY)
        prices = (*paid_for_lines(order), fee_of(order))
        self._price = dict(zip(self._lines, prices, strict=True))
        self._units = {i: line.quantity for i, line in enumerate(order.lines, 1)}
        self._sums = {(line, p): 0 for p in _PHASES for line in (*self._lines, NO_GOODS)}

    def capture(self, amount: int) -> Sequence[FiscalPart]:
        """Enter a payment: each line gets its share of what is due; what is too much, none."""
        due = [self._due(line) for line in self._lines]
        applied = min(amount, sum(due))
        shares = spread(applied, due) if applied else [0] * len(due)
        parts = [
            part
            for line, share in zip(self._lines, shares, strict=True)
            for part in self._parts(line, FiscalPhase.ADVANCE, share)
        ]
        self.put_back(parts)
        return [*parts, *self.capture_for_nothing(amount - applied)]

    def capture_for_nothing(self, amount: int) -> Sequence[FiscalPart]:
        """Enter money that no line has a use for."""
        parts = self._parts(NO_GOODS, FiscalPhase.ADVANCE, amount)
        self.put_back(parts)
        return parts

    def for_nothing(self) -> Sequence[FiscalPart]:
        """Return the money that no line has a use for."""
        return self._parts(NO_GOODS, FiscalPhase.ADVANCE, self._sums[NO_GOODS, FiscalPhase.ADVANCE])

    def delivery(self, most: int | None = None) -> Sequence[FiscalPart]:
        """Return what is paid in advance for the delivery, at most so much."""
        paid = self._sums[DELIVERY, FiscalPhase.ADVANCE]
        amount = paid if most is None else min(paid, most)
        return self._parts(DELIVERY, FiscalPhase.ADVANCE, amount)

    def advances(self) -> Sequence[FiscalPart]:
        """Return all that is paid in advance."""
        return self._of_phase(FiscalPhase.ADVANCE)

    @property
    def due(self) -> int:
        """Return what is left to pay."""
        return sum(self._due(line) for line in self._lines)

    def settle(self, parts: Sequence[FiscalPart]) -> Sequence[FiscalPart]:
        """Move parts from paid in advance to settled; return them as settled.

        A part of the sum was spread over all lines. If some of them stay behind, what they have is
        for those that are handed over. What was paid elsewhere is settled elsewhere.
        """
        handed: dict[int, list[FiscalPart]] = {}
        for each in parts:
            handed.setdefault(each.line, []).append(each)
        for line, those in handed.items():
            self._fill(line, sum_of(those), handed)
        covered = [part for line, those in handed.items() for part in self._covered(line, those)]
        settled = [structs.replace(each, phase=FiscalPhase.SETTLED) for each in covered]
        self._take(covered)
        self.put_back(settled)
        return settled

    def _fill(self, line: int, needed: int, handed: Collection[int]) -> None:
        """Move to a line what it lacks from those of which nothing is handed over."""
        for other in (*self._lines, NO_GOODS):
            if other in handed:
                continue
            lacks = needed - self._sums[line, FiscalPhase.ADVANCE]
            moved = min(max(lacks, 0), self._sums[other, FiscalPhase.ADVANCE])
            self._sums[other, FiscalPhase.ADVANCE] -= moved
            self._sums[line, FiscalPhase.ADVANCE] += moved

    def _covered(self, line: int, parts: Sequence[FiscalPart]) -> Sequence[FiscalPart]:
        """Return parts of a line as far as they are paid in advance here."""
        paid = self._sums[line, FiscalPhase.ADVANCE]
        if sum_of(parts) <= paid:
            return parts
        units = sum(each.quantity for each in parts)
        return part_of_sum(line, FiscalPhase.ADVANCE, paid, units)

    def reverse(self, settled: Sequence[FiscalPart]) -> None:
        """Move settled parts back to paid in advance."""
        self._take(settled)
        self.put_back([structs.replace(each, phase=FiscalPhase.ADVANCE) for each in settled])

    def take(self, amount: int, expected: Sequence[FiscalPart]) -> Sequence[FiscalPart]:
        """Take the sum of a refund out, of what it is expected to be of.

        Where that is another sum, or not here any more, it is spread over what is paid in advance,
        then over what is settled.
        """
        is_so = sum_of(expected) == amount and self._has(expected)
        parts = expected if is_so else self._spread(amount)
        self._take(parts)
        return tuple(parts)

    def put_back(self, parts: Sequence[FiscalPart]) -> None:
        """Enter parts that are here from now on."""
        for each in parts:
            self._sums[each.line, each.phase] += each.amount

    def _take(self, parts: Sequence[FiscalPart]) -> None:
        for each in parts:
            self._sums[each.line, each.phase] -= each.amount
        assert min(self._sums.values()) >= 0, self._sums

    def _has(self, parts: Sequence[FiscalPart]) -> bool:
        sums: dict[tuple[int, FiscalPhase], int] = {}
        for each in parts:
            sums[each.line, each.phase] = sums.get((each.line, each.phase), 0) + each.amount
        return all(self._sums[key] >= amount for key, amount in sums.items())

    def _spread(self, amount: int) -> Sequence[FiscalPart]:
        parts: list[FiscalPart] = []
        for phase in _PHASES:
            sums = {line: n for (line, of), n in self._sums.items() if of is phase and n}
            part = min(amount, sum(sums.values()))
            if part:
                shares = spread(part, tuple(sums.values()))
                for line, share in zip(sums, shares, strict=True):
                    parts += self._parts(line, phase, share)
            amount -= part
        assert not amount, (amount, self._sums)
        return parts

    def _of_phase(self, phase: FiscalPhase) -> Sequence[FiscalPart]:
        return [
            part
            for line in (*self._lines, NO_GOODS)
            for part in self._parts(line, phase, self._sums[line, phase])
        ]

    def _due(self, line: int) -> int:
        return self._price[line] - sum(self._sums[line, phase] for phase in _PHASES)

    def _parts(self, line: int, phase: FiscalPhase, amount: int) -> Sequence[FiscalPart]:
        return part_of_sum(line, phase, amount, self._units.get(line, 1))
