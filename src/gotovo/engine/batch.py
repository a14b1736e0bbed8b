"""Deciding a batch: facts that were loaded go in, one commit and its outcomes come out.

Pure: no I/O, no clock, no chance. Commands of one order are decided in order of arrival, each
against the state that the one before it left.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import structs

from gotovo.engine.ports import (
    Answered,
    Batch,
    Change,
    CommandIdReused,
    ExternalId,
    Level,
    Loaded,
    Sku,
    WrongSubmission,
)
from gotovo.engine.stock_view import WorkingStock
from gotovo.engine.submission import Kind, Outcome, Submission
from gotovo.order.decide import decide
from gotovo.order.facts import Decision, Facts, Terms, World, refuse
from gotovo.order.refusals import Code
from gotovo.order.replay import Recorded, record
from gotovo.order.steps.contact_erasure import ContactErased
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.placement import Place, warehouse_for
from gotovo.order.steps.redirection import DeliveryChanged
from gotovo.order.stock_movements import Movement, movements
from gotovo.order.values.customer import Contact, home_of_customer
from gotovo.order.values.number import home_of
from gotovo.order.values.order import Order
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse
from gotovo.value import Value

Places = tuple[Mapping[str, Point], Mapping[str, Warehouse]]
"""The points and the warehouses of the network, by code."""

Directory = Callable[[], Places]
"""Gives the places as they are now; a batch is decided by one snapshot."""


class Rules(Value, frozen=True):
    """What is the same for every batch: the key that codes are derived from, and the terms."""

    secret: bytes
    terms: Terms = Terms()


class Earlier(Value, frozen=True):
    """The command was answered in a commit before this batch; that answer counts."""

    answered: Answered


Result = Outcome | Earlier | Exception
"""What became of one submission; an exception fails this one alone."""


class Decided(Value, frozen=True):
    """One commit, and the results in the order of the submissions; true once it is committed."""

    batch: Batch
    results: Sequence[Result]


def skus_of(submissions: Sequence[Submission], loaded: Loaded, places: Places) -> list[Sku]:
    """Return the stock rows that these commands will look at."""
    points, warehouses = places
    wanted: dict[Sku, None] = {}
    for submission in submissions:
        command = submission.command
        if isinstance(command, Place) and not command.carried_over:
            warehouse = warehouse_for(command, points, warehouses)
            for line in command.lines:
                wanted[Sku(warehouse, line.sku)] = None
        elif isinstance(command, Pay) and submission.number in loaded.standings:
            order = loaded.standings[submission.number].order
            for line in order.lines:
                wanted[Sku(order.warehouse, line.sku)] = None
    return list(wanted)


def external_id_of(submission: Submission) -> ExternalId | None:
    """Return the external id that this command would give to its order."""
    command = submission.command
    if isinstance(command, Place) and command.external_id:
        return ExternalId(home_of(submission.number), command.origin, command.external_id)
    return None


def decide_batch(
    lane: int,
    submissions: Sequence[Submission],
    *,
    loaded: Loaded,
    levels: Mapping[Sku, Level],
    places: Places,
    rules: Rules,
    now: datetime,
) -> Decided:
    """Decide the submissions one after the other; `now` is when they are recorded, in UTC."""
    deciding = _Deciding(loaded, levels, places, rules, now)
    results = [deciding.result_of(submission) for submission in submissions]
    return Decided(deciding.batch(lane), results)


class _Working:
    """One order while the batch is being decided."""

    __slots__ = ("contact", "erased", "events", "expected", "moved", "order")

    def __init__(self, order: Order | None, contact: Contact | None) -> None:
        self.order = order
        self.contact = contact
        self.expected = order.version if order else 0
        self.events: list[Recorded] = []
        self.erased = False
        self.moved = False


class _Deciding:
    """The state of a batch between its commands."""

    def __init__(
        self,
        loaded: Loaded,
        levels: Mapping[Sku, Level],
        places: Places,
        rules: Rules,
        now: datetime,
    ) -> None:
        self._loaded = loaded
        self._stock = WorkingStock(levels)
        points, warehouses = places
        self._world = World(points, warehouses, self._stock, rules.secret, rules.terms)
        self._now = now
        self._working: dict[str, _Working] = {}
        self._named = dict(loaded.named)
        self._answers: dict[object, tuple[Answered, Outcome]] = {}

    def result_of(self, submission: Submission) -> Result:
        command_id = submission.command_id
        earlier = self._loaded.answered.get(command_id)
        if earlier is not None:
            return Earlier(earlier) if _same(submission, earlier) else CommandIdReused(command_id)
        first = self._answers.get(command_id)
        if first is not None:
            answer, outcome = first
            if _same(submission, answer):
                return structs.replace(outcome, repeated=True)
            return CommandIdReused(command_id)
        try:
            return self._decided(submission)
        except Exception as error:  # noqa: BLE001  (a fault must not fail the neighbours)
            return error

    def batch(self, lane: int) -> Batch:
        """Return the commit; orders stand in order of number, as locks have to be taken."""
        changes = [
            Change(x.order, x.expected, tuple(x.events), x.contact, x.erased, x.moved)
            for _, x in sorted(self._working.items())
            if x.order is not None and x.events
        ]
        answers = [answer for answer, _ in self._answers.values()]
        return Batch(lane, changes, answers, self._stock.summed())

    def _decided(self, submission: Submission) -> Outcome:
        working = self._order(submission.number)
        before = working.order
        told = submission.at is not None
        at = self._at(submission, before)
        command_id = str(submission.command_id)
        facts = Facts(
            self._world,
            submission.actor,
            command_id,
            at,
            self._now,
            told,
            working.contact,
            submission.address,
        )
        decision = decide(before, submission.command, facts)
        if isinstance(submission.command, Place):
            decision = self._with_names(submission, decision)
        order = self._recorded(submission, working, decision, facts)
        return self._answer(submission, working, order, decision)

    def _order(self, number: str) -> _Working:
        working = self._working.get(number)
        if working is None:
            standing = self._loaded.standings.get(number)
            working = (
                _Working(standing.order, standing.contact) if standing else _Working(None, None)
            )
            self._working[number] = working
        return working

    def _at(self, submission: Submission, order: Order | None) -> datetime:
        """Return when it happened: as told, or now but never before the order's last step."""
        at = submission.at
        if at is not None:
            return at if at.tzinfo is UTC else at.astimezone(UTC)
        return max(self._now, order.last_at) if order else self._now

    def _with_names(self, submission: Submission, decision: Decision) -> Decision:
        """Refuse a placement whose external id another order bears."""
        command = submission.command
        if decision.refusal is not None or not isinstance(command, Place):
            return decision
        if home_of_customer(command.customer) != home_of(submission.number):
            raise WrongSubmission(submission.number, command.customer)
        name = external_id_of(submission)
        if name is None:
            return decision
        bearer = self._named.get(name)
        if bearer is None:
            return decision
        return refuse(Code.EXTERNAL_ID_TAKEN, "external_id", command.external_id, bearer)

    def _take_name(self, submission: Submission) -> None:
        name = external_id_of(submission)
        if name is not None:
            self._named[name] = submission.number

    def _recorded(
        self, submission: Submission, working: _Working, decision: Decision, facts: Facts
    ) -> Order | None:
        """Write the events down; the working state changes only when all of them could be."""
        order = working.order
        if not decision.events:
            return order
        actor = f"{facts.actor.role}:{facts.actor.id}"
        events: list[Recorded] = []
        moved: list[Movement] = []
        for event in decision.events:
            if order is not None:
                moved += movements(order, event)
            recorded, order = record(
                order, event, submission.number, facts.at, facts.now, actor, facts.command_id
            )
            events.append(recorded)
        if working.order is None:
            working.contact = submission.contact
            self._take_name(submission)
        if any(isinstance(event, ContactErased) for event in decision.events):
            working.contact, working.erased = None, True
        if any(isinstance(x, DeliveryChanged) and x.contact_digest for x in decision.events):
            assert working.contact is not None, submission.number
            working.contact = structs.replace(working.contact, address=submission.address)
            working.moved = True
        working.order = order
        working.events += events
        self._stock.move(moved)
        return order

    def _answer(
        self, submission: Submission, working: _Working, order: Order | None, decision: Decision
    ) -> Outcome:
        if decision.refusal is not None:
            kind = Kind.REFUSED
        else:
            kind = Kind.DONE if decision.events else Kind.ALREADY_DONE
        version = order.version if order else 0
        number, command_id = submission.number, submission.command_id
        outcome = Outcome(
            command_id, number, kind, version, decision.refusal, order, working.contact
        )
        answered = Answered(
            command_id,
            number,
            submission.fingerprint,
            kind,
            version,
            decision.refusal,
            self._now,
        )
        self._answers[command_id] = (answered, outcome)
        return outcome


def _same(submission: Submission, answer: Answered) -> bool:
    """Tell whether it is the same request: a repeated placement may have drawn another number."""
    if submission.fingerprint != answer.fingerprint:
        return False
    return submission.number == answer.number or isinstance(submission.command, Place)
