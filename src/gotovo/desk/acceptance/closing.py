"""Closing an acceptance: what was expected is compared with what came, and the sender is told.

Closing again gives the same report. What a process that stopped has left undone is done then.
"""

from collections.abc import Sequence
from datetime import datetime

from gotovo.desk.acceptance.acceptances import AcceptanceTools
from gotovo.manifests.differences import ExpectedParcel, ReportItem, ReportResult, report_of
from gotovo.manifests.lifecycle import ManifestStep, after_step
from gotovo.order.values.order import Stage, find_parcel, place_of
from gotovo.store.tables.manifests.acceptances import Acceptance
from gotovo.store.tables.manifests.manifests import ListedParcel

_WERE_SHELVED = frozenset(
    {Stage.SHELVED, Stage.ISSUED, Stage.WITHDRAWN, Stage.IN_RETURN, Stage.RECEIVED_BACK}
)
"""Stages that a parcel comes to from a shelf alone, so that it must have been there."""

MOVE_TRIES_MAX = 5
"""A manifest is moved by a few people a day; each loss means that somebody else moved it."""


async def close_acceptance(tools: AcceptanceTools, acceptance: Acceptance, by: str) -> Acceptance:
    """Close an acceptance, once; return it with its report."""
    if acceptance.closed_at is None:
        now = tools.clock()
        expected = await _expected(tools, acceptance)
        scans = await tools.store.scans(acceptance.id)
        report = report_of(expected, scans, now, by)
        acceptance = await tools.store.close(acceptance.id, report, now, by)
    await _settle_manifest(tools, acceptance)
    await tools.shortages.tell(acceptance)
    return acceptance


async def preview(tools: AcceptanceTools, acceptance: Acceptance) -> Acceptance:
    """Return an open acceptance with the report that it would be closed with now."""
    if acceptance.report is not None:
        return acceptance
    expected = await _expected(tools, acceptance)
    scans = await tools.store.scans(acceptance.id)
    report = report_of(expected, scans, tools.clock(), acceptance.opened_by)
    return Acceptance(
        id=acceptance.id,
        point=acceptance.point,
        manifest=acceptance.manifest,
        opened_at=acceptance.opened_at,
        opened_by=acceptance.opened_by,
        report=report,
    )


async def _expected(tools: AcceptanceTools, acceptance: Acceptance) -> Sequence[ExpectedParcel]:
    """Return what the manifest lists, and what is known of it besides the scans."""
    if acceptance.manifest is None:
        return ()
    listed = await tools.manifests.parcels(acceptance.manifest)
    return [await _of(tools, acceptance, each) for each in listed if each.is_expected]


async def _of(
    tools: AcceptanceTools, acceptance: Acceptance, listed: ListedParcel
) -> ExpectedParcel:
    expected = ExpectedParcel(barcode=listed.barcode, number=listed.number, box=listed.box)
    if listed.acceptance is not None:
        elsewhere = None if listed.acceptance == acceptance.id else listed.acceptance
        return ExpectedParcel(
            barcode=listed.barcode,
            number=listed.number,
            box=listed.box,
            elsewhere=elsewhere,
            inferred=elsewhere is None,
            at=listed.accepted_at,
            by=listed.accepted_by or "",
        )
    read = await tools.orders.order(listed.number)
    if read is None or place_of(read.order) != acceptance.point:
        return expected
    parcel = find_parcel(read.order, listed.barcode)
    if parcel is None or parcel.stage not in _WERE_SHELVED:
        return expected
    return ExpectedParcel(
        barcode=listed.barcode,
        number=listed.number,
        box=listed.box,
        inferred=True,
        at=tools.clock(),
        by=acceptance.opened_by,
    )


async def _settle_manifest(tools: AcceptanceTools, acceptance: Acceptance) -> None:
    """Note on the manifest what is missing and what was there unscanned, and move it on."""
    report, at, by = acceptance.report, acceptance.closed_at, acceptance.closed_by
    assert report is not None, acceptance.id
    assert at is not None, acceptance.id
    assert by is not None, acceptance.id
    if acceptance.manifest is None:
        return
    code = acceptance.manifest
    there = [each.barcode for each in report.items if each.inferred]
    await tools.manifests.infer(code, there, acceptance.id, at, by)
    await tools.manifests.miss(code, _missing(report.items), at)
    await _move(tools, code, at, differs=report.differs)


async def _move(tools: AcceptanceTools, code: str, at: datetime, *, differs: bool) -> None:
    for _ in range(MOVE_TRIES_MAX):
        manifest = await tools.manifests.find(code)
        assert manifest is not None, code
        state = after_step(manifest.state, ManifestStep.ACCEPTANCE, differs=differs)
        if state is None or state is manifest.state:
            return
        if await tools.manifests.move(manifest, state, at):
            return


def _missing(items: Sequence[ReportItem]) -> list[str]:
    return [each.barcode for each in items if each.result is ReportResult.MISSING]
