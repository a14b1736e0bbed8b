"""The contract of a journal, run on every journal there is."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from msgspec import structs

from gotovo.engine.engine import Engine
from gotovo.engine.ports import (
    Batch,
    CommandIdReused,
    IdempotencyRecord,
    OrderUpdate,
    RaceLost,
    Sku,
)
from gotovo.engine.submission import ResultKind, Submission, SubmissionResult
from gotovo.order.refusals import Code, Refusal
from gotovo.order.replay import Recorded, replay
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.contact_erasure import EraseContact
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.placement import NewLine
from gotovo.order.steps.redirection import Redirect
from gotovo.order.stock_movements import StockMovement
from gotovo.order.values.customer import contact_digest
from gotovo.order.values.identity import IdentityKey, IdentityKind
from gotovo.order.values.number import home_of
from gotovo.order.values.order import Courier, Reason, Stage
from tests.support.engine.cast import CUP, TEA, Buyer, Shop, level
from tests.support.order.cast import SECRET

HOME = 77
RARE = NewLine("rare", "Редкость", 1, 900)


@pytest.fixture
def engine(shop: Shop) -> Engine:
    return shop.engine()


@pytest.fixture
def anna(shop: Shop) -> Buyer:
    return shop.buyer(HOME)


async def history(shop: Shop, buyer: Buyer) -> tuple[Recorded, ...]:
    lane = shop.lane_of(buyer.number)
    return (await shop.journal.histories(lane, [buyer.number]))[buyer.number]


async def stored(shop: Shop, submission: Submission) -> IdempotencyRecord:
    lane = shop.lane_of(submission.number)
    loaded = await shop.journal.load(lane, [], [submission.command_id], [])
    return loaded.records[submission.command_id]


async def test_an_order_comes_back_as_it_was_written(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    outcomes = await engine.submit_all(anna.until_shelved())
    assert [o.kind for o in outcomes] == [ResultKind.DONE] * 6
    loaded = await shop.journal.load(shop.lane_of(anna.number), [anna.number], [], [])
    stored = loaded.orders[anna.number]
    assert stored.order == outcomes[-1].order
    assert stored.order.stage is Stage.SHELVED
    assert stored.contact == anna.contact


async def test_the_history_is_kept_byte_for_byte(shop: Shop, engine: Engine, anna: Buyer) -> None:
    outcomes = await engine.submit_all(anna.until_shelved())
    events = await history(shop, anna)
    assert [e.version for e in events] == list(range(1, outcomes[-1].version + 1))
    assert replay(events) == outcomes[-1].order


async def test_what_does_not_exist_is_absent(shop: Shop, anna: Buyer) -> None:
    lane = shop.lane_of(anna.number)
    name = IdentityKey(IdentityKind.EXTERNAL_ID, "", "nothing")
    loaded = await shop.journal.load(lane, [anna.number], [UUID(int=1)], [name])
    assert (loaded.orders, loaded.records, loaded.holders) == ({}, {}, {})
    assert await shop.journal.histories(lane, [anna.number]) == {}
    assert await shop.journal.levels([Sku("KZN", "unheard-of")]) == {}


async def test_a_refusal_is_kept_as_an_answer_and_makes_no_order(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    asked = anna.place(NewLine("unheard-of", "Нечто", 1, 1))
    outcome = await engine.submit(asked)
    assert outcome.refusal == Refusal(Code.UNKNOWN_SKU, "lines[0].sku", "unheard-of")
    assert (outcome.version, outcome.order) == (0, None)
    answer = await stored(shop, asked)
    assert (answer.kind, answer.refusal, answer.version) == (ResultKind.REFUSED, outcome.refusal, 0)
    lane = shop.lane_of(anna.number)
    assert not (await shop.journal.load(lane, [anna.number], [], [])).orders


async def test_a_command_for_no_order_is_refused(engine: Engine, anna: Buyer) -> None:
    outcome = await engine.submit(anna.pay())
    assert outcome.refusal == Refusal(Code.UNKNOWN_ORDER)


async def test_a_repeated_command_gets_the_first_answer(engine: Engine, anna: Buyer) -> None:
    """Even when the order has moved on since: the answer is the order as of then (rule 4.13)."""
    placed, paid, packed, *rest = anna.until_shelved()
    first = [await engine.submit(x) for x in (placed, paid, packed)]
    await engine.submit_all(rest)
    again = [await engine.submit(x) for x in (placed, paid, packed)]
    assert again == [structs.replace(x, repeated=True) for x in first]


async def test_a_repeated_refusal_is_refused_again_though_it_would_now_be_accepted(
    engine: Engine, anna: Buyer
) -> None:
    too_early = anna.ask(Pack())
    await engine.submit(anna.place())
    first = await engine.submit(too_early)
    assert first.kind is ResultKind.REFUSED
    await engine.submit(anna.pay())
    again = await engine.submit(too_early)
    assert again == structs.replace(first, repeated=True)


async def test_answers_are_still_known_after_a_restart(shop: Shop, anna: Buyer) -> None:
    before = shop.engine()
    asked = anna.place()
    first = await before.submit(asked)
    await before.close()
    assert await shop.engine().submit(asked) == structs.replace(first, repeated=True)


async def test_a_command_id_cannot_be_used_for_something_else(engine: Engine, anna: Buyer) -> None:
    await engine.submit(anna.place())
    paid = anna.pay()
    await engine.submit(paid)
    with pytest.raises(CommandIdReused):
        await engine.submit(anna.ask(Pack(), id_=paid.command_id))


async def test_a_command_id_cannot_be_used_for_another_order(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    boris = shop.buyer(HOME)
    await engine.submit_all([anna.place(), boris.place()])
    paid = anna.pay()
    await engine.submit(paid)
    with pytest.raises(CommandIdReused):
        await engine.submit(structs.replace(paid, number=boris.number))


async def test_a_placement_repeated_under_another_number_finds_the_first_order(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    """Numbers are drawn by the edge; only the command id tells that it is the same request."""
    asked = anna.place()
    first = await engine.submit(asked)
    other = Buyer(shop.rng)
    while home_of(other.number) != HOME:
        other = Buyer(shop.rng)
    again = await engine.submit(structs.replace(asked, number=other.number))
    assert again == structs.replace(first, repeated=True)


async def test_a_taken_number_is_refused(shop: Shop, engine: Engine, anna: Buyer) -> None:
    await engine.submit(anna.place())
    outcome = await engine.submit(anna.place())
    assert outcome.refusal is not None
    assert outcome.refusal.code is Code.NUMBER_TAKEN
    assert len(await history(shop, anna)) == 1


async def test_of_two_who_write_on_one_version_the_second_loses_and_changes_nothing(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    """So does who has the number of the version from another history."""
    await engine.submit_all([anna.place(), anna.pay()])
    lane = shop.lane_of(anna.number)
    loaded = await shop.journal.load(lane, [anna.number], [], [])
    order = loaded.orders[anna.number].order
    packed = (await engine.submit(anna.ask(Pack()))).order
    assert packed is not None
    events = await history(shop, anna)
    stock = await level(shop.journal, "tea")
    record = IdempotencyRecord(
        UUID(int=5), anna.number, b"f", ResultKind.DONE, 3, None, shop.clock()
    )
    for version in (order.version, packed.version):
        changed = structs.replace(order, version=version + 1)
        event = structs.replace(events[-1], version=version + 1)
        late = OrderUpdate(changed, version, order.last_hash, (event,), None)
        stale = Batch(lane, [late], [record], [StockMovement("KZN", "tea", 0, 1)])
        with pytest.raises(RaceLost):
            await shop.journal.write(stale)
    assert await history(shop, anna) == events
    assert await level(shop.journal, "tea") == stock
    assert not (await shop.journal.load(lane, [], [UUID(int=5)], [])).records


async def test_a_used_command_id_loses_the_race(shop: Shop, engine: Engine, anna: Buyer) -> None:
    asked = anna.place()
    await engine.submit(asked)
    answer = await stored(shop, asked)
    with pytest.raises(RaceLost):
        await shop.journal.write(Batch(shop.lane_of(anna.number), [], [answer], []))


@pytest.mark.parametrize(
    "movement",
    [
        StockMovement("KZN", "rare", 0, 101),
        StockMovement("KZN", "rare", -101, 0),
        StockMovement("KZN", "rare", 0, -1),
        StockMovement("KZN", "unheard-of", 0, 1),
    ],
    ids=["more than there is", "more than on hand", "below zero", "of nothing"],
)
async def test_stock_is_never_oversold(shop: Shop, movement: StockMovement) -> None:
    with pytest.raises(RaceLost):
        await shop.journal.write(Batch(shop.lane_of(shop.buyer(HOME).number), [], [], [movement]))
    rare = await level(shop.journal, "rare")
    assert (rare.on_hand, rare.reserved) == (100, 0)


async def test_the_last_unit_goes_to_whoever_asked_first(shop: Shop, engine: Engine) -> None:
    buyers = [shop.buyer(HOME) for _ in range(3)]
    lines = [NewLine("rare", "Редкость", n, 100) for n in (60, 50, 40)]
    await engine.submit_all([b.place(line) for b, line in zip(buyers, lines, strict=True)])
    paid = await engine.submit_all(
        [b.pay(n * 100) for b, n in zip(buyers, (60, 50, 40), strict=True)]
    )
    assert [o.order.stage for o in paid if o.order] == [Stage.PAID, Stage.CANCELLED, Stage.PAID]
    short = paid[1].order
    assert short is not None
    assert (short.reason, short.refunds[0].amount) == (Reason.OUT_OF_STOCK, 5_000)
    rare = await level(shop.journal, "rare")
    assert (rare.on_hand, rare.reserved) == (100, 100)


async def test_stock_follows_an_order_out_and_back(shop: Shop, engine: Engine, anna: Buyer) -> None:
    boris = shop.buyer(HOME)
    await engine.submit_all(anna.until_shelved())
    await engine.submit_all([boris.place(TEA, CUP), boris.pay(), boris.ask(Cancel())])
    tea = await level(shop.journal, "tea")
    assert (tea.on_hand, tea.reserved) == (998, 0)


async def test_many_desks_at_once_issue_once(shop: Shop, engine: Engine, anna: Buyer) -> None:
    await engine.submit_all(anna.until_shelved())
    outcomes = await asyncio.gather(*(engine.submit(anna.hand_over()) for _ in range(50)))
    codes = Counter(o.refusal.code if o.refusal else o.kind for o in outcomes)
    assert codes == {ResultKind.DONE: 1, Code.ALREADY_ISSUED: 49}
    assert [e.type for e in await history(shop, anna)].count("order.issued") == 1


async def test_commands_told_out_of_order_keep_their_times(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    earlier = shop.clock() - timedelta(hours=2)
    await engine.submit_all([structs.replace(anna.place(), at=earlier), anna.pay()])
    packed = await engine.submit(anna.ask(Pack(), at=earlier))
    assert packed.kind is ResultKind.DONE
    events = await history(shop, anna)
    assert [e.type for e in events[-2:]] == ["order.packed", "order.attention_raised"]
    assert {(e.at, e.recorded_at) for e in events[-2:]} == {(earlier, shop.clock())}


async def test_an_untold_time_never_runs_behind_the_order(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    ahead = shop.clock() + timedelta(seconds=90)
    await engine.submit(anna.place())
    await engine.submit(structs.replace(anna.pay(), at=ahead))
    packed = await engine.submit(anna.ask(Pack()))
    assert packed.order is not None
    assert packed.order.last_at == ahead


async def test_an_erased_buyer_is_gone_while_the_order_stays(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    asked = anna.place()
    placed = await engine.submit(asked)
    await engine.submit(anna.ask(Cancel()))
    erased = await engine.submit(anna.ask(EraseContact()))
    assert erased.contact is None
    lane = shop.lane_of(anna.number)
    stored = (await shop.journal.load(lane, [anna.number], [], [])).orders[anna.number]
    assert stored.contact is None
    again = await engine.submit(asked)
    assert again == structs.replace(placed, contact=None, repeated=True)


async def test_a_door_that_is_told_later_is_kept_beside_the_order(
    shop: Shop, engine: Engine, anna: Buyer
) -> None:
    redirection = anna.ask(Redirect(Courier()), address="дом 2")
    outcomes = await engine.submit_all([anna.place(), redirection, anna.ask(Pack()), anna.pay()])
    assert [o.contact.address if o.contact else "" for o in outcomes] == ["дом 1", *["дом 2"] * 3]
    lane = shop.lane_of(anna.number)
    stored = (await shop.journal.load(lane, [anna.number], [], [])).orders[anna.number]
    moved = structs.replace(anna.contact, address="дом 2")
    assert stored.contact == moved
    assert (await engine.submit(redirection)).repeated
    changed = (await history(shop, anna))[1].body
    assert contact_digest(SECRET, moved).encode() in changed
    assert "дом".encode() not in changed


async def test_a_change_of_place_and_a_dispatch_at_once_leave_parcel_and_door_at_one(
    shop: Shop,
) -> None:
    """Whoever comes first decides: a courier sets out to the new door, or nobody moves."""
    engines = [shop.engine(), shop.engine()]
    buyers = [shop.buyer(HOME) for _ in range(20)]
    for buyer in buyers:
        await engines[0].submit_all([buyer.place(), buyer.pay(), buyer.ask(Pack())])
    moves = [each.ask(Redirect(Courier()), address="дом 2") for each in buyers]
    leaves = [each.ask(Dispatch()) for each in buyers]
    moved, _ = await asyncio.gather(
        asyncio.gather(*(engines[0].submit(each) for each in moves)),
        asyncio.gather(*(engines[1].submit(each) for each in leaves)),
    )
    for each in moved:
        lane = shop.lane_of(each.number)
        stored = (await shop.journal.load(lane, [each.number], [], [])).orders[each.number]
        assert stored.contact is not None
        done = each.refusal is None
        assert stored.order.stage is (Stage.WITH_COURIER if done else Stage.DISPATCHED)
        assert stored.contact.address == ("дом 2" if done else "дом 1")
        assert done or (each.refusal and each.refusal.code is Code.STAGE_FORBIDS)


async def test_two_engines_agree_on_one_journal(shop: Shop) -> None:
    """Each decides on what it read; the second one to commit reads again and decides again."""
    engines = [shop.engine(), shop.engine()]
    buyers = [shop.buyer(HOME) for _ in range(20)]
    for buyer in buyers:
        await engines[0].submit_all(buyer.until_shelved())

    async def issue(engine: Engine) -> list[SubmissionResult]:
        return list(await asyncio.gather(*(engine.submit(b.hand_over()) for b in buyers)))

    both = await asyncio.gather(*(issue(engine) for engine in engines))
    for outcomes in zip(*both, strict=True):
        kinds = sorted(o.refusal.code if o.refusal else o.kind for o in outcomes)
        assert kinds == [Code.ALREADY_ISSUED, ResultKind.DONE]
