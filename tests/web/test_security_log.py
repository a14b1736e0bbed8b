"""What buyers do that concerns security is in the log: signing in and out, proofs, their data."""

from datetime import timedelta
from typing import Any

import asyncpg
import msgspec
import pytest
from msgspec import structs

from gotovo.order.values.customer import customer_id
from gotovo.store.tables.security.security_log import EntryFilter, SecurityLogStore
from gotovo.web.site.dependencies import WebDependencies
from tests.support.access.authenticator import Authenticator
from tests.support.web.buyer import Buyer, hidden_fields
from tests.support.web.cast import ALINA, BORIS, DAY, NOW, SECRET, Cast, Clock
from tests.support.web.goods import CATALOGUE
from tests.support.web.sample_orders.closed_orders import long_ago
from tests.support.web.stage import browser_of
from tests.web.customer.devices.test_passkeys import SITE, makes, signs_in

NEW = "+79005550000"
LATER = timedelta(minutes=11)
ALINA_ID = f"buyer:{customer_id(SECRET, ALINA)}"


async def logged(dependencies: WebDependencies, pool: "asyncpg.Pool[Any]") -> list[Any]:
    """Return kind, actor, subject, outcome and details of every entry."""
    await dependencies.security_log.write(all_minutes=True)
    entries = await SecurityLogStore(pool).after(0, EntryFilter(), 1_000)
    return [
        (x.kind, x.actor, x.subject, x.outcome, msgspec.json.decode(x.details)) for x in entries
    ]


async def kinds(dependencies: WebDependencies, pool: "asyncpg.Pool[Any]") -> list[tuple[str, str]]:
    return [(each[0], each[3]) for each in await logged(dependencies, pool)]


async def test_signing_in_on_a_new_device_and_out_again(
    buyer: Buyer, dependencies: WebDependencies, pool: "asyncpg.Pool[Any]"
) -> None:
    await buyer.signs_in(ALINA)
    async with browser_of(dependencies) as client:
        await Buyer(client).signs_in(ALINA)
    await buyer.sends(await buyer.opens("/devices"), "/sign-out")
    entries = await logged(dependencies, pool)
    assert {each[:4] for each in entries} == {
        ("sign_in.succeeded", ALINA_ID, "", ""),
        ("sign_in.succeeded", ALINA_ID, "", "new_device"),
        ("session.ended", ALINA_ID, "", "this"),
    }
    assert all(x[4].get("method") == "code" for x in entries if x[0] == "sign_in.succeeded")


async def test_wrong_codes_name_whom_they_would_have_signed_in(
    buyer: Buyer, dependencies: WebDependencies, pool: "asyncpg.Pool[Any]"
) -> None:
    page = await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=ALINA)
    fields = hidden_fields(page.text, "/session")
    right = await buyer.reads_code(ALINA)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(5):
        await buyer.client.post("/session", data={**fields, "code": wrong})
    entries = await logged(dependencies, pool)
    assert {(each[:4], each[4].get("times", 1)) for each in entries} == {
        (("sign_in.failed", "visitor:", ALINA_ID, "wrong_code"), 3),
        (("sign_in.failed", "visitor:", "", "no_code"), 2),
    }


async def test_a_limit_on_codes_names_the_buyer_whose_phone_was_typed(
    buyer: Buyer, dependencies: WebDependencies, pool: "asyncpg.Pool[Any]"
) -> None:
    front = await buyer.opens("/")
    for _ in range(6):
        await buyer.sends(front, "/sign-in-code", phone=ALINA)
    entries = await logged(dependencies, pool)
    assert [each[:3] for each in entries] == [("request.limited", "visitor:", ALINA_ID)]
    assert entries[0][4]["endpoint"] == "/sign-in-code"


async def test_a_form_of_another_session_is_a_refusal(
    buyer: Buyer, dependencies: WebDependencies, pool: "asyncpg.Pool[Any]"
) -> None:
    answer = await buyer.client.post("/sign-in-code", data={"phone": ALINA, "form": "forged"})
    assert answer.status_code == 403
    (entry,) = await logged(dependencies, pool)
    assert (entry[0], entry[3]) == ("request.refused", "stale_form")


async def test_proving_the_person_again_and_ending_other_sessions(
    buyer: Buyer, clock: Clock, dependencies: WebDependencies, pool: "asyncpg.Pool[Any]"
) -> None:
    await buyer.signs_in(ALINA)
    clock.now += LATER
    page = await buyer.opens("/confirmation?for=devices")
    page = await buyer.sends(page, "/confirmation-code", phone=BORIS)
    page = await buyer.sends(page, "/confirmation-code", phone=ALINA)
    right = await buyer.reads_code(ALINA)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    page = await buyer.sends(page, "/confirmation", code=wrong)
    page = await buyer.sends(page, "/confirmation", code=right)
    async with browser_of(dependencies) as client:
        await Buyer(client).signs_in(ALINA)
    page = await buyer.opens("/devices")
    await buyer.sends(page, "/devices/others/sign-out")
    told = await kinds(dependencies, pool)
    assert told.count(("person.not_confirmed", "")) == 2
    assert ("person.confirmed", "") in told
    assert ("session.ended", "others") in told


async def test_passkeys_are_added_used_removed_and_refused(
    dependencies: WebDependencies, pool: "asyncpg.Pool[Any]"
) -> None:
    secure = structs.replace(dependencies, public_url=SITE)
    key = Authenticator("gotovo.test", SITE)
    async with browser_of(secure, SITE) as client:
        owner = Buyer(client)
        await owner.signs_in(ALINA)
        await owner.sends(await makes(owner, key), "/sign-out")
        await signs_in(owner, key)
        page = await owner.opens("/devices")
        page = await owner.sends(page, f"/passkeys/{key.id.hex()}/removal")
        await owner.sends(page, "/sign-out")
        assert (await signs_in(owner, key)).status_code == 422
    told = await logged(dependencies, pool)
    methods = {(each[0], each[4].get("method")) for each in told}
    assert methods >= {
        ("passkey.added", None),
        ("passkey.removed", None),
        ("sign_in.succeeded", "passkey"),
        ("sign_in.failed", "passkey"),
    }


@pytest.mark.parametrize(("right", "kind"), [(True, "opened"), (False, "refused")])
async def test_opening_older_orders_and_failing_to(
    buyer: Buyer,
    cast: Cast,
    dependencies: WebDependencies,
    pool: "asyncpg.Pool[Any]",
    right: bool,  # noqa: FBT001
    kind: str,
) -> None:
    old = await long_ago(cast, 400)
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/older-orders")
    other = await long_ago(cast, 3) if not right else old
    await buyer.sends(page, "/older-orders", number=other.number)
    assert (f"older_orders.{kind}", "") in await kinds(dependencies, pool)


@pytest.mark.parametrize(("right", "kind"), [(True, "opened"), (False, "refused")])
async def test_opening_older_orders_by_an_email_and_failing_to(
    buyer: Buyer,
    cast: Cast,
    dependencies: WebDependencies,
    pool: "asyncpg.Pool[Any]",
    right: bool,  # noqa: FBT001
    kind: str,
) -> None:
    await cast.place(ALINA, NOW - 400 * DAY, CATALOGUE[0], email="anna@example.com")
    await buyer.signs_in(ALINA)
    page = await buyer.sends(await buyer.opens("/older-orders"), "/older-orders-code")
    code = await buyer.reads_code("anna@example.com") if right else "none"
    await buyer.sends(page, "/older-orders", code=code)
    told = await logged(dependencies, pool)
    methods = {(each[0], each[4].get("method")) for each in told}
    assert (f"older_orders.{kind}", "code") in methods
    assert "anna" not in str(told)


async def test_moving_to_another_phone_and_failing_to(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies, pool: "asyncpg.Pool[Any]"
) -> None:
    await long_ago(cast, 1)
    await buyer.signs_in(ALINA)
    page = await buyer.sends(await buyer.opens("/phone-change"), "/phone-change-code", phone=NEW)
    right = await buyer.reads_code(NEW)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    page = await buyer.sends(page, "/phone-change", code=wrong)
    page = await buyer.sends(page, "/phone-change", code=right)
    assert page.url.path == "/devices"
    told = await kinds(dependencies, pool)
    assert ("phone.changed", "") in told
    assert ("person.not_confirmed", "") in told


async def test_a_download_and_an_erasure_are_written_before_they_are_done(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies, pool: "asyncpg.Pool[Any]"
) -> None:
    await long_ago(cast, 1)
    await buyer.signs_in(ALINA)
    await buyer.opens("/privacy/data")
    page = await buyer.opens("/privacy/erasure")
    await buyer.sends(page, "/privacy/erasure", sure="yes")
    entries = [each for each in await logged(dependencies, pool) if each[1] == ALINA_ID]
    assert ("data.exported", ALINA_ID, "", "", {"rows": 1}) in entries
    assert ("buyer.erased", ALINA_ID, "", "", {}) in entries


async def test_no_phone_code_or_address_is_in_the_log(
    buyer: Buyer, dependencies: WebDependencies, pool: "asyncpg.Pool[Any]"
) -> None:
    await buyer.signs_in(ALINA)
    code = await buyer.reads_code(ALINA)
    await buyer.client.post("/session", data={"code": ALINA, "form": "x"})
    await buyer.client.get("/nowhere/" + ALINA)
    await logged(dependencies, pool)
    rows = await pool.fetch("select s::text as told from security_log as s")
    told = "\n".join(row["told"] for row in rows)
    for canary in (ALINA, ALINA[1:], ALINA[-7:], f'"{code}"', "127.0.0.1", "-67"):
        assert canary not in told
