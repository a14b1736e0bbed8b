"""Differences become cases of the operator; one that resolves itself closes its case."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from gotovo.cases.case import NewCase
from gotovo.cases.case_kinds import CaseKind
from gotovo.cases.proofs import Proof
from gotovo.manifests.differences import AcceptanceReport, ReportItem, ReportResult, ScanRecord
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.manifests.acceptances import Acceptance
from gotovo.store.tables.manifests.manifests import ManifestStore

_KIND_OF = {
    ReportResult.MISSING: CaseKind.SHORTAGE,
    ReportResult.SURPLUS: CaseKind.SURPLUS,
    ReportResult.PUT_ASIDE: CaseKind.PUT_ASIDE,
}
"""Damage is told by the flag of its order, which has a case of its own."""


class Shortages:
    """Opens the cases of differences, and closes those of parcels that turn up."""

    def __init__(
        self, cases: CaseStore, manifests: ManifestStore, clock: Callable[[], datetime]
    ) -> None:
        """Use a store of cases."""
        self._cases = cases
        self._manifests = manifests
        self._clock = clock

    async def tell(self, acceptance: Acceptance) -> None:
        """Open the cases of a closed acceptance, each once."""
        assert acceptance.report is not None, acceptance.id
        for item in acceptance.report.items:
            case = case_of(acceptance, item)
            if case is not None:
                await self._cases.open(case)
        await self._settle_found(acceptance, acceptance.report)

    async def found(self, acceptance: UUID, record: ScanRecord) -> None:
        """Close the shortages of a parcel that an acceptance has taken in after all."""
        for manifest in await self._manifests.found(record.barcode, acceptance):
            await self._settle(manifest, record.barcode, record.number, record.by)

    async def _settle_found(self, acceptance: Acceptance, report: AcceptanceReport) -> None:
        """Settle what somebody found between the report and its case."""
        missing = {x.barcode for x in report.items if x.result is ReportResult.MISSING}
        if not missing or acceptance.manifest is None:
            return
        for each in await self._manifests.parcels(acceptance.manifest):
            if each.barcode in missing and each.accepted_by is not None:
                by = each.accepted_by
                await self._settle(acceptance.manifest, each.barcode, each.number, by)

    async def _settle(self, manifest: str, barcode: str, number: str, by: str) -> None:
        case = _shortage(manifest, barcode, number, self._clock(), {})
        await self._cases.settle(case.id, by, self._clock())


def case_of(acceptance: Acceptance, item: ReportItem) -> NewCase | None:
    """Return the case that a line of the report is, None where nobody has to decide anything."""
    kind = _KIND_OF.get(item.result)
    if kind is None:
        return None
    assert acceptance.closed_at is not None, acceptance.id
    assert acceptance.closed_by is not None, acceptance.id
    proofs: dict[str, Proof] = {
        "acceptance": str(acceptance.id),
        "point": acceptance.point,
        "accepted_at": acceptance.closed_at,
        "accepted_by": acceptance.closed_by,
    }
    texts = {
        "manifest": acceptance.manifest or "",
        "parcel": item.barcode,
        "box": item.box,
        "answer": item.answer or "",
        "belongs_to": item.belongs_to,
        "scan": str(item.scan) if item.scan else "",
    }
    proofs |= {name: text for name, text in texts.items() if text}
    if kind is CaseKind.SHORTAGE and acceptance.manifest is not None:
        at = acceptance.closed_at
        return _shortage(acceptance.manifest, item.barcode, item.number, at, proofs)
    return NewCase(
        kind=kind,
        subject=str(item.scan),
        opened_at=acceptance.closed_at,
        number=item.number,
        proofs=proofs,
    )


def _shortage(
    manifest: str, barcode: str, number: str, at: datetime, proofs: dict[str, Proof]
) -> NewCase:
    """Return the case of a missing parcel; its id is made from the manifest and the barcode."""
    return NewCase(
        kind=CaseKind.SHORTAGE,
        subject=f"{manifest}:{barcode}",
        opened_at=at,
        number=number,
        proofs=proofs,
    )
