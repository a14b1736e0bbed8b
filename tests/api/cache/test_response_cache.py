"""Kept answers are the ones that would be made now, whatever happens while they are made."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from gotovo.api.answer import Answer
from gotovo.api.cache import response_cache
from gotovo.api.cache.response_cache import KeptAnswers
from gotovo.engine.ports import Noticed, Touched
from tests.support.api.network import ALINA, TOTAL, Api


class Journal:
    """A journal of one lane that anybody may write to, and a count of what was read."""

    def __init__(self) -> None:
        self.events: list[Noticed] = []
        self.looks = 0
        self.made = 0

    def record(self, number: str, customer: str = "anna") -> None:
        """Write an event down."""
        self.events.append(Noticed(len(self.events) + 1, number, customer))

    async def look(self, _lane: int, after: int | None, limit: int) -> Touched:
        """Return what happened after a position."""
        self.looks += 1
        head = len(self.events)
        return Touched(head, [] if after is None else self.events[after:][:limit])

    def version(self, subject: str) -> Callable[[], Awaitable[Answer]]:
        """Return what tells how many events a subject has."""

        async def make() -> Answer:
            self.made += 1
            seen = sum(subject in (event.number, event.customer) for event in self.events)
            return Answer(200, f"{subject} {seen}".encode())

        return make


@pytest.fixture
def journal() -> Journal:
    """Give an empty journal."""
    return Journal()


async def test_what_did_not_change_is_made_once(journal: Journal) -> None:
    answers = KeptAnswers(journal.look)
    journal.record("1")
    for _ in range(3):
        answer = await answers.answer("1", "order", journal.version("1"))
        assert answer.body == b"1 1"
    assert journal.made == 1


async def test_an_event_drops_the_order_and_the_buyer_and_nobody_else(journal: Journal) -> None:
    answers = KeptAnswers(journal.look)
    for subject in ("1", "2", "anna", "boris"):
        await answers.answer(subject, "order", journal.version(subject))
    journal.record("1", "anna")
    told = [
        (await answers.answer(each, "order", journal.version(each))).body
        for each in ("1", "2", "anna", "boris")
    ]
    assert told == [b"1 1", b"2 0", b"anna 1", b"boris 0"]
    assert journal.made == 6


async def test_each_form_is_kept_for_itself(journal: Journal) -> None:
    answers = KeptAnswers(journal.look)

    async def other() -> Answer:
        return Answer(200, b"in other words")

    await answers.answer("1", "ru", journal.version("1"))
    assert (await answers.answer("1", "en", other)).body == b"in other words"
    assert (await answers.answer("1", "ru", other)).body == b"1 0"


async def read_slowly(answers: KeptAnswers, journal: Journal, meanwhile: Sequence[str]) -> None:
    """Let an answer about order 1 be made from what was there before other orders' events."""
    going_on = asyncio.Event()
    await answers.answer("9", "order", journal.version("9"))

    async def slow() -> Answer:
        await going_on.wait()
        return Answer(200, b"1 0")

    making = asyncio.create_task(answers.answer("1", "order", slow))
    await asyncio.sleep(0)
    for number in meanwhile:
        journal.record(number, f"buyer {number}")
    await answers.answer("9", "order", journal.version("9"))
    going_on.set()
    assert (await making).body == b"1 0"


async def test_what_happens_while_an_answer_is_made_is_not_hidden_by_it(journal: Journal) -> None:
    answers = KeptAnswers(journal.look)
    await read_slowly(answers, journal, meanwhile=("1",))
    assert (await answers.answer("1", "order", journal.version("1"))).body == b"1 1"


async def test_what_happens_to_others_meanwhile_hinders_nobody(journal: Journal) -> None:
    answers = KeptAnswers(journal.look)
    await read_slowly(answers, journal, meanwhile=("2", "3"))
    made = journal.made
    assert (await answers.answer("1", "order", journal.version("1"))).body == b"1 0"
    assert journal.made == made


async def test_what_was_touched_longer_ago_than_is_remembered_counts_as_touched(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response_cache, "TOUCHED_MAX", 2)
    answers = KeptAnswers(journal.look)
    await read_slowly(answers, journal, meanwhile=("1", "2", "3", "4"))
    assert (await answers.answer("1", "order", journal.version("1"))).body == b"1 1"


async def test_a_slow_answer_from_before_everything_was_dropped_is_not_kept(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response_cache, "LOOK_EVENTS_MAX", 2)
    answers = KeptAnswers(journal.look)
    await read_slowly(answers, journal, meanwhile=("2", "3", "1"))
    assert (await answers.answer("1", "order", journal.version("1"))).body == b"1 1"


async def test_too_much_news_drops_everything(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response_cache, "LOOK_EVENTS_MAX", 3)
    answers = KeptAnswers(journal.look)
    await answers.answer("1", "order", journal.version("1"))
    for number in ("2", "3", "4", "5", "1"):
        journal.record(number)
    assert (await answers.answer("1", "order", journal.version("1"))).body == b"1 1"
    assert (await answers.answer("1", "order", journal.version("1"))).body == b"1 1"
    assert journal.made == 2


async def test_what_is_kept_is_bounded_by_its_bytes(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response_cache, "KEPT_BYTES_MAX", 10)
    answers = KeptAnswers(journal.look)
    for subject in "1234":
        await answers.answer(subject, "order", journal.version(subject))
        assert answers.bytes <= 10
    await answers.answer("4", "order", journal.version("4"))
    assert journal.made == 4
    await answers.answer("1", "order", journal.version("1"))
    assert journal.made == 5


async def test_what_is_not_found_is_not_kept(journal: Journal) -> None:
    answers = KeptAnswers(journal.look)

    async def missing() -> Answer:
        journal.made += 1
        return Answer(404, b"")

    for _ in range(2):
        assert (await answers.answer("1", "order", missing)).status == 404
    assert journal.made == 2


async def test_askers_at_the_same_time_share_a_look(journal: Journal) -> None:
    answers = KeptAnswers(journal.look)
    await answers.answer("1", "order", journal.version("1"))
    before = journal.looks
    await asyncio.gather(*(answers.answer("1", "order", journal.version("1")) for _ in range(100)))
    assert journal.looks - before <= 4


async def test_where_the_journal_has_several_lanes_nothing_is_kept(journal: Journal) -> None:
    answers = KeptAnswers(journal.look, lanes=range(256))
    for _ in range(2):
        await answers.answer("1", "order", journal.version("1"))
    assert (journal.looks, journal.made) == (0, 2)


async def test_every_way_to_look_at_an_order_sees_each_step_at_once(api: Api) -> None:
    number = (await api.place())["number"]
    paths = (f"/orders/{number}", f"/orders/{number}/timeline", f"/orders?customer=%2B{ALINA[1:]}")
    said: dict[str, list[bytes]] = {path: [] for path in paths}
    for step, body in (
        ("payment", {"amount": TOTAL}),
        ("picking", {}),
        ("packing", {}),
        ("dispatch", {}),
        ("arrival", {}),
        ("shelving", {"cell": "A-1"}),
    ):
        for path in paths:
            first, second = await api.get(path), await api.get(path)
            assert first.content == second.content
            said[path].append(first.content)
        await api.post(f"/orders/{number}/{step}", body)
    for path in paths:
        assert len(set(said[path])) == len(said[path]), path
    assert await api.network.parts.reads.order(number) is not None


async def test_a_change_by_another_process_is_seen_by_the_next_look(api: Api) -> None:
    number = (await api.place())["number"]
    parts = api.network.parts

    async def status() -> Answer:
        found = await parts.reads.order(number)
        assert found is not None
        return Answer(200, found.order.stage.encode())

    before = await parts.kept.answer(number, "stage", status)
    await api.network.reopen()
    await api.post(f"/orders/{number}/payment", {"amount": TOTAL})
    assert api.network.parts is not parts
    after = await parts.kept.answer(number, "stage", status)
    assert (before.body, after.body) == (b"placed", b"paid")
