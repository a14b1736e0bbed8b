"""Replacing the customer's key: every phone that is known opens the same account ever after."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gotovo.access.buyer.phone_accounts import BEGINS_AFTER, PhoneAccounts, UnknownCustomerKey, move
from gotovo.assembly.keyring import customer_rotation
from gotovo.assembly.keyring.customer_rotation import (
    CustomerKeyReport,
    CustomerRotationError,
    begun,
    finish,
    report,
    take_over,
)
from gotovo.assembly.keyring.secret_check import established_secrets
from gotovo.keyring.keyring import Keys, keyring_at, one_key
from gotovo.keyring.sources import read_secrets
from gotovo.order.values.customer import customer_id
from gotovo.store.audit.audit import audit
from gotovo.store.postgres.errors import ForeignSecret
from gotovo.store.tables.access.accounts import PhoneAccountStore
from gotovo.store.tables.access.sign_in import Session
from gotovo.store.tables.messages.messages import BuyerMessage, MessageStore, message_id
from gotovo.store.tables.security.customer_keys import try_job
from gotovo.store.tables.security.entries import Author
from tests.support.web.cast import ALINA, BORIS, NOBODY, NOW, SECRET, Cast
from tests.support.web.goods import MUG

if TYPE_CHECKING:
    import asyncpg

    Pool = asyncpg.Pool[Any]

BY = Author("cli:test")
NEW, LATE = "+79005550000", "+79005551111"
ACCOUNT = customer_id(SECRET, ALINA)


class Rotation:
    """An installation, its clock, and two processes that look phones up."""

    def __init__(self, pool: "Pool", file: Path) -> None:
        self.pool = pool
        self.file = file
        self.now = NOW
        self.here, self.there = self.process(), self.process()

    def clock(self) -> datetime:
        """Return the time."""
        return self.now

    def process(self) -> PhoneAccounts:
        """Return what a process has, which reads the table for every request."""
        seconds = iter(range(0, 10**6, 60))
        return PhoneAccounts(
            PhoneAccountStore(self.pool), self.keys, self.clock, lambda: float(next(seconds))
        )

    def keys(self) -> Keys:
        """Return the customer's keys as they stand in the file."""
        secrets = read_secrets(self.file)
        assert secrets is not None
        return keyring_at(secrets, self.now).identity

    async def begin(self) -> None:
        """Begin, and let the time come from which every process knows it."""
        state = await begun(self.pool, self.file, self.now, BY, timedelta(0))
        self.now = state.begins_at

    async def take_over(self) -> CustomerKeyReport:
        """Take every order over."""
        return await take_over(self.pool, self.file, self.clock, lambda _share: None)

    async def finish(self) -> CustomerKeyReport:
        """Destroy the older key."""
        return await finish(self.pool, self.file, self.clock, BY)

    async def opened(self, phone: str) -> str:
        """Return the account that a write finds, which has to be the same in both processes."""
        found = {(await each.current([phone]))(phone) for each in (self.here, self.there)}
        assert len(found) == 1
        return found.pop()

    def new_id(self, phone: str) -> str:
        """Return the digest of a phone under the key in use."""
        return customer_id(self.keys().key, phone)


@pytest.fixture
async def rotation(pool: "Pool", tmp_path: Path) -> Rotation:
    """Give an installation with the secret of an earlier version of the program."""
    file = tmp_path / "secret"
    file.touch(0o600)
    file.write_text(SECRET.hex())
    await established_secrets(pool, file, NOW)
    return Rotation(pool, file)


async def test_a_known_phone_opens_its_account_before_during_and_after(
    rotation: Rotation, cast: Cast
) -> None:
    """And who comes during the job keeps the account as well; who comes later has the new id."""
    await cast.place(ALINA, NOW, MUG)
    state = await begun(rotation.pool, rotation.file, NOW, BY, timedelta(0))
    assert await rotation.opened(ALINA) == ACCOUNT
    rotation.now = state.begins_at
    assert await rotation.opened(BORIS) == customer_id(SECRET, BORIS)
    assert await rotation.here.customer_of(LATE) == customer_id(SECRET, LATE), "only asked for"
    done = await rotation.take_over()
    assert (done.phones, done.accounts_left, done.is_mapped) == (2, 0, True)
    assert await rotation.opened(ALINA) == ACCOUNT
    assert SECRET.hex() in rotation.file.read_text()
    assert (await rotation.finish()).is_finished
    text = rotation.file.read_text()
    assert SECRET.hex() not in text
    assert [version for version, _ in rotation.keys().accepted] == [2]
    assert await rotation.opened(ALINA) == ACCOUNT
    assert await rotation.opened(BORIS) == customer_id(SECRET, BORIS)
    assert await rotation.opened(LATE) == rotation.new_id(LATE) != customer_id(SECRET, LATE)
    await established_secrets(rotation.pool, rotation.file, rotation.now)


async def test_messages_follow_their_account(rotation: Rotation, cast: Cast) -> None:
    """Accounts keep their ids, so those of messages, held or sent, stay what they were."""
    order = await cast.place(ALINA, NOW, MUG)
    messages = MessageStore(rotation.pool)
    planned = [
        BuyerMessage(
            id=message_id(order.number, version, order.customer),
            customer=order.customer,
            number=order.number,
            version=version,
            purpose="ready",
            created_at=NOW,
            due_at=NOW,
            hold=f"ready:{order.customer}:KZN-1",
        )
        for version in (1, 2)
    ]
    await messages.put(planned[:1])
    await rotation.begin()
    await rotation.take_over()
    await messages.put(planned)  # What is planned again is known; what is new is held with it.
    await rotation.finish()
    account = await rotation.here.customer_of(ALINA)
    assert len(await messages.of_order(order.number, account)) == len(planned)
    first, until = planned[0], NOW + timedelta(minutes=1)
    assert {each.version for each in await messages.take_held(first, until)} == {1, 2}


async def test_a_stopped_job_goes_on_where_it_was(
    rotation: Rotation, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for digit in range(6):
        await cast.place(f"+7900555000{digit}", NOW, MUG)
    await rotation.begin()
    monkeypatch.setattr(customer_rotation, "TAKEN_OVER_AT_ONCE", 2)
    with pytest.raises(CustomerRotationError, match="not every order was reached"):
        await rotation.finish()

    def stop(share: float) -> None:
        raise KeyboardInterrupt(share)

    with pytest.raises(KeyboardInterrupt):
        await take_over(rotation.pool, rotation.file, rotation.clock, stop)
    halfway = await report(rotation.pool, rotation.file, rotation.now)
    assert (halfway.phones, halfway.accounts_left, halfway.is_mapped) == (2, 4, False)
    assert 0 < halfway.share < 1
    again = await begun(rotation.pool, rotation.file, rotation.now, BY)
    assert again.version == 2, "it is taken up, not begun anew"
    steps: list[float] = []
    await take_over(rotation.pool, rotation.file, rotation.clock, steps.append)
    assert len(steps) == 3, "two pages of two, and the end"
    assert (await rotation.finish()).phones == 6


async def test_of_two_programs_one_is_refused(rotation: Rotation, pool: "Pool") -> None:
    await rotation.begin()
    async with pool.acquire() as connection, connection.transaction():
        assert await try_job(connection)
        for work in (rotation.take_over, rotation.finish):
            with pytest.raises(CustomerRotationError, match="another program"):
                await work()
    await rotation.take_over()


@pytest.mark.parametrize("is_taken_over", [False, True])
async def test_a_buyer_moves_to_another_phone_meanwhile(
    rotation: Rotation, cast: Cast, *, is_taken_over: bool
) -> None:
    await cast.place(ALINA, NOW, MUG)
    await rotation.begin()
    if is_taken_over:
        assert await rotation.opened(ALINA) == ACCOUNT
    session = Session(ACCOUNT, "+7 9** ***-**-67", NOW, NOW + timedelta(days=1))
    assert await move(rotation.here, session, NEW, rotation.now)
    assert await rotation.opened(NEW) == ACCOUNT
    rotation.now += BEGINS_AFTER
    left = await rotation.opened(ALINA)
    assert left not in {ACCOUNT, rotation.new_id(ALINA)}
    await rotation.take_over()
    await rotation.finish()
    assert await rotation.opened(NEW) == ACCOUNT
    assert await rotation.opened(ALINA) == left
    assert await move(rotation.there, session, LATE, rotation.now), "and afterwards"
    assert await rotation.opened(LATE) == ACCOUNT
    assert await rotation.opened(NEW) not in {ACCOUNT, left}


async def test_two_accounts_that_move_to_one_phone_do_not_lose_one(rotation: Rotation) -> None:
    await rotation.begin()
    others = [
        Session(customer_id(SECRET, phone), "", NOW, NOW + timedelta(days=1))
        for phone in (ALINA, BORIS)
    ]
    moved = await asyncio.gather(*(move(rotation.here, each, NEW, rotation.now) for each in others))
    assert sorted(moved) == [False, True]
    await rotation.take_over()
    await rotation.finish()
    assert await rotation.opened(NEW) == others[moved.index(True)].customer


async def test_an_account_without_a_phone_is_counted_and_opens_while_the_older_key_stands(
    rotation: Rotation, cast: Cast, pool: "Pool"
) -> None:
    for phone in (ALINA, BORIS):
        await cast.place(phone, NOW, MUG)
    await pool.execute("update orders set contact = null")
    assert (await report(pool, rotation.file, NOW)).accounts_left == 2
    await rotation.begin()
    assert (await rotation.take_over()).accounts_left == 2
    assert await rotation.opened(ALINA) == ACCOUNT, "she signs in, and is taken over"
    assert (await rotation.finish()).accounts_left == 1
    assert await rotation.opened(ALINA) == ACCOUNT
    assert await rotation.opened(BORIS) == rotation.new_id(BORIS)


async def test_the_key_is_replaced_again_and_again(rotation: Rotation, cast: Cast) -> None:
    await cast.place(ALINA, NOW, MUG)
    newcomer = ""
    for version in (2, 3, 4):
        await rotation.begin()
        await rotation.take_over()
        assert (await rotation.finish()).version == version
        assert await rotation.opened(ALINA) == ACCOUNT
        newcomer = newcomer or await rotation.opened(NOBODY)
    assert await rotation.opened(NOBODY) == rotation.new_id(NOBODY) != newcomer, "had no order"


async def test_a_job_that_ended_before_the_file_was_written_is_finished_again(
    rotation: Rotation, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    await cast.place(ALINA, NOW, MUG)
    await rotation.begin()
    await rotation.take_over()

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(customer_rotation, "replace_secrets", cut)
    with pytest.raises(KeyboardInterrupt):
        await rotation.finish()
    monkeypatch.undo()
    assert SECRET.hex() in rotation.file.read_text()
    with pytest.raises(CustomerRotationError, match="with --finish first"):
        await begun(rotation.pool, rotation.file, rotation.now, BY)
    await rotation.finish()
    assert SECRET.hex() not in rotation.file.read_text()
    assert await rotation.opened(ALINA) == ACCOUNT


async def test_a_database_from_before_needs_the_file_from_before(
    rotation: Rotation, pool: "Pool"
) -> None:
    before = rotation.file.read_text()
    await rotation.begin()
    await rotation.take_over()
    await rotation.finish()
    await pool.execute("delete from customer_key")
    await pool.execute("delete from secret_check where version = 2")
    with pytest.raises(ForeignSecret, match="looked up by its version 1"):
        await established_secrets(pool, rotation.file, rotation.now)
    rotation.file.write_text(before)
    await established_secrets(pool, rotation.file, rotation.now)


async def test_a_process_without_the_new_key_makes_no_accounts(
    rotation: Rotation, pool: "Pool"
) -> None:
    """Of another machine, to which the file was not copied."""
    await rotation.begin()
    other = PhoneAccounts(PhoneAccountStore(pool), lambda: one_key(SECRET), rotation.clock)
    with pytest.raises(UnknownCustomerKey, match="version 2 of the secret"):
        await other.current([ALINA])


async def test_the_audit_says_which_contacts_have_no_key_any_more(
    rotation: Rotation, cast: Cast, pool: "Pool", database_url: str
) -> None:
    await cast.place(ALINA, NOW, MUG)
    await rotation.begin()
    await rotation.take_over()
    await rotation.finish()
    keys = [key for _, key in rotation.keys().accepted]
    audited = await audit(database_url, keys)
    assert audited.checked.unproved == 1
    assert "orders.contact" not in {finding.where for finding in audited.findings}
    await pool.execute("update customer_key set begins_at = $1", NOW - timedelta(days=1))
    changed = await audit(database_url, keys)
    assert "orders.contact" in {finding.where for finding in changed.findings}
