"""The account shows a code exactly while it opens a hand-over."""

from gotovo.keyring.keyring import one_key
from gotovo.order.account.shown_codes import shown_pickup_code, shown_trusted_code
from gotovo.order.steps.trusted_person import NameTrusted
from gotovo.order.steps.trusted_person_revocation import RevokeTrusted
from tests.support.order import stories
from tests.support.order.cast import SECRET


def test_the_code_is_shown_while_the_order_can_be_handed_over() -> None:
    for play in (stories.shelved(), stories.handing_over(), stories.out_for_delivery()):
        assert shown_pickup_code(play.order, one_key(SECRET)) == play.code()


def test_no_code_is_shown_before_the_order_is_ready_and_after_it_is_closed() -> None:
    for play in (stories.placed(), stories.arrived(), stories.issued(), stories.expired()):
        assert shown_pickup_code(play.order, one_key(SECRET)) == ""


def test_the_trusted_code_is_shown_until_it_is_revoked() -> None:
    play = stories.shelved()
    assert shown_trusted_code(play.order, one_key(SECRET)) == ""
    play.do(NameTrusted())
    assert shown_trusted_code(play.order, one_key(SECRET)) == play.trusted()
    play.do(RevokeTrusted())
    assert shown_trusted_code(play.order, one_key(SECRET)) == ""


def test_the_trusted_code_of_a_closed_order_is_not_shown() -> None:
    play = stories.shelved().do(NameTrusted())
    play.do(stories.HandOver(code=play.code()))
    assert shown_trusted_code(play.order, one_key(SECRET)) == ""
