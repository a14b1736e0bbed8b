"""Expansion of order templates into rows: the rows of a template are copied for every order.

What differs from order to order is as long as its placeholder, so a row is its template's row with
the placeholders exchanged. Hashes are made anew, each over what really stands in the row.
"""

from binascii import b2a_base64
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import accumulate

import msgspec
from msgspec import Struct

from gotovo.bench.fill.binary_rows import COMMAND, EVENT, INT4, INT8, ORDERS, REFUND, field
from gotovo.bench.fill.customers import OrderOwner
from gotovo.bench.fill.templates import CUSTOMER, DIGEST, NUMBER, Answer, OrderTemplate
from gotovo.order.replay import Recorded
from gotovo.order.values.chain import GENESIS, head_of
from gotovo.store.journal.order_columns import order_row, refund_rows

StockTotals = Counter[tuple[str, str, str]]
"""Units by warehouse, sku and what they change: `on_hand` or `reserved`."""

_NUMBER, _CUSTOMER, _DIGEST = NUMBER.encode(), CUSTOMER.encode(), DIGEST.encode()
_DIGITS = bytes.fromhex(NUMBER)
_LANE = 0
_HOME = b"\0\0\0\2"
_POSITION = b"\0\0\0\x08"
_HASH = b"\0\0\0\x20"
_FINGERPRINT = bytes(16)


class CopyRows(Struct, frozen=True):
    """The rows of a block, ready to be copied, in the order of `TABLES`, and what they move."""

    data: tuple[bytes, bytes, bytes, bytes]
    moved: StockTotals


class TemplateExpansion:
    """A block of orders: several templates, and whoever orders from each."""

    def __init__(
        self,
        templates: Sequence[tuple[OrderTemplate, Sequence[OrderOwner]]],
        answers_since: datetime,
    ) -> None:
        """Answers to commands are kept from an instant on, as in the program."""
        self._moulds = templates
        self._answers_since = answers_since

    @property
    def events(self) -> int:
        """Return how many events the block has."""
        return sum(len(template.events) * len(people) for template, people in self._moulds)

    def expand(self, first_position: int) -> CopyRows:
        """Return all rows; events stand in the feed in the order in which they were recorded."""
        slots = [
            _EventTemplate(event, len(people), bucket, place)
            for bucket, (template, people) in enumerate(self._moulds)
            for place, event in enumerate(template.events)
        ]
        in_time = sorted(slots, key=lambda slot: slot.recorded_at)
        ends = accumulate((slot.copies for slot in in_time), initial=first_position)
        for slot, first in zip(in_time, ends, strict=False):
            slot.first_position = first
        orders: list[bytes] = []
        refunds: list[bytes] = []
        answers: list[bytes] = []
        moved: StockTotals = Counter()
        for bucket, (template, people) in enumerate(self._moulds):
            heads = _expand_events([s for s in slots if s.bucket == bucket], people)
            orders += _expand_orders(template, people, heads)
            refunds += _expand_refunds(template, people)
            answers += _expand_commands(template.answers, people, self._answers_since)
            _count(moved, template, len(people))
        events = b"".join([row for slot in in_time for row in slot.rows])
        data = (b"".join(orders), events, b"".join(refunds), b"".join(answers))
        return CopyRows(data, moved)


class _EventTemplate:
    """One event of a template, and the rows that are expand from it."""

    def __init__(self, event: Recorded, copies: int, bucket: int, place: int) -> None:
        self.bucket = bucket
        self.copies = copies
        self.recorded_at = (event.recorded_at, place)
        self.first_position = 0
        self.rows: list[bytes] = []
        head = head_of(
            NUMBER, event.version, event.at, event.recorded_at, event.actor, event.command_id
        )
        hashed = b"\n%b\n%b" % (head.encode(), event.body)
        self.pieces = hashed.split(_NUMBER)
        self.is_first = event.version == 1
        self.body_from = len(hashed) - len(event.body)
        command_id = bytes.fromhex(event.command_id.replace("-", ""))
        assert command_id.endswith(_DIGITS)
        self.before_digits = INT4.pack(len(command_id)) + command_id[: -len(_DIGITS)]
        self.event = event

    def tail(self) -> bytes:
        """Return the fields that all rows have in common; they stand behind the hash."""
        event = self.event
        row = {
            "version": event.version,
            "lane": _LANE,
            "type": event.type,
            "at": event.at,
            "recorded_at": event.recorded_at,
            "actor": event.actor,
        }
        return EVENT.fields(row, EVENT.after("hash"))


def _expand_events(slots: Sequence[_EventTemplate], people: Sequence[OrderOwner]) -> list[bytes]:
    """Cast the events of one template into its slots, and return the last hash of each order."""
    ready = [
        (slot.pieces, slot.is_first, slot.body_from, slot.before_digits, slot.tail(), slot.rows)
        for slot in slots
    ]
    firsts = [slot.first_position for slot in slots]
    begin, pack, heads = EVENT.count + _HOME, INT8.pack, list[bytes]()
    pack_length = INT4.pack
    for copy, who in enumerate(people):
        number, digits = who.number, who.digits
        key = b"%b%b\0\0\0\x0c%b%b" % (begin, who.home, number, _POSITION)
        hash_ = GENESIS
        for (pieces, is_first, body_from, before, tail, rows), first in zip(
            ready, firsts, strict=True
        ):
            hashed = number.join(pieces)
            if is_first:
                hashed = hashed.replace(_CUSTOMER, who.customer).replace(_DIGEST, who.digest)
            body = hashed[body_from:]
            hash_ = sha256(hash_ + hashed).digest()
            length = pack_length(len(body))
            position = pack(first + copy)
            rows.append(b"".join((key, position, before, digits, length, body, _HASH, hash_, tail)))
        heads.append(hash_)
    return heads


def _expand_orders(
    template: OrderTemplate, people: Sequence[OrderOwner], heads: Sequence[bytes]
) -> list[bytes]:
    row = order_row(template.order) | {"state": msgspec.json.encode(template.order)}
    head = template.order.head
    head_text = b2a_base64(head, newline=False)
    pieces = ORDERS.fields(row, ORDERS.after("contact")).split(_NUMBER)
    begin = ORDERS.count + _HOME
    return [
        b"%b%b%b%b"
        % (
            begin,
            who.home,
            who.contact,
            who.number.join(pieces)
            .replace(_CUSTOMER, who.customer)
            .replace(head, last)
            .replace(head_text, b2a_base64(last, newline=False)),
        )
        for who, last in zip(people, heads, strict=True)
    ]


def _expand_refunds(template: OrderTemplate, people: Sequence[OrderOwner]) -> Iterable[bytes]:
    begin = REFUND.count + _HOME
    for row in refund_rows(template.order):
        pieces = REFUND.fields(row, REFUND.after("home")).split(_NUMBER)
        for who in people:
            yield begin + who.home + who.number.join(pieces)


def _expand_commands(
    answers: Iterable[Answer], people: Sequence[OrderOwner], since: datetime
) -> Iterable[bytes]:
    begin = COMMAND.count + _HOME
    for answer in answers:
        if answer.at < since:
            continue
        row = {
            "number": NUMBER,
            "fingerprint": _FINGERPRINT,
            "kind": "done",
            "refusal": None,
            "version": answer.version,
            "recorded_at": answer.at,
        }
        pieces = COMMAND.fields(row, COMMAND.after("id")).split(_NUMBER)
        id_ = field("uuid", answer.command_id)[: -len(_DIGITS)]
        for who in people:
            yield b"%b%b%b%b%b" % (begin, who.home, id_, who.digits, who.number.join(pieces))


def _count(moved: StockTotals, template: OrderTemplate, copies: int) -> None:
    for x in template.moved:
        moved[x.warehouse, x.sku, "on_hand"] += x.on_hand * copies
        moved[x.warehouse, x.sku, "reserved"] += x.reserved * copies
