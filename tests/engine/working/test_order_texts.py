"""Texts of a batch have salts of their own, and are kept only where an event has their digest."""

from gotovo.engine.working.order_texts import (
    SEED_BYTES,
    TEXT_FIELDS,
    WorkingTexts,
    compared_orders,
    typed_words,
)
from gotovo.order.steps.attention import AttentionRaised, RaiseAttention
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.placement import Place
from gotovo.order.steps.return_claim import ClaimReturn, ReturnClaimed
from gotovo.order.steps.shelving import Shelve
from gotovo.order.values.order import Attention
from tests.support.engine.cast import Buyer, Shop

SEED = bytes(range(SEED_BYTES))
WET = RaiseAttention(Attention.DAMAGED, "wet")
SMALL = ClaimReturn(note="too small")


def test_the_commands_of_a_busy_day_have_no_free_text() -> None:
    assert not {Place, Pay, Shelve} & TEXT_FIELDS.keys()
    assert typed_words(Shelve(cell="A1")) == ""
    assert typed_words(HandOver(code="123456")) == "", "only one without a code has words"
    assert typed_words(WET) == "wet"


async def test_only_claims_with_words_need_those_of_their_orders(memory_shop: Shop) -> None:
    anna = memory_shop.buyer()
    asked = [anna.ask(command) for command in (WET, ClaimReturn(), SMALL)]
    assert compared_orders(asked) == [anna.number]
    assert compared_orders(asked[:2]) == []


async def test_each_text_has_a_salt_that_follows_from_the_seed(memory_shop: Shop) -> None:
    asked = memory_shop.buyer().ask(WET)
    texts, again = WorkingTexts(SEED, {}), WorkingTexts(SEED, {})
    one, other = texts.typed(asked), texts.typed(asked)
    assert one is not None
    assert other is not None
    assert (one.words, one.salt != other.salt, one.digest != other.digest) == ("wet", True, True)
    assert again.typed(asked) == one
    assert WorkingTexts(bytes(SEED_BYTES), {}).typed(asked) != one


async def test_words_are_kept_where_an_event_has_their_digest(memory_shop: Shop) -> None:
    anna: Buyer = memory_shop.buyer()
    texts = WorkingTexts(SEED, {})
    text = texts.typed(anna.ask(WET))
    assert text is not None
    texts.record(anna.number, text, [])
    texts.record(anna.number, text, [AttentionRaised(Attention.DAMAGED)])
    assert texts.written(anna.number) == ()
    texts.record(anna.number, text, [AttentionRaised(Attention.DAMAGED, text_digest=text.digest)])
    assert texts.written(anna.number) == (text,)
    texts.forget(anna.number)
    assert texts.written(anna.number) == ()


async def test_a_claim_in_the_words_of_another_has_its_text(memory_shop: Shop) -> None:
    anna: Buyer = memory_shop.buyer()
    stored = WorkingTexts(SEED, {}).typed(anna.ask(SMALL))
    assert stored is not None
    texts = WorkingTexts(bytes(SEED_BYTES), {anna.number: (stored,)})
    assert texts.typed(anna.ask(SMALL)) == stored
    texts.record(anna.number, stored, [ReturnClaimed((), text_digest=stored.digest)])
    assert texts.written(anna.number) == ()
    assert texts.typed(memory_shop.buyer().ask(SMALL)) != stored
    texts.forget(anna.number)
    assert texts.typed(anna.ask(SMALL)) != stored
