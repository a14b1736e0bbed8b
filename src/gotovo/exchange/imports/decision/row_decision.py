"""What becomes of a row: new steps of its order, nothing new, or a rejection.

Rows are decided one after the other, each against what the rows before it have made of its order,
so that a row is written whole or not at all.
"""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from gotovo.engine.ports import Journal
from gotovo.exchange.imports.decision.differences import Difference, field_of, first_difference
from gotovo.exchange.imports.decision.known_orders import KnownOrder, KnownOrders
from gotovo.exchange.imports.files.row import ImportRow, Rejection
from gotovo.exchange.imports.identifiers import command_id_of, customer_of, number_of
from gotovo.exchange.imports.order_steps import ImportStep, OrderIdentity, steps_of
from gotovo.exchange.imports.preflight import (
    PreflightContext,
    RefusedStep,
    importer_of,
    preflight,
)
from gotovo.exchange.imports.record import ImportedOrder, parse_order
from gotovo.exchange.imports.source import Source
from gotovo.exchange.imports.sums import UnfitSums
from gotovo.order.refusals import Refusal
from gotovo.order.values.order import Attention
from gotovo.words.imports.row_errors import RowError, RowErrorCode

TRIES_FOR_A_NUMBER = 5
"""Derived numbers collide about once in a million orders; five in a row are a defect."""


class DecidedRow(Struct, frozen=True):
    """A row with the steps that are to be written, or with its rejection.

    `steps` are those that change the order; without any, the row is already present.
    """

    row: ImportRow
    rejection: Rejection | None = None
    external_id: str = ""
    number: str = ""
    steps: tuple[ImportStep, ...] = ()
    attention: tuple[Attention, ...] = ()

    @property
    def is_new(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.steps)


class RowDecisions:
    """Decides the rows of one import in the order of the file."""

    def __init__(
        self,
        source: Source,
        journal: Journal,
        lane_of: Callable[[str], int],
        context: PreflightContext,
        known: KnownOrders,
    ) -> None:
        self._source = source
        self._journal = journal
        self._lane_of = lane_of
        self._context = context
        self._known = known

    async def decide(self, group: Sequence[ImportRow], warehouse: str) -> list[DecidedRow]:
        """Decide a group of rows; only reading the stored orders waits."""
        parsed = [row.rejection or parse_order(row, self._source.reading) for row in group]
        orders = [x for x in parsed if isinstance(x, ImportedOrder)]
        await self._known.load([x.external_id for x in orders])
        numbers = await self._free_numbers(orders)
        decided: list[DecidedRow] = []
        for row, x in zip(group, parsed, strict=True):
            if isinstance(x, Rejection):
                decided.append(DecidedRow(row, x))
            else:
                decided.append(
                    self._decided(row, x, numbers.get((x.external_id, x.customer), ""), warehouse)
                )
        return decided

    async def _free_numbers(self, orders: Sequence[ImportedOrder]) -> dict[tuple[str, str], str]:
        """Return a number for each external id that has no order yet, by id and customer.

        Two rows of one order may name two customers, and the number says whose it is.
        """
        unnumbered = {
            (x.external_id, x.customer): x for x in orders if not self._known.get(x.external_id)
        }
        chosen: dict[tuple[str, str], str] = {}
        for attempt in range(TRIES_FOR_A_NUMBER):
            tried = {self._number(x, attempt): key for key, x in unnumbered.items()}
            taken = await self._taken(tuple(tried))
            free = {key: number for number, key in tried.items() if number not in taken}
            chosen |= free
            unnumbered = {key: x for key, x in unnumbered.items() if key not in free}
            if not unnumbered:
                break
        return chosen

    async def _taken(self, numbers: Sequence[str]) -> set[str]:
        by_lane: dict[int, list[str]] = {}
        for number in numbers:
            by_lane.setdefault(self._lane_of(number), []).append(number)
        taken: set[str] = set()
        for lane, of_lane in by_lane.items():
            taken |= set((await self._journal.load(lane, of_lane, [], [])).orders)
        return taken

    def _number(self, x: ImportedOrder, attempt: int) -> str:
        secret, namespace = self._context.secret, self._source.profile.namespace
        customer = customer_of(secret, namespace, x.customer, x.external_id)
        return number_of(secret, namespace, x.external_id, customer, attempt)

    def _decided(
        self, row: ImportRow, x: ImportedOrder, free_number: str, warehouse: str
    ) -> DecidedRow:
        known = self._known.get(x.external_id)
        number = known.order.number if known else free_number
        columns = self._source.profile.columns
        if not number:
            error = RowError(RowErrorCode.FREE_NUMBER)
            return DecidedRow(row, Rejection(columns["external_id"], x.external_id, error))
        try:
            steps = self._steps(x, number, warehouse)
        except UnfitSums as unfit:
            return DecidedRow(row, _rejection(unfit.name, unfit.error, row, columns))
        before = known.taken if known else {}
        pairs = [(step, before[id_]) for id_, step in steps if id_ in before]
        difference = first_difference(pairs, columns)
        if known is not None and difference is not None:
            return DecidedRow(row, _differing(difference, known.line, row, columns))
        ahead = {id_: step for id_, step in steps if id_ not in before}
        actor = importer_of(self._source.profile.shop)
        end = preflight(number, known.order if known else None, ahead, actor, self._context)
        if isinstance(end, RefusedStep):
            return DecidedRow(row, refused(end.step, end.refusal, row, columns))
        order, taken = end
        self._known.put(x.external_id, KnownOrder(order, {**before, **taken}, row.line))
        new = tuple(ahead[id_] for id_ in taken)
        return DecidedRow(row, None, x.external_id, number, new, order.attention)

    def _steps(self, x: ImportedOrder, number: str, warehouse: str) -> list[tuple[str, ImportStep]]:
        """Return the steps of a row, each with its command id."""
        profile, secret = self._source.profile, self._context.secret
        namespace = profile.namespace
        customer = customer_of(secret, namespace, x.customer, x.external_id)
        identity = OrderIdentity(number, customer, profile.origin, warehouse, profile.shop)
        steps = steps_of(x, identity)
        return [(str(command_id_of(namespace, x.external_id, step)), step) for step in steps]


def refused(
    step: ImportStep, refusal: Refusal, row: ImportRow, columns: Mapping[str, str]
) -> Rejection:
    """Return why a step was refused, with the column that it is made from."""
    column = columns.get(field_of(step), field_of(step))
    value = row.values.get(column, "").strip() or refusal.value
    return Rejection(column, value, refusal)


def _differing(
    difference: Difference, line: int, row: ImportRow, columns: Mapping[str, str]
) -> Rejection:
    """Return what is different, and from what: a row of this file, or an earlier import."""
    if difference.before:
        code = RowErrorCode.DIFFERS_FROM_LINE if line else RowErrorCode.DIFFERS_FROM_IMPORTED
    else:
        code = RowErrorCode.OTHER_CUSTOMER_IN_LINE if line else RowErrorCode.OTHER_CUSTOMER
    values = {"line": str(line), "before": difference.before}
    return _rejection(difference.name, RowError(code, values), row, columns)


def _rejection(name: str, error: RowError, row: ImportRow, columns: Mapping[str, str]) -> Rejection:
    column = columns.get(name, name)
    return Rejection(column, row.values.get(column, "").strip(), error)
