"""Scanning: a code becomes an answer, by one read of the database.

What has a number is read as every order is, by its home, together with what others read then
(decision 12). A cell and a product are looked for at the point alone. Only digits that could be
both, and are no order, are read twice.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from gotovo.desk.scan.code_forms import CodeKind, ScannedCode
from gotovo.desk.scan.meaning import (
    NOT_FOUND,
    OF_NO_ORDER,
    Meaning,
    NextStep,
    clerk_at,
    meaning_of,
)
from gotovo.order.facts import OrderTerms
from gotovo.order.values.actor import Actor
from gotovo.store.reads.desk.scans import DeskReads, ParcelHere
from gotovo.store.reads.programs import OrderRead, ProgramReads
from gotovo.value import Value

_SKU_LENGTHS: Final = (14, 13, 12, 8)


class ResolvedScan(Value, frozen=True):
    """What was scanned, and what it means; `parcels` are those in a cell, or with a product.

    `read` is the order that was read, whatever is seen of it.
    """

    code: ScannedCode
    meaning: Meaning
    read: OrderRead | None = None
    parcels: Sequence[ParcelHere] = ()


class Scanning(Struct, frozen=True):
    """Answers scans at points."""

    orders: ProgramReads
    desk: DeskReads
    terms: OrderTerms
    clock: Callable[[], datetime]

    async def scan(self, code: ScannedCode, point: str, actor: Actor) -> ResolvedScan:
        """Return what a code means at a point for who may work there."""
        if code.number:
            read = await self.orders.order(code.number)
            if read is None and code.gtin:
                return await self._product(code, point, actor)
            order = None if read is None else read.order
            clerk = clerk_at(actor, point)
            return ResolvedScan(
                code, meaning_of(code, order, clerk, self.terms, self.clock()), read
            )
        if code.kind is CodeKind.CELL:
            parcels = await self.desk.in_cell(point, actor.shop, code.value, self.clock())
            return ResolvedScan(code, Meaning(NextStep.SHOW_CELL), parcels=parcels)
        if code.kind is CodeKind.PRODUCT:
            return await self._product(code, point, actor)
        return ResolvedScan(code, Meaning(OF_NO_ORDER[code.kind]))

    async def _product(self, code: ScannedCode, point: str, actor: Actor) -> ResolvedScan:
        """Return the parcels with a product; digits that name no order are one, if anybody's."""
        skus = skus_of(code.gtin)
        parcels = await self.desk.with_sku(point, actor.shop, skus, self.clock())
        if code.kind is not CodeKind.PRODUCT:
            if not parcels:
                return ResolvedScan(code, NOT_FOUND)
            code = ScannedCode(CodeKind.PRODUCT, code.gtin, gtin=code.gtin)
        return ResolvedScan(code, Meaning(NextStep.CHOOSE_ORDER), parcels=parcels)


def skus_of(gtin: str) -> Sequence[str]:
    """Return a GTIN in each length that a shop may write it in, the longest first."""
    digits = gtin.lstrip("0")
    return [gtin[-length:] for length in _SKU_LENGTHS if length >= len(digits)]
