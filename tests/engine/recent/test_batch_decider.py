"""What a process remembers may be out of date in every way: nobody ever gets an answer from it."""

import asyncio
from collections.abc import Sequence
from copy import deepcopy
from random import Random
from uuid import UUID

import pytest
from msgspec import Struct, structs

from gotovo.engine.engine import Engine
from gotovo.engine.memory import MemoryJournal
from gotovo.engine.ports import Batch, BatchFacts, CommandIdReused, Sku, SkuLevel
from gotovo.engine.submission import ResultKind, SubmissionResult
from gotovo.order.refusals import Code
from gotovo.order.replay import decode, replay
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.contact_erasure import EraseContact
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.payment import PaymentReceived
from gotovo.order.steps.placement import NewLine
from gotovo.order.values.identity import IdentityKey
from gotovo.order.values.order import Attention, Reason
from tests.engine.conftest import IN_STOCK
from tests.support.engine.cast import TEA, Buyer, Shop

DAMAGED = RaiseAttention(Attention.DAMAGED)
HOME = 77


class Watched(MemoryJournal):
    """A journal that notes what is read of it, and can be unable to write."""

    def __init__(self) -> None:
        super().__init__()
        self.orders_read: list[str] = []
        self.skus_read: list[Sku] = []
        self.is_full = False

    async def write(self, batch: Batch) -> None:  # pyright: ignore[reportImplicitOverride]
        if self.is_full:
            raise OSError("no space")
        await super().write(batch)

    async def load(  # pyright: ignore[reportImplicitOverride]
        self,
        lane: int,
        numbers: Sequence[str],
        command_ids: Sequence[UUID],
        identities: Sequence[IdentityKey] = (),
    ) -> BatchFacts:
        self.orders_read += numbers
        return await super().load(lane, numbers, command_ids, identities)

    async def levels(  # pyright: ignore[reportImplicitOverride]
        self, skus: Sequence[Sku]
    ) -> dict[Sku, SkuLevel]:
        self.skus_read += skus
        return dict(await super().levels(skus))


@pytest.fixture
def journal() -> Watched:
    journal = Watched()
    for sku, units in IN_STOCK.items():
        journal.receive("KZN", sku, units)
    return journal


@pytest.fixture
def shop(journal: Watched) -> Shop:
    return Shop(journal)


@pytest.fixture
def engine(shop: Shop) -> Engine:
    return shop.engine()


@pytest.fixture
def other(shop: Shop) -> Engine:
    """Another process on the same journal."""
    return shop.engine()


@pytest.fixture
def anna(shop: Shop) -> Buyer:
    return shop.buyer(HOME)


def code_of(result: SubmissionResult) -> Code | None:
    return result.refusal.code if result.refusal else None


async def test_a_life_in_one_process_reads_its_stock_once_and_no_order(
    engine: Engine, anna: Buyer, journal: Watched
) -> None:
    for submission in anna.until_shelved():
        assert (await engine.submit(submission)).kind is ResultKind.DONE
    assert journal.orders_read == []
    assert sorted(journal.skus_read) == [("KZN", "cup"), ("KZN", "tea")]


async def test_a_step_on_what_another_process_changed_is_decided_anew(
    engine: Engine, other: Engine, anna: Buyer, journal: Watched
) -> None:
    await engine.submit_all([anna.place(), anna.pay()])
    await other.submit(anna.ask(Cancel()))
    assert code_of(await engine.submit(anna.ask(Pack()))) in {Code.CANCELLED, Code.CLOSED}
    assert engine.counts.races_lost == 1
    history = (await journal.histories(0, [anna.number]))[anna.number]
    assert [event.type for event in history].count("order.packed") == 0


async def test_after_a_lost_race_batches_are_read_for_a_while(
    engine: Engine, other: Engine, shop: Shop, journal: Watched
) -> None:
    """Of several processes that share orders, each would lose almost every race."""
    buyers = [shop.buyer() for _ in range(10)]
    await engine.submit_all([buyer.place() for buyer in buyers])
    await other.submit_all([buyer.pay() for buyer in buyers])
    for buyer in buyers:
        assert (await engine.submit(buyer.ask(DAMAGED))).kind is ResultKind.DONE
    assert engine.counts.races_lost == 1
    assert journal.orders_read[-9:] == [buyer.number for buyer in buyers[1:]]


async def test_stock_that_another_process_took_is_not_sold(
    engine: Engine, other: Engine, shop: Shop, anna: Buyer, journal: Watched
) -> None:
    boris = shop.buyer()
    await engine.submit_all([anna.place(), boris.place(NewLine("tea", "Чай", 999, 1))])
    assert code_of(await other.submit(boris.pay(999))) is None
    paid = (await engine.submit(anna.pay())).order
    assert paid is not None
    assert paid.reason is Reason.OUT_OF_STOCK
    level = (await journal.levels([Sku("KZN", "tea")]))[Sku("KZN", "tea")]
    assert (level.on_hand, level.reserved) == (1_000, 999)


async def test_that_goods_are_gone_is_read(
    engine: Engine, shop: Shop, anna: Buyer, journal: Watched
) -> None:
    """They may have come back since."""
    boris = shop.buyer()
    await engine.submit_all([anna.place(TEA), boris.place(NewLine("tea", "Чай", 999, 1))])
    await engine.submit(boris.pay(999))
    journal.receive("KZN", "tea", 1)
    paid = (await engine.submit(anna.pay(600))).order
    assert paid is not None
    assert paid.reserved


async def test_the_contact_of_a_buyer_whom_another_process_erased_is_told_to_nobody(
    engine: Engine, other: Engine, anna: Buyer
) -> None:
    await engine.submit_all([anna.place(), anna.ask(Cancel())])
    await other.submit(anna.ask(EraseContact()))
    told = await engine.submit(anna.ask(DAMAGED))
    assert (told.kind, told.contact) == (ResultKind.DONE, None)
    noted = await engine.submit(anna.ask(RaiseAttention(Attention.LATE, "at the door")))
    assert code_of(noted) is Code.BUYER_ERASED


async def test_a_version_of_another_history_is_not_carried_on(
    engine: Engine, other: Engine, anna: Buyer, journal: Watched
) -> None:
    """The database was put back to an earlier instant, and has the same number again since."""
    await engine.submit(anna.place())
    earlier = deepcopy(journal.__dict__)
    await engine.submit(anna.pay())
    journal.__dict__.update(earlier)
    cancelled = await other.submit(anna.ask(Cancel()))
    assert cancelled.version == 2
    assert code_of(await engine.submit(anna.ask(Pack()))) in {Code.CANCELLED, Code.CLOSED}
    assert replay((await journal.histories(0, [anna.number]))[anna.number]) == cancelled.order


async def test_a_refusal_is_decided_by_what_is_there(
    engine: Engine, other: Engine, anna: Buyer
) -> None:
    await engine.submit(anna.place())
    await other.submit(anna.pay())
    assert (await engine.submit(anna.ask(Pack()))).kind is ResultKind.DONE


async def test_that_it_was_done_already_is_decided_by_what_is_there(
    engine: Engine, other: Engine, anna: Buyer
) -> None:
    await engine.submit_all([anna.place(), anna.ask(DAMAGED)])
    await other.submit(anna.ask(ClearAttention(Attention.DAMAGED)))
    raised = await engine.submit(anna.ask(DAMAGED))
    assert (raised.kind, raised.version) == (ResultKind.DONE, 4)


@pytest.mark.parametrize("step", [DAMAGED, Pack()], ids=["done once more", "refused"])
async def test_a_command_of_another_process_is_not_done_twice(
    engine: Engine, other: Engine, anna: Buyer, step: Struct
) -> None:
    await engine.submit(anna.place())
    asked = anna.ask(step)
    first = await other.submit(asked)
    assert await engine.submit(asked) == structs.replace(first, repeated=True)


async def test_a_placement_of_another_process_is_not_repeated(
    engine: Engine, other: Engine, shop: Shop, anna: Buyer
) -> None:
    asked = anna.place()
    first = await other.submit(asked)
    boris = shop.buyer(HOME)
    again = await engine.submit(structs.replace(asked, number=boris.number))
    assert again == structs.replace(first, repeated=True)


async def test_a_number_that_another_process_gave_is_taken(
    engine: Engine, other: Engine, anna: Buyer
) -> None:
    await other.submit(anna.place())
    assert code_of(await engine.submit(anna.place())) is Code.NUMBER_TAKEN


async def test_a_command_id_that_another_process_used_is_used(
    engine: Engine, other: Engine, shop: Shop, anna: Buyer
) -> None:
    boris = shop.buyer()
    await engine.submit_all([anna.place(), boris.place()])
    paid = boris.pay()
    await other.submit(paid)
    with pytest.raises(CommandIdReused):
        await engine.submit(anna.ask(DAMAGED, id_=paid.command_id))


@pytest.mark.parametrize("by_other", [True, False])
async def test_a_payment_that_another_order_has_is_contested(
    engine: Engine, other: Engine, shop: Shop, anna: Buyer, *, by_other: bool
) -> None:
    boris = shop.buyer()
    await engine.submit_all([anna.place(), boris.place()])
    await (other if by_other else engine).submit(boris.pay(payment_id="one"))
    contested = (await engine.submit(anna.pay(payment_id="one"))).order
    assert contested is not None
    assert (contested.paid, contested.attention) == (0, (Attention.MONEY,))


async def test_a_payment_that_is_contested_once_more_names_the_order_that_has_it(
    engine: Engine, shop: Shop, anna: Buyer, journal: Watched
) -> None:
    boris = shop.buyer()
    await engine.submit_all([anna.place(), boris.place()])
    await engine.submit_all([boris.pay(payment_id="one"), anna.pay(payment_id="one")])
    await engine.submit(anna.pay(500, payment_id="one"))
    history = (await journal.histories(0, [anna.number]))[anna.number]
    events = [decode(event.type, event.body) for event in history]
    holders = [event.holder for event in events if isinstance(event, PaymentReceived)]
    assert holders == [boris.number, boris.number]


async def test_of_a_batch_only_the_orders_are_read_that_it_would_not_change(
    engine: Engine, shop: Shop, journal: Watched
) -> None:
    buyers = [shop.buyer() for _ in range(5)]
    await engine.submit_all([buyer.place() for buyer in buyers])
    await engine.submit_all([buyer.pay() for buyer in buyers[:4]])
    results = await engine.submit_all(
        [buyers[0].place(), *(buyer.ask(Pack()) for buyer in buyers[1:])]
    )
    assert [code_of(result) for result in results] == [
        Code.NUMBER_TAKEN,
        None,
        None,
        None,
        Code.STAGE_FORBIDS,
    ]
    assert sorted(journal.orders_read) == sorted([buyers[0].number, buyers[4].number])


async def test_an_order_that_could_not_be_written_is_read(
    engine: Engine, anna: Buyer, journal: Watched
) -> None:
    await engine.submit(anna.place())
    journal.is_full = True
    with pytest.raises(OSError, match="no space"):
        await engine.submit(anna.pay())
    journal.is_full = False
    assert (await engine.submit(anna.pay())).kind is ResultKind.DONE
    assert journal.orders_read == [anna.number]


@pytest.mark.parametrize("seed", range(5))
async def test_processes_that_share_all_orders_come_to_the_same_end(
    shop: Shop, journal: Watched, seed: int
) -> None:
    """Every step of every order goes to any process, and some to two at once."""
    rng = Random(seed)
    engines = [shop.engine(batch=8, batches_in_flight=2) for _ in range(3)]
    buyers = [shop.buyer() for _ in range(30)]
    lives = [buyer.until_shelved() for buyer in buyers]
    for step in range(6):
        asked = [life[step] for life in lives] + [rng.choice(lives)[step] for _ in range(10)]
        rng.shuffle(asked)
        results = await asyncio.gather(*(rng.choice(engines).submit(each) for each in asked))
        assert {result.kind for result in results} == {ResultKind.DONE}
        assert sum(result.repeated for result in results) == 10
    histories = await journal.histories(0, [buyer.number for buyer in buyers])
    for number, history in histories.items():
        stored = (await journal.load(0, [number], [])).orders[number]
        assert replay(history) == stored.order
    levels = await journal.levels([Sku("KZN", "tea"), Sku("KZN", "cup")])
    assert [tuple(structs.astuple(level)) for level in levels.values()] == [(940, 0), (970, 0)]
