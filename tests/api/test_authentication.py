"""The API by a staff session: as a token or as a cookie of this site's pages, and until it ends."""

from datetime import timedelta

import pytest

from gotovo.access.staff.grants import StaffGrant, actor_of
from gotovo.access.staff.session_cache import STALE_SECONDS
from gotovo.access.staff.work.point_work import WorkTerms
from gotovo.order.values.actor import Role
from gotovo.store.tables.security.entries import PROGRAM
from tests.support.access.staff import hire, signed_in
from tests.support.api.clerks import under
from tests.support.api.network import Api, captured

CLERK = StaffGrant(Role.POINT, point="KZN-1")
OWN_PAGE = {"X-Gotovo-Client": "desk", "Sec-Fetch-Site": "same-origin"}
COOKIE = "gotovo-staff"


async def test_the_history_names_the_person_who_took_a_step(api: Api) -> None:
    access, now = api.network.dependencies.staff, api.network.clock()
    person = await hire(access, "Alina", CLERK, now=now)
    api.network.tokens["alina"] = await signed_in(access, person, now)
    number = (await api.ready())["number"]
    async with under(api, WorkTerms(needs_shift=False)) as lenient:
        answer = await lenient.post(
            f"/orders/{number}/handover", {"code": api.code(number)}, "alina"
        )
    assert answer.status_code == 200, answer.text
    timeline = (await api.get(f"/orders/{number}/timeline", "admin")).text
    assert f"staff-{person.hex}" in timeline


async def test_a_person_reads_who_they_are_and_how_old_their_proof_is(api: Api) -> None:
    access, now = api.network.dependencies.staff, api.network.clock()
    person = await hire(access, "Alina", CLERK, now=now)
    api.network.tokens["alina"] = await signed_in(access, person, now)
    api.network.clock.now += timedelta(minutes=7)
    me = (await api.get("/staff/me", "alina")).json()
    assert (me["name"], me["role"], me["point"]) == ("Alina", "point", "KZN-1")
    assert (me["person"], me["actor"]) == (str(person), actor_of(person, CLERK).id)
    assert me["proof_age_seconds"] == 7 * 60
    assert "handovers:write" in me["scopes"]
    program = (await api.get("/staff/me", "point")).json()
    assert (program["person"], program["role"], program["point"]) == (None, "point", "KZN-1")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (OWN_PAGE, 200),
        ({"X-Gotovo-Client": "desk"}, 200),  # an old browser, which says nothing of itself
        ({"X-Gotovo-Client": "desk", "Origin": "http://gotovo.test"}, 200),
        ({}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 403),
        ({"X-Gotovo-Client": "desk", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"X-Gotovo-Client": "desk", "Sec-Fetch-Site": "same-site"}, 403),
        ({"X-Gotovo-Client": "desk", "Origin": "https://evil.example"}, 403),
        ({"X-Gotovo-Client": "desk", "Origin": "null"}, 403),
    ],
)
async def test_a_cookie_counts_only_in_requests_of_this_sites_own_pages(
    api: Api, headers: dict[str, str], status: int
) -> None:
    access, now = api.network.dependencies.staff, api.network.clock()
    token = await signed_in(access, await hire(access, "Alina", CLERK, now=now), now)
    told = {"Cookie": f"other=1; {COOKIE}={token}", **headers}
    answer = await api.client.get("/api/v1/staff/me", headers=told)
    assert answer.status_code == status, answer.text
    if status == 403:
        assert answer.json()["code"] == "cross_site"


async def test_what_changes_something_needs_the_browsers_word(api: Api) -> None:
    access, now = api.network.dependencies.staff, api.network.clock()
    token = await signed_in(access, await hire(access, "Alina", CLERK, now=now), now)
    number = (await api.place())["number"]
    path = f"/api/v1/orders/{number}/arrival"
    told = {"Cookie": f"{COOKIE}={token}", "X-Gotovo-Client": "desk", "Idempotency-Key": "1"}
    silent = await api.client.post(path, json={}, headers=told)
    assert (silent.status_code, silent.json()["code"]) == (403, "cross_site")
    said = await api.client.post(path, json={}, headers=told | OWN_PAGE)
    assert said.json()["code"] != "cross_site"


async def test_a_key_comes_before_a_cookie(api: Api) -> None:
    access, now = api.network.dependencies.staff, api.network.clock()
    token = await signed_in(access, await hire(access, "Alina", CLERK, now=now), now)
    me = await api.get("/staff/me", "admin", Cookie=f"{COOKIE}={token}")
    assert me.json()["role"] == "admin"


@pytest.mark.parametrize("token", ["gts_", "gts_" + "a" * 32 + "_" + "a" * 16, "gts_x_y"])
async def test_what_is_no_token_of_ours_opens_nothing(api: Api, token: str) -> None:
    for headers in (
        {"Authorization": f"Bearer {token}"},
        {"Cookie": f"{COOKIE}={token}", **OWN_PAGE},
    ):
        answer = await api.client.get("/api/v1/orders", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")


async def test_somebody_who_has_not_chosen_acts_as_nobody(api: Api) -> None:
    access, now = api.network.dependencies.staff, api.network.clock()
    there = StaffGrant(Role.POINT, point="KZN-2")
    person = await hire(access, "Alina", CLERK, there, now=now)
    api.network.tokens["alina"] = await signed_in(access, person, now)
    answer = await api.get("/orders", "alina")
    assert (answer.status_code, answer.json()["code"]) == (403, "grant_not_chosen")


async def test_suspension_takes_effect_within_two_seconds(api: Api) -> None:
    network = api.network
    access, now = network.dependencies.staff, network.clock()
    person = await hire(access, "Alina", CLERK, now=now)
    network.tokens["alina"] = await signed_in(access, person, now)
    seconds = 0.0
    network.dependencies.staff_sessions._monotonic = lambda: seconds
    assert (await api.get("/orders", "alina")).status_code == 200
    await access.people.suspend(person, now, PROGRAM)
    seconds = STALE_SECONDS
    answer = await api.get("/orders", "alina")
    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")


async def test_a_person_who_is_a_courier_can_be_given_a_round(api: Api) -> None:
    access, now = api.network.dependencies.staff, api.network.clock()
    carries, stands = StaffGrant(Role.COURIER), CLERK
    courier = actor_of(await hire(access, "Marat", carries, now=now), carries).id
    clerk = actor_of(await hire(access, "Alina", stands, now=now), stands).id
    address = {"city": "Казань", "street": "Баумана", "house": "1", "postcode": "420111"}
    number = (await api.place(delivery={"method": "courier", "address": address}))["number"]
    await api.step(number, "payment", **captured(number))
    for step in ("picking", "packing"):
        await api.step(number, step)
    refused = await api.post(f"/orders/{number}/dispatch", {"courier": clerk})
    assert (refused.status_code, refused.json()["field"]) == (422, "courier")
    assert (await api.post(f"/orders/{number}/dispatch", {"courier": courier})).status_code == 200
