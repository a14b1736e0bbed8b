"""Acceptances in PostgreSQL: their scans, their reports, and what lies on a point's shelves."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from gotovo.manifests.differences import AcceptanceReport, ScanAnswer, ScanRecord
from gotovo.order.values.number import home_of
from gotovo.order.values.order import Stage
from gotovo.points.cells.choice import CellUse
from gotovo.store.postgres.statements import load_statements
from gotovo.value import Value

_sql: Final = load_statements("tables/manifests/acceptances.sql")
_report: Final = msgspec.json.Decoder(AcceptanceReport)
_encode: Final = msgspec.json.Encoder().encode

NEWEST_ACCEPTANCE: Final = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=0))
"""The cursor that every acceptance is older than."""

GONE: Final = 0
"""The arrival of a parcel that its order does not have any more."""

CLOSED_LATELY: Final = timedelta(days=45)
"""Closed orders are looked for on the shelf that were placed since: a storage term with its
extension and a month for the way back."""

CLOSED_MAX: Final = 4_000
"""Closed orders of a point that are looked through: a month of the busiest."""

CARRIED_FOR: Final = timedelta(hours=12)
"""A proposed cell is kept free for a parcel that is not shelved: a working day."""

PROPOSED_MAX: Final = 2_000


class Acceptance(Value, frozen=True, kw_only=True):
    """An acceptance; without a manifest nothing certain is expected."""

    id: UUID
    point: str
    manifest: str | None
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None = None
    closed_by: str | None = None
    report: AcceptanceReport | None = None


class TakenIn(Value, frozen=True):
    """The scan that took a parcel in."""

    scan: UUID
    acceptance: UUID
    at: datetime
    actor: str


class AcceptanceStore:
    """Reads and writes acceptances."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; a call is a statement or two."""
        self._pool = pool

    async def open(self, acceptance: Acceptance) -> Acceptance:
        """Open an acceptance; return it, or the one that its manifest has already."""
        row = (
            acceptance.id,
            acceptance.point,
            acceptance.manifest,
            acceptance.opened_at,
            acceptance.opened_by,
        )
        await self._pool.execute(_sql["open_acceptance"], *row)
        found = await self.find(acceptance.id)
        if found is None and acceptance.manifest is not None:
            found = await self.of_manifest(acceptance.manifest)
        assert found is not None, acceptance.id
        return found

    async def find(self, id_: UUID) -> Acceptance | None:
        """Return an acceptance."""
        return _acceptance_of(await self._pool.fetchrow(_sql["acceptance_by_id"], id_))

    async def of_manifest(self, code: str) -> Acceptance | None:
        """Return the acceptance of a manifest."""
        return _acceptance_of(await self._pool.fetchrow(_sql["acceptance_of_manifest"], code))

    async def page(
        self, point: str, after: tuple[datetime, UUID], limit: int, *, open_only: bool
    ) -> Sequence[Acceptance]:
        """Return acceptances of a point without their reports, the newest first."""
        rows = await self._pool.fetch(_sql["acceptances_of_point"], point, open_only, *after, limit)
        return [each for row in rows if (each := _acceptance_of(row)) is not None]

    async def close(self, id_: UUID, report: AcceptanceReport, at: datetime, by: str) -> Acceptance:
        """Close an acceptance, once; return it with the report that it was closed with."""
        await self._pool.execute(_sql["close_acceptance"], id_, at, by, _encode(report))
        found = await self.find(id_)
        assert found is not None, id_
        return found

    async def latest_arrival(self, number: str, placed_at: datetime, barcode: str) -> int:
        """Return the version of the event with which a parcel last came to a point, or `GONE`."""
        row = (home_of(number), placed_at, number, barcode)
        return await self._pool.fetchval(_sql["latest_arrival"], *row) or GONE

    async def take_in(  # noqa: PLR0917  (the columns of a row)
        self, barcode: str, arrival: int, scan: UUID, acceptance: Acceptance, at: datetime, by: str
    ) -> TakenIn:
        """Note that a scan took a parcel in, unless another one had; return which one did."""
        home = home_of(barcode)
        row = (home, barcode, arrival, scan, acceptance.id, acceptance.point, at, by)
        await self._pool.execute(_sql["take_in"], *row)
        found = await self.taken_in(barcode, arrival)
        assert found is not None, barcode
        return found

    async def taken_in(self, barcode: str, arrival: int) -> TakenIn | None:
        """Return the scan that took a parcel in when it arrived, None where none has so far."""
        row = await self._pool.fetchrow(_sql["taken_in"], home_of(barcode), barcode, arrival)
        return None if row is None else TakenIn(**row)

    async def taken_in_by(self, barcode: str, scan: UUID) -> TakenIn | None:
        """Return what a scan took in, None where it did not take this parcel in."""
        row = await self._pool.fetchrow(_sql["taken_in_by"], home_of(barcode), barcode, scan)
        return None if row is None else TakenIn(**row)

    async def put_scan(
        self, acceptance: Acceptance, scan: ScanRecord, recorded_at: datetime
    ) -> ScanRecord:
        """Store a scan with its answer, once; return it as it was stored first."""
        await self._pool.execute(
            _sql["put_scan"],
            scan.id.bytes[0],
            scan.id,
            acceptance.id,
            acceptance.point,
            scan.answer,
            scan.code,
            scan.barcode,
            scan.number,
            scan.box,
            scan.cell,
            scan.size,
            scan.reason,
            scan.belongs_to,
            scan.surplus,
            scan.told_by_box,
            list(scan.attachments),
            scan.at,
            recorded_at,
            scan.by,
        )
        return await self.scan(scan.id) or scan

    async def scan(self, id_: UUID) -> ScanRecord | None:
        """Return a scan."""
        row = await self._pool.fetchrow(_sql["scan_by_id"], id_.bytes[0], id_)
        return None if row is None else _scan_of(row)

    async def scans(self, acceptance: UUID) -> Sequence[ScanRecord]:
        """Return the scans of an acceptance, the earliest first."""
        rows = await self._pool.fetch(_sql["scans_of_acceptance"], acceptance)
        return [_scan_of(row) for row in rows]

    async def is_damage_told(self, acceptance: UUID, barcode: str, besides: UUID) -> bool:
        """Return whether another scan of the acceptance told that a parcel is damaged."""
        return await self._pool.fetchval(_sql["is_damage_told"], acceptance, barcode, besides)

    async def shelf(self, point: str, now: datetime) -> Sequence[CellUse]:
        """Return what lies in the cells of a point, and what is on its way to a proposed one."""
        row = (point, now - CLOSED_LATELY, CLOSED_MAX, now - CARRIED_FOR, PROPOSED_MAX)
        rows = await self._pool.fetch(_sql["shelf_of_point"], *row)
        proposed = {
            each["barcode"]: each["cell"] for each in reversed(rows) if each["kind"] == "proposed"
        }
        uses: list[CellUse] = []
        for each in rows:
            if each["kind"] == "proposed":
                continue
            is_shelved = each["stage"] == Stage.SHELVED
            cell = each["cell"] if is_shelved else proposed.get(each["barcode"], "")
            if cell:
                uses.append(CellUse(each["barcode"], each["number"], each["customer"], cell))
        return uses


def _acceptance_of(row: Mapping[str, Any] | None) -> Acceptance | None:
    if row is None:
        return None
    columns = dict(row)
    report = columns.pop("report")
    return Acceptance(**columns, report=None if report is None else _report.decode(report))


def _scan_of(row: Mapping[str, Any]) -> ScanRecord:
    columns = dict(row)
    columns["answer"] = ScanAnswer(columns["answer"])
    columns["attachments"] = tuple(columns["attachments"])
    return ScanRecord(**columns)
