"""The input of a decision besides the order, and its result.

Facts are loaded first, then decided on: nothing here does I/O.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from gotovo.keyring.keyring import Keys, one_key
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import DEFAULT_SHOP, Actor
from gotovo.order.values.customer import Contact
from gotovo.order.values.help.service_hours import ServiceHours
from gotovo.order.values.texts.order_text import NO_TEXT, TextDigest
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse
from gotovo.value import Value


class AvailableStock(Protocol):
    """The stock after the commands that were decided earlier in the same batch."""

    def known(self, warehouse: str, sku: str) -> bool:
        """Return whether the warehouse has ever listed the sku."""
        ...

    def available(self, warehouse: str, sku: str) -> int:
        """Return the units on hand that nobody has reserved."""
        ...


class PointLoads(Protocol):
    """How full the points are, after the commands decided earlier in the same batch."""

    def held(self, point: str) -> int:
        """Return the orders on the shelves of a point or on their way there."""
        ...

    def nearest_with_room(self, point: Point, left: str = "") -> tuple[str, ...]:
        """Return the codes of the nearest points that have room, without the one to be left."""
        ...


class NothingHeld:
    """Points that hold nothing: for decisions that ask for no room, as of imported orders."""

    def held(self, point: str) -> int:
        """Return 0."""
        del point
        return 0

    def nearest_with_room(self, point: Point, left: str = "") -> tuple[str, ...]:
        """Return nothing."""
        del point, left
        return ()


_NOTHING_HELD = NothingHeld()


class OrderTerms(Value, frozen=True):
    """The network's terms; each is a setting (docs/reference/settings.md)."""

    payment_hours: int = 24
    late_payment_hours: int = 24
    pay_at_point_max: int = 0
    return_days: int = 7
    refund_days: int = 10
    rest_days: int = 7
    handover_minutes: int = 10
    without_code_max: int = 300_000
    not_refusable: tuple[str, ...] = ()
    correction_minutes: int = 15
    correction_hours: int = 72
    corrections_need_approval: bool = False
    clock_skew_seconds: int = 120
    backdate_hours: int = 72
    storage_starts_within_hours: int = 12
    help_answer_minutes: int = 120
    help_hours: ServiceHours = ServiceHours()


class World(Value, frozen=True):
    """What is the same for a whole batch of commands; `secret` is the customer's key."""

    points: Mapping[str, Point]
    warehouses: Mapping[str, Warehouse]
    goods: AvailableStock
    secret: bytes
    terms: OrderTerms = OrderTerms()
    load: PointLoads = _NOTHING_HELD
    codes: Keys | None = None

    @property
    def code_keys(self) -> Keys:
        """The keys of pick-up codes: the secret itself unless they have keys of their own."""
        return self.codes or one_key(self.secret)


class Facts(Value, frozen=True):
    """What is known about one command: its actor, when it happened, when it is recorded.

    `at` is for the history and the promise, and may have been told by the actor. Whether a code
    is valid, a deadline is over or a period still runs is decided by `now`, the server's clock
    (rule 4.15): nobody gains a right by telling another time. For the history of an imported
    order both are the time of its source.

    `client_time`: the client gave `at`, so it may contradict the history and is then recorded
    with a flag. Otherwise `at` is never before the order's last event. `contact` is how the
    buyer is reached so far, None once erased or never given; `address`, its `postcode` and a new
    `phone` came with the command, an empty address if nothing was written in it. None of them may
    be part of an event, only their keyed digest. `holder` is the number of the order that has the
    external id or the payment which the command names, empty while none has it, and
    `holder_shop` the shop of that order. `text_digest` is of the free text in the command: that
    digest may be part of an event, the text may not.
    """

    world: World
    actor: Actor
    command_id: str
    at: datetime
    now: datetime
    client_time: bool = False
    contact: Contact | None = None
    address: str | None = None
    postcode: str = ""
    phone: str | None = None
    holder: str = ""
    holder_shop: str = DEFAULT_SHOP
    text_digest: TextDigest = NO_TEXT

    @property
    def reported_late(self) -> bool:
        """Return whether it happened before it became known."""
        return self.at < self.now

    @property
    def known_at(self) -> datetime:
        """Return when it became known: what runs against a person starts then (rule 4.2).

        A time reported afterwards says when it happened and starts no deadline. `at` may be ahead
        of `now` by the clocks' skew.
        """
        return max(self.at, self.now)

    @property
    def circumstances(self) -> "Circumstances":
        """Return the part that guards depend on."""
        return Circumstances(self.actor, self.now, self.world.points, self.world.terms)


class Circumstances(Value, frozen=True):
    """What decides whether a step may be taken at all, whatever its command says.

    `now` is the server's instant at which `actor` takes the step, whatever time it tells.
    """

    actor: Actor
    now: datetime
    points: Mapping[str, Point]
    terms: OrderTerms


class Decision(Value, frozen=True):
    """Events to record, or a refusal, or neither: then it was already done.

    A refusal may come with events: a wrong code is counted although nothing was handed over.
    `at` is when the events happened where that is not the time of the command: a payment may be
    reported long after it was captured.
    """

    events: tuple[Struct, ...] = ()
    refusal: Refusal | None = None
    at: datetime | None = None


ALREADY_DONE = Decision()


def accept(*events: Struct) -> Decision:
    """Return the decision that these events happened."""
    return Decision(events)


def refuse(
    code: Code, field: str = "", value: object = "", expected: object = "", *events: Struct
) -> Decision:
    """Return a refusal that names the field, the value and what was expected."""
    return Decision(events, Refusal(code, field, str(value), str(expected)))
