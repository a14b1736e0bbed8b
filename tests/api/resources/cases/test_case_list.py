"""Cases of a list: what is due first, whose they are, and what is known of them."""

from datetime import timedelta
from typing import Any

from gotovo.cases.case_kinds import CaseKind
from gotovo.store.tables.access.access_log import AccessLogStore
from gotovo.store.tables.cases.cases import CaseStore
from tests.support.api.casework import followed, opened, resolve
from tests.support.api.network import BOOKSHOP, TOTAL, Api

DAY = timedelta(days=1)


async def listed(api: Api, query: str = "", by: str = "support") -> list[dict[str, Any]]:
    """Return the cases of a list."""
    return (await api.get(f"/cases{query}", by=by)).json()["items"]


async def disputed(api: Api, by: str = "storefront") -> str:
    """Place an order and object to it; return its number once it is a case."""
    number = (await api.place(by))["number"]
    await api.step(number, "attention", by="admin", flag="dispute")
    await followed(api)
    return number


async def test_a_case_tells_what_is_known_of_it(api: Api) -> None:
    case = await opened(api, account="", state="succeeded", oddity="seen twice")
    (found,) = await listed(api)
    at = api.network.clock.now
    wire = at.isoformat().replace("+00:00", "Z")
    assert found == {
        "id": str(case.id),
        "kind": "unmatched_payment",
        "kind_label": "Money that belongs to no order",
        "subject": "yookassa:2d9f",
        "number": None,
        "shop": None,
        "opened_at": wire,
        "due_at": (at + DAY).isoformat().replace("+00:00", "Z"),
        "overdue": False,
        "owner": None,
        "owned_at": None,
        "proofs": [
            {"name": "provider", "label": "Provider", "type": "id", "value": "yookassa"},
            {"name": "payment_id", "label": "Payment", "type": "id", "value": "2d9f"},
            {
                "name": "captured",
                "label": "Captured",
                "type": "money",
                "value": {"amount": TOTAL, "currency": "RUB"},
            },
            {"name": "captured_at", "label": "Captured at", "type": "instant", "value": wire},
            {"name": "state", "label": "State", "type": "text", "value": "succeeded"},
            {"name": "oddity", "label": "oddity", "type": "text", "value": "seen twice"},
        ],
        "decisions": [
            {"decision": "assign_to_order", "label": "Assign to an order"},
            {"decision": "accept", "label": "Take note"},
        ],
        "deciding": None,
        "resolution": None,
        "resolution_label": None,
        "resolved_by": None,
        "resolved_at": None,
        "note": None,
    }
    russian = await api.get(f"/cases/{case.id}", by="support", accept_language="ru")
    assert russian.json()["kind_label"] == "Деньги, которые не относятся ни к одному заказу"
    assert russian.json()["decisions"][0]["label"] == "Отнести к заказу"
    assert russian.json()["proofs"][2]["label"] == "Списано"


async def test_the_list_shows_what_is_open_overdue_mine_or_resolved(api: Api) -> None:
    dispute = await disputed(api)
    money = await opened(api)
    assert [x["kind"] for x in await listed(api)] == ["unmatched_payment", "dispute"]
    assert [x["kind"] for x in await listed(api, "?kind=dispute")] == ["dispute"]
    assert [x["number"] for x in await listed(api, f"?order={dispute}")] == [dispute]
    assert await listed(api, "?filter=overdue") == []
    api.network.clock.now += DAY
    (late,) = await listed(api, "?filter=overdue")
    assert (late["id"], late["overdue"]) == (str(money.id), True)
    assert await listed(api, "?filter=mine") == []
    await api.post(f"/cases/{money.id}/assignment", {}, "support")
    (mine,) = await listed(api, "?filter=mine")
    assert (mine["id"], mine["owner"]) == (
        str(money.id),
        f"support:{api.network.ids['support']}",
    )
    assert await listed(api, "?filter=mine", by="admin") == []
    assert (await resolve(api, money.id, "accept"))[0] == 200
    (resolved,) = await listed(api, "?filter=resolved")
    assert (resolved["resolution"], resolved["resolution_label"]) == ("accept", "Noted")
    assert (resolved["decisions"], resolved["overdue"]) == ([], False)
    assert [x["kind"] for x in await listed(api)] == ["dispute"]


async def test_pages_follow_one_another_without_gap_or_repetition(api: Api) -> None:
    cases = [await opened(api, payment=f"p{n}") for n in range(5)]  # All are due at once.
    for filter_ in ("open", "resolved"):
        seen: list[str] = []
        after = ""
        while True:
            page = (await api.get(f"/cases?limit=2&filter={filter_}&after={after}")).json()
            seen += [x["id"] for x in page["items"]]
            if page["next"] is None:
                break
            after = page["next"]
        assert len(seen) == 5
        assert set(seen) == {str(x.id) for x in cases}
        for case in cases:
            await resolve(api, case.id, "accept", by="admin")


async def test_people_of_a_shop_see_its_cases_alone(api: Api) -> None:
    money = await opened(api)
    ours, theirs = await disputed(api), await disputed(api, "book-storefront")
    (found,) = await listed(api, by="book-support")
    assert (found["number"], found["shop"]) == (theirs, BOOKSHOP)
    assert [x["number"] for x in await listed(api, f"?order={ours}", by="book-support")] == []
    foreign = (await listed(api, f"?order={ours}"))[0]["id"]
    for id_ in (money.id, foreign):
        for answer in (
            await api.get(f"/cases/{id_}", by="book-support"),
            await api.post(f"/cases/{id_}/assignment", {}, "book-support"),
            await api.post(f"/cases/{id_}/assignment-release", {}, "book-support"),
            await api.post(f"/cases/{id_}/resolution", {"decision": "accept"}, "book-admin"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_case")
    assert (await resolve(api, found["id"], "accept", by="book-support"))[0] == 200


async def test_those_who_only_carry_or_hand_over_have_no_cases(api: Api) -> None:
    case = await opened(api)
    for by in ("point", "courier", "warehouse", "storefront", "follower"):
        for path in ("/cases", f"/cases/{case.id}"):
            refused = await api.get(path, by=by)
            assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted"), by


async def test_a_look_at_a_case_is_a_look_at_its_order(api: Api) -> None:
    number = await disputed(api)
    (found,) = await listed(api)
    await api.get(f"/cases/{found['id']}", by="support")
    await api.network.dependencies.access_log.write()
    store = AccessLogStore(api.network.pool)
    (customer,) = await api.network.pool.fetchrow("select customer from orders") or ("",)
    looks = await store.latest(customer, 10)
    kinds = {each.what for each in looks if each.subject == number and each.role == "support"}
    assert kinds == {"list", "order"}


async def test_a_query_that_fits_nothing_is_an_error(api: Api) -> None:
    for query, field in (
        ("filter=yours", "filter"),
        ("kind=weather", "kind"),
        ("order=12", "order"),
        ("after=x", "after"),
        ("limit=0", "limit"),
        ("shop=bookshop", "shop"),
    ):
        wrong = await api.get(f"/cases?{query}", by="support")
        assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_query"), query
        assert wrong.json()["field"] == field
    for id_ in ("nothing", "00000000-0000-0000-0000-000000000000"):
        unknown = await api.get(f"/cases/{id_}", by="support")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_case")


async def test_a_kind_stays_readable_when_nobody_can_do_what_it_needs(api: Api) -> None:
    await opened(api, CaseKind.REFUND_FAILED)
    (found,) = await listed(api)
    assert [x["decision"] for x in found["decisions"]] == ["accept"]
    assert len(await CaseStore(api.network.pool).count(api.network.clock.now, 10)) == 1
