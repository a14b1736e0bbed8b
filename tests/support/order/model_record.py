"""What the model remembers of an order, and the bookkeeping that its rules have in common."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

RETURN_WITHIN = timedelta(days=7)
TAKEN_BACK_AT = "KZN-3"
"""The point where everything is brought back."""

Units = dict[int, int]
"""How many units of which line, lines counted from 0."""


OF_THE_BUYER = {"customer_request", "not_collected", "refused_at_desk"}
"""Reasons for which a delivery that has begun is paid for."""


def priced(
    lines: list[tuple[str, int, int]], fee: int, discount: int
) -> tuple[list[list[int]], int]:
    """Return the price of every unit of every line, and what is left to pay for delivery.

    Written as the rule says it, with fractions: each line's exact share of the discount, rounded
    down, and one more for those that were rounded most; the same again for the units of a line.
    """
    costs = [quantity * price for _, quantity, price in lines]
    goods = sum(costs)
    off = min(discount, goods)
    exact = [Fraction(off * cost, goods) if goods else Fraction(0) for cost in costs]
    shares = [int(share) for share in exact]
    most = sorted(range(len(lines)), key=lambda i: (shares[i] - exact[i], i))
    for i in most[: off - sum(shares)]:
        shares[i] += 1
    prices: list[list[int]] = []
    for (_, quantity, _), cost, share in zip(lines, costs, shares, strict=True):
        whole, rest = divmod(cost - share, quantity)
        prices.append([whole + 1] * rest + [whole] * (quantity - rest))
    return prices, fee - (discount - off)


def told_at(now: datetime) -> datetime:
    """Nobody is told anything from 21:00 to 09:00, and the time to come begins when they are."""
    if 9 <= now.hour < 21:
        return now
    morning = now.replace(hour=9, minute=0, second=0, microsecond=0)
    return morning if now.hour < 9 else morning + timedelta(days=1)


@dataclass
class Box:
    """What holds units, and where it is.

    `where` is one of packed, van, point, shelf, door, buyer, waiting (to be sent back),
    returning, back, gone, parts (all of it is here, some of it broken). `kind` is out, refused
    (left at the desk) or returned. `prices` are those of the units of a return that are still to
    come; `whole` and `broken` are what came of a box in parts.
    """

    units: Units
    where: str = "packed"
    kind: str = "out"
    prices: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    whole: Units = field(default_factory=dict[int, int])
    broken: Units = field(default_factory=dict[int, int])

    @property
    def coming(self) -> bool:
        """Whether it is still to be looked at in the warehouse."""
        return self.where in {"waiting", "returning"}


@dataclass
class Captured:
    """One payment: what took it, the point or a provider, and what is left of it."""

    by: str
    left: int
    currency: str


@dataclass
class Refund:
    """Money on its way back, what for, and out of which payments."""

    amount: int
    why: str
    state: str = "started"
    currency: str = "RUB"
    parts: list[tuple[Captured, int]] = field(default_factory=list[tuple[Captured, int]])
    has_failed: bool = False
    asked_for_money: bool = False
    is_by_hand: bool = False
    was_sent: bool = False
    was_rerouted: bool = False


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
    taken: dict[str, object] = field(default_factory=dict[str, object])
    """Whose each payment is, among all orders there are."""
    payments: dict[str, list[tuple[int, str]]] = field(
        default_factory=dict[str, list[tuple[int, str]]]
    )
    captured: int = 0
    purse: list[Captured] = field(default_factory=list[Captured])
    at_point: bool = False
    """It is paid when it is handed over, or before."""
    settled: bool = False
    """The whole of an order that is paid at the point was paid."""
    foreign: int = 0
    asks_for_money: bool = False
    is_contested: bool = False
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
    told: datetime | None = None
    """From when the time to come counts, unless the message came later or not at all."""
    begins: datetime | None = None
    unreached: bool = False
    was_reinstated: bool = False
    extended: bool = False
    issued_at: datetime | None = None
    closed_at: datetime | None = None
    door: str = ""
    fee: int = 0
    discount: int = 0
    fee_kept: int = 0
    prices: list[list[int]] = field(default_factory=list[list[int]])

    def __post_init__(self) -> None:
        self.prices, self.fee = priced(self.lines, self.fee, self.discount)
        self.total = self.fee + sum(map(sum, self.prices))

    @property
    def part(self) -> int:
        """What was paid of an open order and not sent back: all it costs, once that was paid."""
        if self.status == "awaiting_payment":
            return self.captured
        return self.left if self.is_due else self.total

    @property
    def left(self) -> int:
        """What was paid in roubles and is not on its way back."""
        back = (r.amount for r in self.refunds if r.currency == "RUB" and r.state != "called off")
        return self.captured - sum(back)

    @property
    def due(self) -> int:
        """What is left to pay, now or at the point."""
        is_awaited = self.status == "awaiting_payment" or self.is_due
        return max(0, self.total - self.left) if is_awaited else 0

    @property
    def is_due(self) -> bool:
        """Whether it goes on although it was not paid."""
        return self.at_point and self.open and not self.settled

    @property
    def open(self) -> bool:
        return self.status != "closed"

    def give_back(self, units: Units) -> dict[int, list[int]]:
        """Take these units from what the buyer pays for; return their prices."""
        taken = {line: self.prices[line][:n] for line, n in units.items()}
        for line, n in units.items():
            self.prices[line] = self.prices[line][n:]
        return taken

    def kept(self) -> int:
        """Return what stays with the shop: goods that the buyer has, and delivery."""
        if self.outcome in {"issued", "returned"}:
            return self.fee + sum(map(sum, self.prices))
        return self.fee_kept

    def outgoing(self) -> list[Box]:
        return [box for box in self.boxes if box.kind == "out"]

    def outside(self) -> Counter[str]:
        """Return the units that are neither in the warehouse nor on their way out of it."""
        found: Counter[str] = Counter()
        for box in self.boxes:
            if box.where in {"packed", "back"} or (box.kind == "out" and box.where == "buyer"):
                continue
            for line, n in box.units.items():
                found[self.lines[line][0]] += n - box.whole.get(line, 0)
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
        began = any(box.where != "packed" for box in self.boxes)
        if refund and began and reason in OF_THE_BUYER:
            self.fee_kept = min(self.fee, refund)
        self.status, self.outcome, self.reason = "closed", outcome, reason
        self.handing, self.handing_to_sent = None, False
        self.refund(refund - self.fee_kept, reason or "refused")

    def refund(self, amount: int, why: str, currency: str = "RUB") -> None:
        if amount:
            self.refunds.append(Refund(amount, why, currency=currency))

    @property
    def foreign_back(self) -> int:
        return sum(refund.amount for refund in self.refunds if refund.currency != "RUB")

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

    def unbox(self, box: Box, whole: Counter[int], broken: Counter[int]) -> int:
        """Take units out of a box that is on its way back; return what the buyer paid for them."""
        self.put_back(Box(dict(whole)))
        n = whole + broken
        paid = sum(sum(prices[: n[line]]) for line, prices in box.prices.items())
        box.prices = {line: prices[n[line] :] for line, prices in box.prices.items()}
        box.whole = dict(whole + Counter(box.whole))
        box.broken = dict(broken + Counter(box.broken))
        if box.where in {"waiting", "point", "shelf"}:
            box.where = "returning"
        if Counter(box.whole) + Counter(box.broken) == Counter(box.units):
            mixed = box.whole and box.broken
            box.where = "parts" if mixed else "back" if box.whole else "gone"
        return paid

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
