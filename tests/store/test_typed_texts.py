"""What people type is in one table alone, and an erased buyer leaves no trace of it anywhere."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import asyncpg
from msgspec import Struct, json, structs

from gotovo.engine.engine import Engine
from gotovo.engine.working.order_texts import TEXT_FIELDS
from gotovo.order.replay import Recorded, replay
from gotovo.order.steps.attempt import AttemptReason, RecordAttempt
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.contact_erasure import EraseContact
from gotovo.order.steps.correction import Correct
from gotovo.order.steps.departure import Depart
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.promise import ChangePromise
from gotovo.order.steps.reinstatement import Reinstate
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.steps.return_refusal import RefuseReturn
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.steps.storage_extension import ExtendStorage
from gotovo.order.values.actor import TIMER, Actor, Role
from gotovo.order.values.handover.declined_units import DeclinedUnits, ReturnDecline
from gotovo.order.values.handover.proofs import NoCodeReason, WithoutCode
from gotovo.order.values.order import Attention, Courier
from tests.support.engine.cast import Buyer, Shop

CANARY = "zzканарейка"
"""In no sentence of ours; every text of a command has it, and a number."""


class Typist:
    """Takes steps whose free text is a canary of its own."""

    def __init__(self, shop: Shop, engine: Engine) -> None:
        self.shop = shop
        self.engine = engine
        self.canaries: list[str] = []
        self.typed: set[type[Struct]] = set()

    async def take(self, buyer: Buyer, command: Struct, actor: Actor | None = None) -> None:
        """Take a step that changes something."""
        field = TEXT_FIELDS.get(type(command))
        says_why = not isinstance(command, HandOver) or command.without_code is not None
        if field is not None and says_why:
            self.canaries.append(f"{CANARY}{len(self.canaries)}")
            self.typed.add(type(command))
            command = structs.replace(command, **{field: self.canaries[-1]})
        asked = buyer.ask(command) if actor is None else buyer.ask(command, actor=actor)
        outcome = await self.engine.submit(asked)
        assert (outcome.kind, outcome.refusal) == ("done", None), command

    async def version(self, buyer: Buyer, type_: str) -> int:
        """Return the version of the last event of a type."""
        history = await self.history(buyer)
        return next(event.version for event in reversed(history) if event.type == type_)

    async def history(self, buyer: Buyer) -> Sequence[Recorded]:
        found = await self.shop.journal.histories(0, [buyer.number])
        return found[buyer.number]


async def bring_back(typist: Typist) -> Buyer:
    """Return the buyer of an order that was flagged, issued by mistake, issued, and claimed."""
    shop, anna = typist.shop, typist.shop.buyer()
    placed, paid, *steps = anna.until_shelved()
    await typist.engine.submit_all([placed, paid])
    another_day = ChangePromise((shop.clock() + timedelta(days=3)).date(), None, "")
    await typist.take(anna, another_day)
    await typist.take(anna, RaiseAttention(Attention.DAMAGED))
    await typist.take(anna, ClearAttention(Attention.DAMAGED))
    await typist.engine.submit_all(steps)
    await typist.take(anna, ExtendStorage(), Actor(Role.BUYER, anna.customer))
    without_code = WithoutCode(NoCodeReason.OTHER, approved_by="somebody else")
    await typist.take(anna, OpenHandover(without_code=without_code))
    await typist.take(anna, HandOver(fact=True))
    await typist.take(anna, Correct(await typist.version(anna, "order.issued"), ""))
    await typist.take(anna, HandOver(without_code=without_code))
    await typist.take(anna, ClaimReturn())
    await typist.take(anna, RefuseReturn((DeclinedUnits(1, 1, ReturnDecline.OTHER),)))
    return anna


async def refuse_at_door(typist: Typist) -> Buyer:
    """Return the buyer of a courier's order: not there, not tried, then refused in person."""
    shop, boris = typist.shop, typist.shop.buyer()
    await typist.engine.submit_all([boris.place(delivery=Courier()), boris.pay()])
    for step in (Pack(), Dispatch()):
        await typist.take(boris, step)
    for reason in (AttemptReason.NO_ATTEMPT, AttemptReason.ABSENT, AttemptReason.REFUSED):
        await typist.take(boris, LogCall(answered=True))
        now = shop.clock()
        await typist.take(boris, AgreeSlot(now + timedelta(hours=1), now + timedelta(hours=2)))
        await typist.take(boris, Depart())
        await typist.take(boris, RecordAttempt(reason))
    return boris


async def reopen(typist: Typist) -> Buyer:
    """Return the buyer of an order that expired, was reinstated, and then cancelled."""
    vera = typist.shop.buyer()
    await typist.engine.submit_all(vera.until_shelved())
    typist.shop.clock.wait(days=9)
    await typist.take(vera, ExpireStorage(), TIMER)
    await typist.take(vera, Reinstate())
    await typist.take(vera, Cancel())
    return vera


async def tables_with(pool: "asyncpg.Pool[Any]", text: str) -> set[str]:
    """Return the tables that have the text in any column, also as the bytes of one."""
    rows = await pool.fetch("select tablename from pg_tables where schemaname = 'public'")
    found: set[str] = set()
    for (table,) in rows:
        escaped = json.encode(text).decode().strip('"')
        for form in {text, escaped, text.encode().hex()}:
            found_in = "as t where position($1 in t::text) > 0"
            has = f"select exists (select from {table} {found_in})"  # noqa: S608
            if await pool.fetchval(has, form):
                found.add(table)
    return found


async def test_every_text_that_is_typed_is_in_one_table_and_gone_with_its_buyer(
    shop: Shop, pool: "asyncpg.Pool[Any]"
) -> None:
    """A new field for free text fails here until an order is led through its step."""
    typist = Typist(shop, shop.engine())
    buyers = [await take(typist) for take in (bring_back, refuse_at_door, reopen)]
    assert typist.typed == set(TEXT_FIELDS)
    for canary in typist.canaries:
        assert await pool.fetchval("select count(*) from order_text where said = $1", canary) == 1
    assert await tables_with(pool, CANARY) == {"order_text"}
    for buyer in buyers:
        await typist.take(buyer, EraseContact())
        assert replay(await typist.history(buyer)).erased
    assert await tables_with(pool, CANARY) == set()
    assert await pool.fetchval("select count(*) from order_text") == 0


async def test_a_search_of_all_tables_finds_what_is_there(
    shop: Shop, pool: "asyncpg.Pool[Any]"
) -> None:
    anna = shop.buyer()
    await shop.engine().submit(anna.place())
    assert await tables_with(pool, anna.contact.phone) == {"orders"}
    assert await tables_with(pool, anna.number) >= {"orders", "event", "command"}
