"""What the model remembers of an order, and the bookkeeping that its rules have in common."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

RETURN_WITHIN = timedelta(days=7)

Units = dict[int, int]
"""How many units of which line, lines counted from 0."""


@dataclass
class Box:
    """What holds units, and where it is.

    `where` is one of packed, van, point, shelf, door, buyer, waiting (to be sent back),
    returning, back, gone. `kind` is out, refused (left at the desk) or returned.
    """

    units: Units
    where: str = "packed"
    kind: str = "out"

    @property
    def coming(self) -> bool:
        """Whether it is still to be looked at in the warehouse."""
        return self.where in {"waiting", "returning"}


@dataclass
class Refund:
    """Money on its way back, and what for."""

    amount: int
    why: str
    state: str = "started"


@dataclass
class Shelves:
    """The goods of the warehouse: on hand, and how many of them are spoken for."""

    on_hand: Counter[str]
    reserved: Counter[str] = field(default_factory=Counter[str])
    at_first: dict[str, int] = field(default_factory=dict[str, int])


@dataclass
class Record:
    """One order as far as anybody can know it."""

    goods: Shelves
    lines: list[tuple[str, int, int]]
    place: str
    asks: dict[str, str]
    pay_until: datetime
    status: str = "awaiting_payment"
    outcome: str = ""
    reason: str = ""
    picking: bool = False
    boxes: list[Box] = field(default_factory=list[Box])
    payments: set[str] = field(default_factory=set[str])
    captured: int = 0
    refunds: list[Refund] = field(default_factory=list[Refund])
    held: Units = field(default_factory=dict[int, int])
    claim: Units = field(default_factory=dict[int, int])
    courier: str = ""
    called: bool = False
    code: int = 1
    wrong: int = 0
    spent: int = 0
    sent: int = 0
    sent_alive: bool = False
    disputed: bool = False
    handing: datetime | None = None
    handing_to_sent: bool = False
    deadline: datetime | None = None
    term: timedelta = timedelta()
    extended: bool = False
    issued_at: datetime | None = None
    door: str = ""

    @property
    def total(self) -> int:
        return sum(quantity * price for _, quantity, price in self.lines)

    @property
    def open(self) -> bool:
        return self.status != "closed"

    def value(self, units: Units) -> int:
        return sum(self.lines[line][2] * n for line, n in units.items())

    def outgoing(self) -> list[Box]:
        return [box for box in self.boxes if box.kind == "out"]

    def outside(self) -> Counter[str]:
        """Return the units that are neither in the warehouse nor on their way out of it."""
        found: Counter[str] = Counter()
        for box in self.boxes:
            if box.where in {"packed", "back"} or (box.kind == "out" and box.where == "buyer"):
                continue
            for line, n in box.units.items():
                found[self.lines[line][0]] += n
        for line, n in self.held.items():
            found[self.lines[line][0]] += n
        return found

    def named(self, which: int | None) -> list[Box]:
        return self.boxes if which is None else self.boxes[which : which + 1]

    def close(self, outcome: str, reason: str, refund: int) -> None:
        """Close the order; what never left is free again, and money goes back."""
        if outcome == "cancelled" and self.status in {"processing", "ready_for_pickup"}:
            gone: Counter[int] = Counter()
            for box in self.boxes:
                gone.update({} if box.where == "packed" else box.units)
            for line, (sku, quantity, _) in enumerate(self.lines):
                self.goods.reserved[sku] -= quantity - gone[line]
            self.boxes = [box for box in self.boxes if box.where != "packed"]
        self.status, self.outcome, self.reason = "closed", outcome, reason
        self.handing, self.handing_to_sent = None, False
        self.refund(refund, reason or "refused")

    def refund(self, amount: int, why: str) -> None:
        if amount:
            self.refunds.append(Refund(amount, why))

    def reserve(self) -> bool:
        wanted: Counter[str] = Counter()
        for sku, quantity, _ in self.lines:
            wanted[sku] += quantity
        free = self.goods.on_hand - self.goods.reserved
        if any(free[sku] < n for sku, n in wanted.items()):
            return False
        self.goods.reserved += wanted
        return True

    def take(self, box: Box) -> None:
        for line, n in box.units.items():
            self.goods.on_hand[self.lines[line][0]] -= n
            self.goods.reserved[self.lines[line][0]] -= n

    def put_back(self, box: Box) -> None:
        for line, n in box.units.items():
            self.goods.on_hand[self.lines[line][0]] += n

    def scanned(self, which: int | None, before: set[str], unscanned: set[str]) -> list[Box]:
        """Return the boxes that a scan moves; scans before it may have been left out.

        A scan of everything is of boxes that nobody scanned before only where there are no others.
        """
        boxes = self.named(which)
        if which is not None:
            return [box for box in boxes if box.where in before | unscanned]
        if boxes and all(box.where in unscanned for box in boxes):
            return boxes
        return [box for box in boxes if box.where in before]

    def bring(self, boxes: list[Box], where: str) -> bool:
        """Put the boxes somewhere; what was still packed has left the warehouse on the way."""
        for box in boxes:
            if box.where == "packed":
                self.take(box)
            box.where = where
        return bool(boxes)

    def all_on_shelf(self) -> bool:
        return bool(self.boxes) and all(box.where == "shelf" for box in self.boxes)

    def with_buyer(self) -> Units:
        return {line: n for line, n in self.held.items() if n}

    def has(self, units: Units) -> bool:
        return all(n <= self.held.get(line, 0) for line, n in units.items())

    def in_time(self, now: datetime) -> bool:
        return self.issued_at is not None and now <= self.issued_at + RETURN_WITHIN
