"""What a shop tries that wants to know how much the others do: by the cursors of the feed."""

import pytest

from gotovo.access.feed_cursors import shop_reader
from tests.support.api.network import BOOKSHOP, Api


async def next_of(api: Api, by: str, after: str = "") -> str:
    """Return the cursor to continue from after everything that there is."""
    return (await api.get(f"/events?limit=1000&after={after}", by)).json()["next"]


async def test_cursors_of_two_instants_do_not_tell_whether_others_did_anything(api: Api) -> None:
    await api.place("book-storefront")
    before = await next_of(api, "book-follower")
    same = await next_of(api, "book-follower")
    await api.place()
    after = await next_of(api, "book-follower")

    assert len({before, same, after}) == 3
    assert len({len(each) for each in (before, same, after)}) == 1
    assert not any(each.isdigit() for each in (before, same, after))


async def test_the_cursor_of_an_event_is_sealed_and_resumes_after_it(api: Api) -> None:
    numbers: list[str] = []
    for _ in range(3):
        await api.place()
        numbers.append((await api.place("book-storefront"))["number"])
    first, second, third = (await api.get("/events", "book-follower")).json()["items"]
    rest = (await api.get(f"/events?after={first['cursor']}", "book-admin")).json()["items"]

    assert [each["number"] for each in (first, second, third)] == numbers
    assert rest == [second, third], "an event has one cursor, whoever of the shop reads it"


@pytest.mark.parametrize("by", ["book-follower", "book-storefront", "book-support", "storefront"])
async def test_no_shop_finds_the_head_by_trying_positions(api: Api, by: str) -> None:
    await api.place()
    answers = [await api.get(f"/events?after={position}", by) for position in (0, 1, 2, 10**9)]

    for answer in answers:
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (422, "invalid_query")
        assert problem["field"] == "after"


async def test_a_cursor_is_of_its_shop_alone(api: Api) -> None:
    for by in ("book-follower", "follower", "storefront"):
        cursor = await next_of(api, by)
        for other in {"book-follower", "follower", "storefront"} - {by}:
            answer = await api.get(f"/events?after={cursor}", other)
            assert answer.status_code == 422, (by, other)
        assert (await api.get(f"/events?after={cursor}", by)).status_code == 200


async def test_a_cursor_beyond_the_head_tells_a_shop_no_position(api: Api) -> None:
    """After a restore from a backup: positions that were given out are not there any more."""
    await api.place("book-storefront")
    beyond = api.network.dependencies.feed_cursors.text((900,), shop_reader(BOOKSHOP))
    answer = await api.get(f"/events?after={beyond}", "book-follower")
    problem = answer.json()

    assert (answer.status_code, problem["code"]) == (410, "cursor_beyond_head")
    assert problem["value"] == beyond
    assert "900" not in answer.text
    await api.place("book-storefront")
    further = await api.get(f"/events?after={problem['expected']}", "book-follower")
    assert len(further.json()["items"]) == 1
