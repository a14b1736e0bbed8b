"""What people type is stored beside the history, on every journal there is."""

import pytest
from msgspec import json, structs

from gotovo.engine.engine import Engine
from gotovo.engine.ports import Batch, CommandIdReused, OrderUpdate, RaceLost
from gotovo.engine.submission import ResultKind
from gotovo.order.refusals import Code, Refusal
from gotovo.order.replay import Recorded, replay
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.contact_erasure import EraseContact
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.values.order import Attention
from gotovo.order.values.texts.order_text import digest_in, order_text, text_digest
from tests.support.engine.cast import Buyer, Shop

HOME = 77
NOTE = "Анна просила передать соседке"


@pytest.fixture
def engine(shop: Shop) -> Engine:
    return shop.engine()


@pytest.fixture
def anna(shop: Shop) -> Buyer:
    return shop.buyer(HOME)


async def history(shop: Shop, buyer: Buyer) -> tuple[Recorded, ...]:
    lane = shop.lane_of(buyer.number)
    return (await shop.journal.histories(lane, [buyer.number]))[buyer.number]


async def said(shop: Shop, buyer: Buyer) -> dict[str, str]:
    """Return the stored words of a buyer's order by their digests, each of them checked."""
    found = await shop.journal.texts(shop.lane_of(buyer.number), [buyer.number])
    texts = found.get(buyer.number, ())
    assert all(text_digest(x.salt, x.words) == x.digest for x in texts)
    assert len({x.salt for x in texts}) == len(texts)
    return {x.digest: x.words for x in texts}


def flag(note: str, kind: Attention = Attention.DAMAGED) -> RaiseAttention:
    return RaiseAttention(kind, note)


async def test_an_event_has_the_digest_of_a_note_and_its_words_are_beside_it(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    outcomes = await engine.submit_all([anna.place(), anna.ask(flag(NOTE)), anna.ask(flag(NOTE))])
    events = await history(shop, anna)
    digests = [digest_in(event.body) for event in events]
    assert digests[0] == ""
    assert digests[1] != digests[2]  # nobody sees that the same was said twice
    assert await said(shop, anna) == {digests[1]: NOTE, digests[2]: NOTE}
    state = json.encode(outcomes[-1].order)
    assert not any(NOTE.encode() in stored for stored in (state, *(e.body for e in events)))
    assert replay(events) == outcomes[-1].order


async def test_the_same_words_have_another_digest_on_every_order(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    boris = shop.buyer(HOME)
    await engine.submit_all([anna.place(), boris.place()])
    await engine.submit_all([anna.ask(flag(NOTE)), boris.ask(flag(NOTE))])
    assert len({*await said(shop, anna), *await said(shop, boris)}) == len("ab")


async def test_events_of_one_command_share_its_text(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    await engine.submit_all([anna.place(), anna.ask(Cancel(note=NOTE))])
    assert list((await said(shop, anna)).values()) == [NOTE]


async def test_a_repeated_command_is_known_by_its_id_and_another_text_is_another_request(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    asked = anna.ask(flag(NOTE))
    first = (await engine.submit_all([anna.place(), asked]))[-1]
    assert await engine.submit(asked) == structs.replace(first, repeated=True)
    with pytest.raises(CommandIdReused):
        await engine.submit(anna.ask(flag("другое"), id_=asked.command_id))
    assert list((await said(shop, anna)).values()) == [NOTE]


async def test_a_claim_told_again_in_the_same_words_is_the_same_claim(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    await engine.submit_all([*anna.until_shelved(), anna.hand_over()])
    claim = ClaimReturn(note="мала")
    kinds = [(await engine.submit(anna.ask(claim))).kind for _ in range(2)]
    assert kinds == [ResultKind.DONE, ResultKind.ALREADY_DONE]
    silent = await engine.submit(anna.ask(ClaimReturn()))
    assert silent.kind is ResultKind.ALREADY_DONE
    other = await engine.submit(anna.ask(ClaimReturn(note="велика")))
    assert other.kind is ResultKind.DONE
    assert sorted((await said(shop, anna)).values()) == ["велика", "мала"]


async def test_a_refused_command_leaves_no_words(shop: Shop, engine: Engine, anna: Buyer) -> None:
    await engine.submit_all([anna.place(), anna.ask(Cancel())])
    refused = await engine.submit(anna.ask(ClaimReturn(note=NOTE)))
    assert refused.kind is ResultKind.REFUSED
    assert await said(shop, anna) == {}


async def test_whoever_loses_a_race_leaves_no_words(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    lane = shop.lane_of(anna.number)
    placed = (await engine.submit_all([anna.place(), anna.pay()]))[-1].order
    assert placed is not None
    await engine.submit(anna.ask(Pack()))
    events = await history(shop, anna)
    late = OrderUpdate(
        structs.replace(placed, version=placed.version + 1),
        placed.version,
        placed.last_hash,
        (events[-1],),
        None,
        texts=(order_text(bytes(16), NOTE),),
    )
    with pytest.raises(RaceLost):
        await shop.journal.write(Batch(lane, [late], [], []))
    assert await said(shop, anna) == {}
    assert await history(shop, anna) == events


@pytest.mark.parametrize("at_once", [True, False], ids=["in one batch", "one after the other"])
async def test_an_erased_buyer_takes_the_words_along(
    shop: Shop, engine: Engine, anna: Buyer, *, at_once: bool
) -> None:
    boris = shop.buyer(HOME)
    await engine.submit_all([boris.place(), boris.ask(flag("о Борисе"))])
    told = [anna.place(), anna.ask(flag(NOTE)), anna.ask(Cancel(note="передумала"))]
    erasure = anna.ask(EraseContact())
    if at_once:
        await engine.submit_all([*told, erasure])
    else:
        await engine.submit_all(told)
        await engine.submit(erasure)
    assert await said(shop, anna) == {}
    assert list((await said(shop, boris)).values()) == ["о Борисе"]
    events = await history(shop, anna)
    assert sum(bool(digest_in(event.body)) for event in events) == len(told) - 1
    assert replay(events).erased


@pytest.mark.parametrize("at_once", [False, True])
async def test_nothing_is_noted_after_an_erasure_and_the_step_is_taken_without_words(
    shop: Shop, engine: Engine, anna: Buyer, *, at_once: bool
) -> None:
    """Rule 4.16."""
    told = [anna.place(), anna.ask(Cancel(note=NOTE)), anna.ask(EraseContact())]
    dispute = anna.ask(flag("Анна звонила ещё раз", Attention.DISPUTE))
    if at_once:
        *_, refused = await engine.submit_all([*told, dispute])
    else:
        await engine.submit_all(told)
        refused = await engine.submit(dispute)
    assert refused.refusal == Refusal(Code.BUYER_ERASED, "note")
    assert await said(shop, anna) == {}
    assert (await engine.submit(anna.ask(flag("", Attention.DISPUTE)))).kind == "done"
    assert await said(shop, anna) == {}
