"""Decides a batch: facts in, one commit and its results out.

Pure: no I/O, no clock, no randomness. Commands of one order are decided in order of arrival, each
against the state that the one before it left. All of a batch share one view of the stock, and an
order that loses a race is decided again: no unit is sold twice (rule 4.9).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import structs

from gotovo.engine.batch_reads import named_identity
from gotovo.engine.fingerprints import is_same_request
from gotovo.engine.ports import (
    Batch,
    BatchFacts,
    CommandIdReused,
    IdempotencyRecord,
    IdentityClaim,
    InvalidSubmission,
    OrderUpdate,
    Places,
    Sku,
    SkuLevel,
)
from gotovo.engine.submission import ResultKind, Submission, SubmissionResult
from gotovo.engine.working.order_texts import WorkingTexts
from gotovo.engine.working.point_load import WorkingLoad
from gotovo.engine.working.stock_view import WorkingStock
from gotovo.keyring.keyring import Keys
from gotovo.order.checks.shop_check import of_another_shop
from gotovo.order.decide import decide
from gotovo.order.facts import Decision, Facts, OrderTerms, World
from gotovo.order.refusals import Code
from gotovo.order.replay import Recorded, record
from gotovo.order.steps.contact_erasure import ContactErased
from gotovo.order.steps.phone_change import PhoneChanged
from gotovo.order.steps.placement import Place, claimed_identity
from gotovo.order.steps.redirection import DeliveryChanged
from gotovo.order.stock_movements import StockMovement, movements
from gotovo.order.values.actor import DEFAULT_SHOP
from gotovo.order.values.customer import Contact, home_of_customer
from gotovo.order.values.number import home_of
from gotovo.order.values.order import Order
from gotovo.order.values.texts.order_text import NO_TEXT
from gotovo.value import Value

_CHANGE_CONTACT = frozenset({ContactErased, DeliveryChanged, PhoneChanged})


class Rules(Value, frozen=True):
    """Settings of every batch: the customer's key, the terms, and the keys of codes.

    `codes` and `customers` are asked for every batch, so that a new version of the secret is used
    at once; without them `secret` is the key of both.
    """

    secret: bytes
    terms: OrderTerms = OrderTerms()
    codes: Callable[[], Keys] | None = None
    customers: Callable[[], Keys] | None = None


class Repetition(Value, frozen=True):
    """The command was committed before this batch: its result is that of the first time."""

    record: IdempotencyRecord


Result = SubmissionResult | Repetition | Exception
"""The result of one submission; an exception fails this one alone."""


class DecidedBatch(Value, frozen=True):
    """One commit, and the results in the order of the submissions; true once it is committed.

    `moved` is by how many orders the load of each point changes.
    """

    batch: Batch
    results: Sequence[Result]
    moved: Mapping[str, int]


def decide_batch(
    lane: int,
    submissions: Sequence[Submission],
    *,
    facts: BatchFacts,
    levels: Mapping[Sku, SkuLevel],
    held: Mapping[str, int],
    places: Places,
    rules: Rules,
    now: datetime,
    seed: bytes,
) -> DecidedBatch:
    """Decide the submissions one after the other; `now` is when they are recorded, in UTC.

    `held` counts the orders that points hold. `seed` are random bytes that no other batch has.
    """
    texts = WorkingTexts(seed, facts.texts)
    deciding = _Deciding(facts, levels, held, places=places, rules=rules, now=now, texts=texts)
    results = [deciding.result_of(submission) for submission in submissions]
    return DecidedBatch(deciding.batch(lane), results, deciding.load.moved)


class _Working:
    """One order while the batch is being decided."""

    __slots__ = ("contact", "erased", "events", "expected", "expected_hash", "moved", "order")

    def __init__(self, order: Order | None, contact: Contact | None) -> None:
        self.order = order
        self.contact = contact
        self.expected = order.version if order else 0
        self.expected_hash = order.last_hash if order else b""
        self.events: list[Recorded] = []
        self.erased = False
        self.moved = False

    def change_contact(self, submission: Submission, decision: Decision) -> None:
        """Forget the contact, or give it the address of a redirection or another phone."""
        if any(isinstance(event, ContactErased) for event in decision.events):
            self.contact, self.erased = None, True
        if any(isinstance(x, DeliveryChanged) and x.contact_digest for x in decision.events):
            assert self.contact is not None, submission.number
            assert submission.address is not None, submission.number
            self.contact = structs.replace(
                self.contact, address=submission.address, postcode=submission.postcode
            )
            self.moved = True
        if any(isinstance(event, PhoneChanged) for event in decision.events):
            assert self.contact is not None, submission.number
            assert submission.phone is not None, submission.number
            self.contact = structs.replace(self.contact, phone=submission.phone)
            self.moved = True


class _Deciding:
    """The state of a batch between its commands."""

    def __init__(
        self,
        facts: BatchFacts,
        levels: Mapping[Sku, SkuLevel],
        held: Mapping[str, int],
        *,
        places: Places,
        rules: Rules,
        now: datetime,
        texts: WorkingTexts,
    ) -> None:
        self._batch_facts = facts
        self._texts = texts
        self._stock = WorkingStock(levels)
        points, warehouses = places
        self.load = WorkingLoad(held, points)
        codes = None if rules.codes is None else rules.codes()
        secret = rules.secret if rules.customers is None else rules.customers().key
        self._world = World(points, warehouses, self._stock, secret, rules.terms, self.load, codes)
        self._now = now
        self._working: dict[str, _Working] = {}
        self._holders = dict(facts.holders)
        self._claims: list[IdentityClaim] = []
        self._records: dict[object, tuple[IdempotencyRecord, SubmissionResult]] = {}

    def result_of(self, submission: Submission) -> Result:
        command_id = submission.command_id
        earlier = self._batch_facts.records.get(command_id)
        if earlier is not None:
            is_same = _same(submission, earlier)
            return Repetition(earlier) if is_same else CommandIdReused(command_id)
        first = self._records.get(command_id)
        if first is not None:
            known, result = first
            if _same(submission, known):
                return structs.replace(result, repeated=True, fingerprint=known.fingerprint)
            return CommandIdReused(command_id)
        try:
            return self._decided(submission)
        except Exception as error:  # noqa: BLE001  (an error must not fail other commands)
            return error

    def batch(self, lane: int) -> Batch:
        """Return the commit; orders stand in order of number, as locks have to be taken."""
        updates = [
            OrderUpdate(
                x.order,
                x.expected,
                x.expected_hash,
                tuple(x.events),
                x.contact,
                x.erased,
                x.moved,
                self._texts.written(number),
            )
            for number, x in sorted(self._working.items())
            if x.order is not None and x.events
        ]
        records = [each for each, _ in self._records.values()]
        return Batch(lane, updates, records, self._stock.summed(), self._claims)

    def _decided(self, submission: Submission) -> SubmissionResult:
        _check_home(submission)
        working = self._order(submission.number)
        before = working.order
        client_time = submission.at is not None
        at = self._at(submission, before)
        command_id = str(submission.command_id)
        identity = named_identity(submission)
        holder = "" if identity is None else self._holders.get(identity, "")
        text = self._texts.typed(submission)
        facts = Facts(
            self._world,
            submission.actor,
            command_id,
            at,
            self._now,
            client_time,
            working.contact if before else submission.contact,
            submission.address,
            submission.postcode,
            submission.phone,
            holder,
            self._shop_of(holder),
            NO_TEXT if text is None else text.digest,
        )
        decision = decide(before, submission.command, facts)
        order = self._recorded(submission, working, decision, facts)
        if text is not None:
            self._texts.record(submission.number, text, decision.events)
        if identity is not None and identity in map(claimed_identity, decision.events):
            self._holders[identity] = submission.number
            self._claims.append(IdentityClaim(identity, submission.number))
        return self._result(submission, working, order, decision)

    def _order(self, number: str) -> _Working:
        working = self._working.get(number)
        if working is None:
            stored = self._batch_facts.orders.get(number)
            working = _Working(stored.order, stored.contact) if stored else _Working(None, None)
            self._working[number] = working
        return working

    def _shop_of(self, holder: str) -> str:
        """Return the shop of the order that has an identity; the default one where nobody has."""
        order = self._order(holder).order if holder else None
        return DEFAULT_SHOP if order is None else order.shop

    def _at(self, submission: Submission, order: Order | None) -> datetime:
        """Return when it happened: as submitted, or now but never before the order's last step."""
        at = submission.at
        if at is not None:
            return at if at.tzinfo is UTC else at.astimezone(UTC)
        return max(self._now, order.last_at) if order else self._now

    def _recorded(
        self, submission: Submission, working: _Working, decision: Decision, facts: Facts
    ) -> Order | None:
        """Record the events; the working state changes only when all of them could be recorded."""
        order = working.order
        if not decision.events:
            return order
        actor = f"{facts.actor.role}:{facts.actor.id}"
        at = decision.at or facts.at
        events: list[Recorded] = []
        moved: list[StockMovement] = []
        for event in decision.events:
            if order is not None:
                moved += movements(order, event)
            recorded, order = record(
                order, event, submission.number, at, facts.now, actor, facts.command_id
            )
            events.append(recorded)
        if working.order is None:
            working.contact = submission.contact
        if not _CHANGE_CONTACT.isdisjoint(map(type, decision.events)):
            working.change_contact(submission, decision)
            if any(isinstance(event, ContactErased) for event in decision.events):
                self._texts.forget(submission.number)
        self.load.move(working.order, order)
        working.order = order
        working.events += events
        self._stock.move(moved)
        return order

    def _result(
        self, submission: Submission, working: _Working, order: Order | None, decision: Decision
    ) -> SubmissionResult:
        if decision.refusal is not None:
            kind = ResultKind.REFUSED
        else:
            kind = ResultKind.DONE if decision.events else ResultKind.ALREADY_DONE
        contact = working.contact
        if decision.refusal is not None and (
            decision.refusal.code is Code.UNKNOWN_ORDER or of_another_shop(order, submission.actor)
        ):
            order = contact = None  # To this actor there is no such order (rule 4.18).
        version = order.version if order else 0
        number, command_id = submission.number, submission.command_id
        result = SubmissionResult(
            command_id,
            number,
            kind,
            version,
            decision.refusal,
            order,
            contact,
            fingerprint=submission.fingerprint,
        )
        record = IdempotencyRecord(
            command_id,
            number,
            submission.fingerprint,
            kind,
            version,
            decision.refusal,
            self._now,
        )
        self._records[command_id] = (record, result)
        return result


def _check_home(submission: Submission) -> None:
    """Raise InvalidSubmission where a new order would not have the home of its customer."""
    command, number = submission.command, submission.number
    if isinstance(command, Place) and home_of_customer(command.customer) != home_of(number):
        raise InvalidSubmission(number, command.customer)


def _same(submission: Submission, record: IdempotencyRecord) -> bool:
    """Return whether it is the same request: a repeated placement may have drawn another number."""
    if not is_same_request(submission.fingerprint, record.fingerprint):
        return False
    return submission.number == record.number or isinstance(submission.command, Place)
