"""Manifests in PostgreSQL, with the parcels that they list."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from gotovo.manifests.lifecycle import ManifestState
from gotovo.manifests.manifest import Manifest, ManifestParcel
from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements
from gotovo.value import Value

_sql: Final = load_statements("tables/manifests/manifests.sql")

NEWEST_MANIFEST: Final = (datetime(9999, 1, 1, tzinfo=UTC), "")
"""The cursor that every manifest is older than."""


class ListedParcel(ManifestParcel, frozen=True, kw_only=True):
    """A parcel as its manifest has it. `left_out`: why it did not leave, a refusal's code."""

    number: str
    left_out: str = ""
    released_at: datetime | None = None
    acceptance: UUID | None = None
    accepted_by: str | None = None

    @property
    def is_expected(self) -> bool:
        """Return whether it left with the van."""
        return not self.left_out


class ManifestCounts(Value, frozen=True):
    """How much a manifest lists, and what came of it."""

    parcels: int = 0
    boxes: int = 0
    accepted: int = 0
    missing: int = 0


class ManifestStore:
    """Reads and writes manifests."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; a call is one statement."""
        self._pool = pool

    async def create(self, manifest: Manifest) -> bool:
        """Create a manifest without parcels; return whether its code was free."""
        row = (
            manifest.code,
            manifest.warehouse,
            manifest.point,
            manifest.created_at,
            manifest.created_by,
        )
        return await self._pool.fetchval(_sql["create_manifest"], *row) is not None

    async def find(self, code: str) -> Manifest | None:
        """Return a manifest."""
        row = await self._pool.fetchrow(_sql["manifest_by_code"], code)
        return None if row is None else _manifest_of(row)

    async def page(
        self,
        after: tuple[datetime, str],
        limit: int,
        *,
        warehouse: str | None = None,
        point: str | None = None,
        state: ManifestState | None = None,
    ) -> Sequence[Manifest]:
        """Return manifests, the newest first; the cursor is the last one's time and code."""
        row = (warehouse, point, state, *after, limit)
        return [_manifest_of(each) for each in await self._pool.fetch(_sql["manifests_page"], *row)]

    async def move(self, manifest: Manifest, state: ManifestState, at: datetime) -> bool:
        """Move a manifest to a state; return whether nobody else has moved it meanwhile.

        The instants of steps that were missed are those of this one.
        """
        order = list(ManifestState)
        reached = order.index(state)
        times = [
            at if reached >= order.index(each) else None
            for each in (
                ManifestState.SEALED,
                ManifestState.DISPATCHED,
                ManifestState.ARRIVED,
                ManifestState.ACCEPTED_WITH_DIFFERENCES,
            )
        ]
        closed_at = at if state is ManifestState.CLOSED else None
        row = (manifest.code, manifest.state, state, *times, closed_at)
        return await self._pool.fetchval(_sql["move_manifest"], *row) is not None

    async def list_parcels(self, code: str, parcels: Iterable[ListedParcel], at: datetime) -> None:
        """List parcels on a manifest; those that another one has are left where they are."""
        rows = list(parcels)
        await self._pool.execute(
            _sql["list_parcels"],
            code,
            [home_of(each.number) for each in rows],
            [each.barcode for each in rows],
            [each.number for each in rows],
            [each.box for each in rows],
            at,
        )

    async def parcels(self, code: str) -> Sequence[ListedParcel]:
        """Return what a manifest lists, in order of barcode."""
        rows = await self._pool.fetch(_sql["parcels_of_manifest"], code)
        return [_parcel_of(row) for row in rows]

    async def parcel(self, code: str, barcode: str) -> ListedParcel | None:
        """Return a parcel as a manifest lists it, None where it does not."""
        row = (home_of(barcode), code, barcode)
        found = await self._pool.fetchrow(_sql["parcel_of_manifest"], *row)
        return None if found is None else _parcel_of(found)

    async def holders(self, barcodes: Iterable[str]) -> Mapping[str, str]:
        """Return the manifest that has each of these parcels now; absent where none has."""
        codes = list(barcodes)
        homes = [home_of(each) for each in codes]
        rows = await self._pool.fetch(_sql["manifests_of_parcels"], homes, codes)
        return {row["barcode"]: row["manifest"] for row in rows}

    async def counts(self, codes: Iterable[str]) -> Mapping[str, ManifestCounts]:
        """Return how much each of these manifests lists; absent where it lists nothing."""
        rows = await self._pool.fetch(_sql["count_parcels"], list(codes))
        return {
            row["manifest"]: ManifestCounts(
                row["parcels"], row["boxes"], row["accepted"], row["missing"]
            )
            for row in rows
        }

    async def leave_out(self, code: str, refused: Mapping[str, str], at: datetime) -> None:
        """Note by barcode why parcels did not leave with the van."""
        barcodes = list(refused)
        homes = [home_of(each) for each in barcodes]
        row = (code, homes, barcodes, list(refused.values()), at)
        await self._pool.execute(_sql["leave_out"], *row)

    async def accept(self, barcode: str, acceptance: UUID, at: datetime, by: str) -> None:
        """Note that an acceptance took a parcel in, on whatever manifest has it or misses it."""
        row = (home_of(barcode), barcode, acceptance, at, by)
        await self._pool.execute(_sql["accept_parcel"], *row)

    async def found(self, barcode: str, acceptance: UUID) -> Sequence[str]:
        """Return the manifests that had missed a parcel which this acceptance took in."""
        row = (home_of(barcode), barcode, acceptance)
        return [
            each["manifest"] for each in await self._pool.fetch(_sql["found_by_acceptance"], *row)
        ]

    async def miss(self, code: str, barcodes: Iterable[str], at: datetime) -> None:
        """Note which parcels were not there when the acceptance was closed."""
        missing = list(barcodes)
        homes = [home_of(each) for each in missing]
        await self._pool.execute(_sql["miss_parcels"], code, homes, missing, at)

    async def infer(
        self, code: str, barcodes: Iterable[str], acceptance: UUID, at: datetime, by: str
    ) -> None:
        """Note which parcels an acceptance had without a scan."""
        there = list(barcodes)
        homes = [home_of(each) for each in there]
        row = (code, homes, there, acceptance, at, by)
        await self._pool.execute(_sql["infer_parcels"], *row)


def _manifest_of(row: Mapping[str, Any]) -> Manifest:
    columns = dict(row)
    columns["state"] = ManifestState(columns["state"])
    return Manifest(**columns)


def _parcel_of(row: Mapping[str, Any]) -> ListedParcel:
    columns = dict(row)
    del columns["home"]
    return ListedParcel(**columns)
