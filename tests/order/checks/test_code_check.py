"""The desk's list: of several reasons the clerk hears the first; a code allows five wrong tries."""

from collections.abc import Callable
from itertools import combinations

import pytest
from msgspec import structs

from gotovo.order.checks.code_check import REMEMBERED
from gotovo.order.decide import decide
from gotovo.order.facts import Facts
from gotovo.order.refusals import Code
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.code_renewal import RenewCode
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.steps.trusted_person import NameTrusted
from gotovo.order.values.actor import Actor
from gotovo.order.values.order import Attention, Stage
from gotovo.order.values.pickup_codes import ROTATIONS_MAX, WRONG_TRIES_MAX
from tests.support.order import stories
from tests.support.order.cast import LENA, NOON, OLEG, Play

PRECEDENCE = (
    Code.UNKNOWN_ORDER,
    Code.WRONG_POINT,
    Code.OWN_ORDER,
    Code.ALREADY_ISSUED,
    Code.CANCELLED,
    Code.EXPIRED,
    Code.UNPAID,
    Code.NOT_READY,
    Code.BLOCKED,
    Code.TOO_MANY_ATTEMPTS,
    Code.WRONG_CODE,
    Code.CODE_REVOKED,
)
"""The closed list of the product (rule 4.4), the first reason first; whose order it is comes before
anything that the order itself would tell."""

STANDING: dict[Code, Callable[[Play], Play]] = {
    Code.ALREADY_ISSUED: lambda play: play.do(HandOver(fact=True)),
    Code.CANCELLED: lambda play: play.do(stories.Cancel()),
    Code.EXPIRED: lambda play: play.wait(days=8).do(ExpireStorage()),
}
"""How an order on its shelf comes to stand so that nothing can be handed over."""

NEVER_TOGETHER = {
    frozenset(pair)
    for pair in (
        *combinations((*STANDING, Code.UNPAID, Code.NOT_READY), 2),
        (Code.WRONG_CODE, Code.CODE_REVOKED),
        (Code.UNPAID, Code.TOO_MANY_ATTEMPTS),
        (Code.NOT_READY, Code.TOO_MANY_ATTEMPTS),
        (Code.WRONG_POINT, Code.CANCELLED),
        (Code.WRONG_POINT, Code.EXPIRED),
    )
}
"""An order stands in one place, one code is shown, and tries are counted at the shelf alone. One
that ended without reaching its buyer is unknown to another point."""

PAIRS = [p for p in combinations(PRECEDENCE, 2) if frozenset(p) not in NEVER_TOGETHER]


def test_the_list_in_the_code_is_the_list_of_the_product() -> None:
    """Rule 4.4."""
    assert tuple(Code)[: len(PRECEDENCE)] == PRECEDENCE


@pytest.mark.parametrize(("higher", "lower"), PAIRS)
def test_of_two_reasons_the_clerk_hears_the_first(higher: Code, lower: Code) -> None:
    """Rule 4.4."""
    assert _answer(frozenset({higher, lower})) is higher


@pytest.mark.parametrize("closed", [Code.CANCELLED, Code.EXPIRED])
def test_what_ended_without_reaching_its_buyer_is_unknown_at_another_point(closed: Code) -> None:
    """Rule 4.4."""
    assert _answer(frozenset({Code.WRONG_POINT, closed})) is Code.UNKNOWN_ORDER


@pytest.mark.parametrize("code", PRECEDENCE)
def test_each_reason_is_heard_when_it_stands_alone(code: Code) -> None:
    assert _answer(frozenset({code})) is code


def test_after_five_wrong_tries_the_counter_moves_on_and_the_old_code_is_dead() -> None:
    """Rule 4.3."""
    play = stories.shelved()
    old, wrong = play.code(), play.wrong()
    for left in (4, 3, 2, 1):
        decision = play.try_(HandOver(code=wrong))
        assert decision.refusal is not None
        assert (decision.refusal.code, decision.refusal.expected) == (Code.WRONG_CODE, str(left))
    assert play.refused(HandOver(code=wrong)) is Code.TOO_MANY_ATTEMPTS
    assert play.types(-2) == ["order.handover_refused", "order.code_changed"]
    assert (play.order.codes.counter, play.order.codes.wrong_tries) == (2, 0)
    assert play.refused(HandOver(code=old)) is Code.CODE_REVOKED
    assert play.do(HandOver(code=play.code())).stage is Stage.ISSUED


def test_the_right_code_is_accepted_after_four_wrong_ones() -> None:
    play = _try_wrongly(stories.shelved(), WRONG_TRIES_MAX - 1)
    assert play.do(HandOver(code=play.code())).stage is Stage.ISSUED


def test_after_three_codes_used_up_the_buyer_has_to_ask_for_another() -> None:
    play = _try_wrongly(stories.shelved(), WRONG_TRIES_MAX * ROTATIONS_MAX)
    assert play.refused(HandOver(code=play.code())) is Code.TOO_MANY_ATTEMPTS
    assert play.refused(HandOver()) is Code.TOO_MANY_ATTEMPTS
    play.do(RenewCode())
    assert play.do(HandOver(code=play.code())).stage is Stage.ISSUED


def test_a_code_of_long_ago_is_simply_wrong() -> None:
    play = stories.shelved()
    for _ in range(REMEMBERED + 1):
        play.do(RenewCode())
    assert play.refused(HandOver(code=play.code(1))) is Code.WRONG_CODE
    assert play.refused(HandOver(code=play.code(2))) is Code.CODE_REVOKED


def test_the_code_of_one_point_opens_nothing_at_another() -> None:
    here, there = stories.shelved(), stories.shelved(stories.Pickup("KZN-3"))
    assert here.number == there.number
    assert here.code() != there.code()
    assert there.refused(HandOver(code=here.code())) is Code.WRONG_CODE


@pytest.mark.parametrize("shown", ["ё" * 6, "12345", "0000000", " ", "１２３４５６"])
def test_nonsense_is_a_wrong_try_like_any_other(shown: str) -> None:
    play = stories.shelved()
    assert play.refused(HandOver(code=shown)) is Code.WRONG_CODE
    assert play.refused(HandOver(qr=shown)) is Code.WRONG_CODE
    assert play.order.codes.wrong_tries == 2


def test_the_same_list_answers_when_the_hand_over_is_opened() -> None:
    play = stories.shelved().do(RaiseAttention(Attention.DISPUTE))
    assert play.refused(OpenHandover(code=play.code())) is Code.BLOCKED


def test_tries_of_a_trusted_code_count_as_well() -> None:
    play = stories.shelved().do(NameTrusted())
    used = play.trusted(1)
    play.do(NameTrusted())
    assert play.refused(HandOver(code=used)) is Code.CODE_REVOKED
    assert play.order.codes.wrong_tries == 1


def _answer(reasons: frozenset[Code]) -> Code | None:
    """Bring an order to stand so that all of these reasons hold, and hand it over."""
    play = _standing(reasons)
    if Code.BLOCKED in reasons:
        play.do(RaiseAttention(Attention.DISPUTE))
    clerk = OLEG if Code.WRONG_POINT in reasons else LENA
    if Code.OWN_ORDER in reasons:
        clerk = structs.replace(clerk, own_customer=play.order.customer)
    return _refusal(play, reasons, _shown(play, reasons), clerk)


def _standing(reasons: frozenset[Code]) -> Play:
    if Code.UNPAID in reasons:
        return stories.placed().do(RenewCode())
    if Code.NOT_READY in reasons:
        return stories.arrived().do(RenewCode())
    play = stories.shelved().do(RenewCode())
    if Code.TOO_MANY_ATTEMPTS in reasons:
        _try_wrongly(play, WRONG_TRIES_MAX * ROTATIONS_MAX)
    for reason in reasons & STANDING.keys():
        STANDING[reason](play)
    return play


def _shown(play: Play, reasons: frozenset[Code]) -> str:
    if Code.WRONG_CODE in reasons:
        return play.wrong()
    return play.code(1) if Code.CODE_REVOKED in reasons else play.code()


def _refusal(play: Play, reasons: frozenset[Code], shown: str, clerk: Actor) -> Code | None:
    if Code.UNKNOWN_ORDER not in reasons:
        return play.refused(HandOver(code=shown), clerk)
    facts = Facts(play.world, clerk, "", NOON, NOON)
    refusal = decide(None, HandOver(code=shown), facts).refusal
    return refusal.code if refusal else None


def _try_wrongly(play: Play, times: int) -> Play:
    for _ in range(times):
        play.try_(HandOver(code=play.wrong()))
    return play
