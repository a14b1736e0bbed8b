"""A revoked code is refused as revoked."""

from gotovo.order.refusals import Code
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.trusted_person import NameTrusted
from gotovo.order.steps.trusted_person_revocation import RevokeTrusted
from tests.support.order import stories


def test_a_revoked_code_is_refused_as_such() -> None:
    play = stories.shelved().do(NameTrusted()).do(RevokeTrusted())
    assert play.refused(HandOver(code=play.trusted())) is Code.CODE_REVOKED


def test_revoking_what_nobody_has_changes_nothing() -> None:
    play = stories.shelved()
    assert play.is_already_done(RevokeTrusted())
    play.do(NameTrusted()).do(RevokeTrusted())
    assert play.is_already_done(RevokeTrusted())
