"""Where nobody can agree to anything, no approval can be taken."""

from uuid import UUID

import pytest

from gotovo.access.staff.second_person import ApprovalKind, ApprovalRefusal
from gotovo.desk.handover.approvals import NoApprovals, not_approved
from gotovo.order.refusals import Code
from tests.support.order.cast import LENA


@pytest.mark.parametrize("kind", ApprovalKind)
async def test_nothing_is_approved_without_a_second_person(kind: ApprovalKind) -> None:
    taken = await NoApprovals().take(UUID(int=1), kind, "123456789012", LENA, "c")
    assert taken is ApprovalRefusal.UNKNOWN


@pytest.mark.parametrize("reason", ApprovalRefusal)
def test_the_refusal_says_what_is_wrong_with_the_approval(reason: ApprovalRefusal) -> None:
    refusal = not_approved(reason)
    assert (refusal.code, refusal.value) == (Code.APPROVAL_REQUIRED, reason)
