"""Expansion of order templates into rows: the rows of a template are copied for every order.

What differs from order to order is as long as its placeholder, so a row is the row of its template
with the placeholders replaced. Each hash is computed from the final contents of the row.
"""

from binascii import b2a_base64
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import accumulate, chain

import msgspec
from msgspec import Struct

from gotovo.bench.fill.binary_rows import (
    COMMAND,
    EVENT,
    IDENTITY,
    INT4,
    INT8,
    ORDERS,
    REFUND,
    field,
)
from gotovo.bench.fill.customers import OrderOwner
from gotovo.bench.fill.templates import CUSTOMER, DIGEST, NUMBER, CommandRecord, OrderTemplate
from gotovo.engine.ports import IdentityClaim
from gotovo.order.replay import Recorded, decode
from gotovo.order.steps.placement import claimed_identity
from gotovo.order.values.actor import DEFAULT_SHOP
from gotovo.order.values.chain import GENESIS, header_of
from gotovo.order.values.identity import IdentityKey
from gotovo.store.journal.identities import command_home, identity_rows
from gotovo.store.journal.order_columns import order_row, refund_rows

StockChanges = Counter[tuple[str, str, str]]
"""Units by warehouse, sku and the column they change: `on_hand` or `reserved`."""

_NUMBER, _CUSTOMER, _DIGEST = NUMBER.encode(), CUSTOMER.encode(), DIGEST.encode()
_DIGITS = bytes.fromhex(NUMBER)
_LANE = 0
_HOME = b"\0\0\0\2"
_POSITION = b"\0\0\0\x08"
_HASH = b"\0\0\0\x20"
_CUSTOMER_ID = b"\0\0\0\x20"
_FINGERPRINT = bytes(16)


class ExpandedRows(Struct, frozen=True):
    """The rows of a block, ready to be copied, in the order of `TABLES`, and what they change."""

    data: tuple[bytes, ...]
    stock_changes: StockChanges


class BlockExpansion:
    """A block of orders: several templates, and the owners of the orders made from each.

    Idempotency records older than `commands_since` are left out, as retention deletes them.
    """

    def __init__(
        self,
        templates: Sequence[tuple[OrderTemplate, Sequence[OrderOwner]]],
        commands_since: datetime,
    ) -> None:
        self._templates = templates
        self._commands_since = commands_since

    @property
    def events(self) -> int:
        """Return the number of events of the block."""
        return sum(len(template.events) * len(owners) for template, owners in self._templates)

    def expand(self, first_position: int) -> ExpandedRows:
        """Return all rows; the feed has the events in the order in which they were recorded."""
        by_template = [
            [
                _EventTemplate(event, template.order.placed_at, len(owners))
                for event in template.events
            ]
            for template, owners in self._templates
        ]
        feed = sorted(chain.from_iterable(by_template), key=lambda each: each.recorded_at)
        positions = accumulate((each.copies for each in feed), initial=first_position)
        for each, position in zip(feed, positions, strict=False):
            each.first_position = position
        orders: list[bytes] = []
        refunds: list[bytes] = []
        commands: list[bytes] = []
        identities: list[bytes] = []
        changes: StockChanges = Counter()
        for (template, owners), events in zip(self._templates, by_template, strict=True):
            last_hashes = _expand_events(events, owners)
            orders += _expand_orders(template, owners, last_hashes)
            refunds += _expand_refunds(template, owners)
            commands += _expand_commands(template.commands, owners, self._commands_since)
            identities += _expand_identities(template, owners)
            _count(changes, template, len(owners))
        event_rows = b"".join([row for each in feed for row in each.rows])
        rows = (orders, [event_rows], refunds, commands, identities)
        return ExpandedRows(tuple(b"".join(each) for each in rows), changes)


class _EventTemplate:
    """One event of a template, and the rows that are made from it."""

    def __init__(self, event: Recorded, placed_at: datetime, copies: int) -> None:
        self.placed_at = placed_at
        self.copies = copies
        self.recorded_at = event.recorded_at
        self.first_position = 0
        self.rows: list[bytes] = []
        head = header_of(
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

    def common_fields(self) -> bytes:
        """Return the fields that all rows have in common; they follow the customer."""
        event = self.event
        row = {
            "version": event.version,
            "lane": _LANE,
            "type": event.type,
            "at": event.at,
            "recorded_at": event.recorded_at,
            "actor": event.actor,
            "shop": DEFAULT_SHOP,
            "placed_at": self.placed_at,
        }
        return EVENT.fields(row, EVENT.after("customer"))


def _expand_events(events: Sequence[_EventTemplate], owners: Sequence[OrderOwner]) -> list[bytes]:
    """Add the rows of one template's events, and return the last hash of each order."""
    ready = [
        (
            event.pieces,
            event.is_first,
            event.body_from,
            event.before_digits,
            event.common_fields(),
            event.rows,
        )
        for event in events
    ]
    firsts = [event.first_position for event in events]
    begin, pack, last_hashes = EVENT.count + _HOME, INT8.pack, list[bytes]()
    pack_length = INT4.pack
    for copy, owner in enumerate(owners):
        number, digits = owner.number, owner.digits
        key = b"%b%b\0\0\0\x0c%b%b" % (begin, owner.home, number, _POSITION)
        customer = _CUSTOMER_ID + owner.customer
        hash_ = GENESIS
        for (pieces, is_first, body_from, before, tail, rows), first in zip(
            ready, firsts, strict=True
        ):
            hashed = number.join(pieces)
            if is_first:
                hashed = hashed.replace(_CUSTOMER, owner.customer).replace(_DIGEST, owner.digest)
            body = hashed[body_from:]
            hash_ = sha256(hash_ + hashed).digest()
            length = pack_length(len(body))
            position = pack(first + copy)
            fields = (key, position, before, digits, length, body, _HASH, hash_, customer, tail)
            rows.append(b"".join(fields))
        last_hashes.append(hash_)
    return last_hashes


def _expand_orders(
    template: OrderTemplate, owners: Sequence[OrderOwner], last_hashes: Sequence[bytes]
) -> list[bytes]:
    row = order_row(template.order) | {"state": msgspec.json.encode(template.order)}
    head = template.order.last_hash
    head_text = b2a_base64(head, newline=False)
    pieces = ORDERS.fields(row, ORDERS.after("contact")).split(_NUMBER)
    begin = ORDERS.count + _HOME
    return [
        b"%b%b%b%b"
        % (
            begin,
            owner.home,
            owner.contact,
            owner.number.join(pieces)
            .replace(_CUSTOMER, owner.customer)
            .replace(head, last)
            .replace(head_text, b2a_base64(last, newline=False)),
        )
        for owner, last in zip(owners, last_hashes, strict=True)
    ]


def _expand_refunds(template: OrderTemplate, owners: Sequence[OrderOwner]) -> Iterable[bytes]:
    begin = REFUND.count + _HOME
    for row in refund_rows(template.order):
        pieces = REFUND.fields(row, REFUND.after("home")).split(_NUMBER)
        for owner in owners:
            yield begin + owner.home + owner.number.join(pieces)


def _expand_identities(template: OrderTemplate, owners: Sequence[OrderOwner]) -> Iterable[bytes]:
    for event in template.events:
        identity = claimed_identity(decode(event.type, event.body))
        if identity is None:
            continue
        kind, scope, name = identity
        for owner in owners:
            number = owner.number.decode()
            own = IdentityKey(kind, scope, name.replace(NUMBER, number))
            for row in identity_rows([IdentityClaim(own, number)]):
                yield IDENTITY.count + IDENTITY.fields(row, IDENTITY.columns)


def _expand_commands(
    commands: Iterable[CommandRecord], owners: Sequence[OrderOwner], since: datetime
) -> Iterable[bytes]:
    for command in commands:
        if command.at < since:
            continue
        row = {
            "number": NUMBER,
            "fingerprint": _FINGERPRINT,
            "kind": "done",
            "refusal": None,
            "version": command.version,
            "recorded_at": command.at,
        }
        pieces = COMMAND.fields(row, COMMAND.after("id")).split(_NUMBER)
        home = field("int2", command_home(command.command_id))
        key = COMMAND.count + home + field("uuid", command.command_id)[: -len(_DIGITS)]
        for owner in owners:
            yield b"%b%b%b" % (key, owner.digits, owner.number.join(pieces))


def _count(changes: StockChanges, template: OrderTemplate, copies: int) -> None:
    for x in template.stock_movements:
        changes[x.warehouse, x.sku, "on_hand"] += x.on_hand * copies
        changes[x.warehouse, x.sku, "reserved"] += x.reserved * copies
