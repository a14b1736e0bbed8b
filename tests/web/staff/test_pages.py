"""Pages of staff, in a browser without scripts: invited, signed in, choosing, signed out."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from msgspec import structs

from gotovo.access.buyer.passkeys import site_of
from gotovo.access.staff import invitations
from gotovo.access.staff.grants import StaffGrant
from gotovo.access.staff.invitations import InvitationKind
from gotovo.order.values.actor import Role
from gotovo.store.tables.security.entries import PROGRAM
from gotovo.town.demo.demo_staff import seed_staff
from gotovo.web.site.dependencies import WebDependencies
from tests.support.access.authenticator import Authenticator
from tests.support.access.staff import PASSWORD, code_of, hire, signed_in
from tests.support.web.buyer import Buyer, hidden_fields, text_of
from tests.support.web.cast import NOW, Clock
from tests.support.web.stage import browser_of

SITE = "https://gotovo.test"
STEP = timedelta(seconds=30)
HERE, THERE = (StaffGrant(Role.POINT, point=code) for code in ("KZN-1", "KZN-2"))
SUPPORT = StaffGrant(Role.SUPPORT)


@pytest.fixture
def secure(dependencies: WebDependencies) -> WebDependencies:
    """Give the pages of a site that browsers make passkeys for."""
    staff = structs.replace(dependencies.staff, site=site_of(SITE))
    return structs.replace(dependencies, public_url=SITE, staff=staff)


@pytest.fixture
async def browser(secure: WebDependencies) -> AsyncIterator[Buyer]:
    """Give a browser of somebody who works here."""
    async with browser_of(secure, SITE) as client:
        yield Buyer(client)


async def link_for(dependencies: WebDependencies, *grants: StaffGrant) -> str:
    """Return the link for somebody new."""
    person = await hire(dependencies.staff, "Alina", *grants, now=NOW)
    kind = InvitationKind.INVITATION
    made = await invitations.invite_again(dependencies.staff, person, kind, NOW, PROGRAM)
    assert made is not None
    return f"/staff/invitation/{made.token}"


def secret_on(page: httpx.Response) -> str:
    found = re.search(r'<code translate="no">([A-Z2-7 ]+)</code>', page.text)
    assert found is not None, page.text
    return found[1].replace(" ", "")


async def accepts(browser: Buyer, link: str) -> tuple[httpx.Response, str]:
    """Choose a password; return the page of recovery codes, and the secret of the app."""
    page = await browser.opens(link)
    secret = secret_on(page)
    typed = {"password": PASSWORD, "code": code_of(secret, NOW)}
    return await browser.sends(page, f"{link}/password", **typed), secret


async def test_somebody_new_chooses_a_password_and_signs_in_with_it(
    browser: Buyer, secure: WebDependencies, clock: Clock
) -> None:
    link = await link_for(secure, SUPPORT)
    codes, secret = await accepts(browser, link)
    assert len(re.findall(r"<li><code>", codes.text)) == 10
    account = await browser.opens("/staff")
    assert "Alina" in text_of(account.text)
    out = await browser.sends(account, "/staff/sign-out")
    assert out.url.path == "/staff/sign-in"
    assert (await browser.opens("/staff")).url.path == "/staff/sign-in"
    clock.now += 2 * STEP
    typed = {"login": "alina", "password": PASSWORD, "code": code_of(secret, clock.now)}
    page = await browser.opens("/staff/sign-in")
    assert (await browser.sends(page, "/staff/session", **typed)).url.path == "/staff"
    assert "no longer works" in text_of((await browser.opens(link)).text)


async def test_a_mistake_leaves_the_secret_of_the_app_as_it_is(
    browser: Buyer, secure: WebDependencies
) -> None:
    link = await link_for(secure, SUPPORT)
    page = await browser.opens(link)
    secret = secret_on(page)
    again = await browser.sends(page, f"{link}/password", password="short", code="000000")
    assert again.status_code == 422
    assert "At least 12 characters" in text_of(again.text)
    assert secret_on(again) == secret
    wrong = await browser.sends(again, f"{link}/password", password=PASSWORD, code="000000")
    assert "not the code that the app shows" in text_of(wrong.text)
    forged = await browser.sends(
        wrong, f"{link}/password", password=PASSWORD, code="000000", sealed="AAAA"
    )
    assert forged.status_code == 422


async def test_a_wrong_sign_in_says_no_more_than_that(browser: Buyer) -> None:
    page = await browser.opens("/staff/sign-in")
    typed = {"login": "nobody", "password": "x", "code": "1"}
    wrong = await browser.sends(page, "/staff/session", **typed)
    assert wrong.status_code == 422
    assert "do not fit together" in text_of(wrong.text)


@pytest.mark.parametrize("field", ["login", "code"])
async def test_what_is_typed_at_the_sign_in_is_never_a_tag(browser: Buyer, field: str) -> None:
    page = await browser.opens("/staff/sign-in")
    typed = {"login": "nobody", "password": "x", "code": "1"} | {field: '"><img src=x>'}
    wrong = await browser.sends(page, "/staff/session", **typed)
    assert wrong.status_code == 422
    assert "<img" not in wrong.text


async def test_a_code_typed_at_an_invitation_is_never_a_tag(
    browser: Buyer, secure: WebDependencies
) -> None:
    link = await link_for(secure, SUPPORT)
    page = await browser.opens(link)
    typed = {"password": PASSWORD, "code": '"><img src=x>'}
    wrong = await browser.sends(page, f"{link}/password", **typed)
    assert wrong.status_code == 422
    assert "<img src=x" not in wrong.text


async def test_a_passkey_signs_in_and_its_cookie_is_for_this_site_alone(
    browser: Buyer, secure: WebDependencies
) -> None:
    key, link = Authenticator("gotovo.test", SITE), await link_for(secure, HERE)
    page = await browser.opens(link)
    fields = hidden_fields(page.text, f"{link}/passkey")
    options = await browser.client.post(f"{link}/passkey/options", data={"form": fields["form"]})
    made = await browser.client.post(
        f"{link}/passkey", data={**fields, **structs.asdict(key.make(options.content))}
    )
    assert made.headers["location"] == "/desk"
    cookie = next(x for x in made.headers.get_list("set-cookie") if "gotovo-staff" in x)
    assert cookie.startswith("__Host-gotovo-staff=gts_")
    for part in ("HttpOnly", "Path=/", "SameSite=strict", "Secure"):
        assert part in cookie
    await browser.sends(await browser.opens("/staff"), "/staff/sign-out")
    page = await browser.opens("/staff/sign-in")
    fields = hidden_fields(page.text, "/staff/passkey-session")
    options = await browser.client.post(
        "/staff/passkey-session/options", data={"form": fields["form"]}
    )
    begun = await browser.client.post(
        "/staff/passkey-session", data={**fields, **structs.asdict(key.sign(options.content))}
    )
    assert begun.headers["location"] == "/desk"


async def works_as(browser: Buyer, secure: WebDependencies, *grants: StaffGrant) -> str:
    """Sign the browser in as somebody with these grants; return the token."""
    person = await hire(secure.staff, "Dina", *grants, now=NOW)
    token = await signed_in(secure.staff, person, secure.clock())
    browser.client.cookies.set("__Host-gotovo-staff", token, domain="gotovo.test")
    return token


async def test_who_works_at_two_points_chooses_one_and_gets_another_token(
    browser: Buyer, secure: WebDependencies
) -> None:
    token = await works_as(browser, secure, HERE, THERE)
    page = await browser.opens("/staff/grant")
    grants = re.findall(r'name="grant" value="([^"]+)"', page.text)
    form = hidden_fields(page.text, "/staff/grant")["form"]
    chosen = await browser.client.post("/staff/grant", data={"form": form, "grant": grants[1]})
    assert chosen.headers["location"] == "/desk"
    assert "__Host-gotovo-staff=gts_" in chosen.headers["set-cookie"]
    assert token not in chosen.headers["set-cookie"]
    for other in ("nonsense", "00000000-0000-0000-0000-000000000000"):
        page = await browser.opens("/staff/grant")
        form = hidden_fields(page.text, "/staff/grant")["form"]
        answer = await browser.client.post("/staff/grant", data={"form": form, "grant": other})
        assert answer.status_code == 404


async def test_what_signs_a_person_in_is_changed_only_after_a_fresh_proof(
    browser: Buyer, secure: WebDependencies, clock: Clock
) -> None:
    await works_as(browser, secure, SUPPORT)
    assert (await browser.opens("/staff/password")).url.path == "/staff/password"
    clock.now += 60 * STEP
    assert (await browser.opens("/staff/password")).url.path == "/staff/confirmation"


async def test_a_new_password_signs_all_other_devices_out(
    browser: Buyer, secure: WebDependencies
) -> None:
    token = await works_as(browser, secure, SUPPORT)
    session = await secure.staff.sessions.find(token, NOW)
    assert session is not None
    other = await signed_in(secure.staff, session.person, NOW)
    page = await browser.opens("/staff/password")
    typed = {"password": PASSWORD, "code": code_of(secret_on(page), NOW)}
    codes = await browser.sends(page, "/staff/password", **typed)
    assert codes.status_code == 200
    assert await secure.staff.sessions.find(other, NOW) is None
    assert await secure.staff.sessions.find(token, NOW) is not None


async def test_one_of_several_sessions_is_ended_and_nobody_elses(
    browser: Buyer, secure: WebDependencies
) -> None:
    token = await works_as(browser, secure, SUPPORT)
    own = await secure.staff.sessions.find(token, NOW)
    assert own is not None
    second = await signed_in(secure.staff, own.person, NOW)
    stranger = await hire(secure.staff, "Boris", SUPPORT, now=NOW)
    foreign = await signed_in(secure.staff, stranger, NOW)
    page = await browser.opens("/staff")
    for ended, status in ((second, 303), (foreign, 404)):
        digest = secure.staff.sessions.digest_of(ended)
        assert digest is not None
        path = f"/staff/sessions/{digest.hex()}/end"
        form = hidden_fields(page.text, "/staff/sign-out")["form"]
        assert (await browser.client.post(path, data={"form": form})).status_code == status
    assert await secure.staff.sessions.find(second, NOW) is None
    assert await secure.staff.sessions.find(foreign, NOW) is not None


@pytest.mark.parametrize("path", ["/staff/sign-out", "/staff/grant", "/staff/sessions/others/end"])
async def test_a_form_of_another_site_does_nothing(
    browser: Buyer, secure: WebDependencies, path: str
) -> None:
    token = await works_as(browser, secure, SUPPORT)
    await browser.opens("/staff")
    for data, headers in (
        ({"x": "1"}, {}),
        ({"form": "0" * 32}, {}),
        ({"x": "1"}, {"Sec-Fetch-Site": "cross-site"}),
    ):
        answer = await browser.client.post(path, data=data, headers=headers)
        assert answer.status_code == 403
    assert await secure.staff.sessions.find(token, NOW) is not None


async def test_the_demos_people_are_one_click_away_and_nobody_else_is(
    browser: Buyer, secure: WebDependencies
) -> None:
    await seed_staff(secure.staff.people, NOW)
    await seed_staff(secure.staff.people, NOW)
    real = await hire(secure.staff, "Boris", SUPPORT, now=NOW)
    page = await browser.opens("/staff/demo")
    assert "everybody who opens this page can sign in" in text_of(page.text)
    people = re.findall(r'name="person" value="([^"]+)"', page.text)
    assert len(people) == 10
    assert str(real) not in people
    form = hidden_fields(page.text, "/staff/demo")["form"]
    as_real = await browser.client.post("/staff/demo", data={"form": form, "person": str(real)})
    assert as_real.status_code == 404
    first = await browser.client.post("/staff/demo", data={"form": form, "person": people[0]})
    assert first.headers["location"] in {"/desk", "/staff/grant"}


async def test_no_installation_but_the_demo_has_ready_made_people(
    secure: WebDependencies,
) -> None:
    real = structs.replace(secure, phone=None, demo_bank=None)
    await seed_staff(real.staff.people, NOW)
    async with browser_of(real, SITE) as client:
        assert (await client.get("/staff/demo")).status_code == 404
        assert (await client.post("/staff/demo", data={})).status_code == 404
        assert "/staff/demo" not in (await client.get("/staff/sign-in")).text
