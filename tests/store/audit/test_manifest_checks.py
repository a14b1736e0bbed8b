"""The audit names any van, any acceptance and any report that was changed by hand."""

from typing import Any

import pytest

from gotovo.store.audit.manifest_checks import ManifestChecks
from tests.api.conftest import api, network
from tests.support.api.network import Api
from tests.support.desk.acceptance import Desk

__all__ = ["api", "network"]

CHANGES = {
    "update accepted_parcel set arrival = arrival - 1": "accepted_parcel.arrival",
    "delete from acceptance_scan where answer = 'accepted'": "accepted_parcel.scan",
    "delete from acceptance_scan where answer = 'unknown'": "acceptance.report",
    "delete from manifest_parcel where accepted_at is null": "acceptance.report",
    "update acceptance set report = jsonb_set(report::jsonb, '{counts,no_order}', '7')::json": (
        "acceptance.report"
    ),
    "update manifest_parcel set home = (home + 1) % 256": "manifest_parcel",
    "drop index manifest_parcel_on_one_manifest;"
    "update manifest_parcel set released_at = null;"
    "insert into manifest_parcel select home, 'MAN-2', barcode, number, box, listed_at, left_out"
    " from manifest_parcel": "manifest_parcel",
}


async def findings(api: Api) -> list[str]:
    """Return where something was found."""
    async with api.network.pool.acquire() as connection:
        raw: Any = connection
        return [
            each.where for check in ManifestChecks(raw).checks.values() for each in await check()
        ]


async def accepted(api: Api) -> None:
    """Accept a van with one parcel that came, one that did not, and one that nobody knows."""
    desk = Desk(api)
    await desk.set_up()
    came, lost = await desk.packed_each(["KZN-1", "KZN-1"])
    acceptance = await desk.open(await desk.manifest([came, lost]))
    await desk.scan(acceptance, came)
    await desk.scan(acceptance, "4601546021298")
    await desk.close(acceptance)


async def test_a_sound_acceptance_has_no_findings(api: Api) -> None:
    await accepted(api)
    assert await findings(api) == []


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_by_hand_is_found(api: Api, change: str) -> None:
    await accepted(api)
    await api.network.pool.execute(change)
    assert CHANGES[change] in await findings(api)
