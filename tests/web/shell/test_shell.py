"""The document of an application of staff: for who is signed in, and never without its reason."""

from collections.abc import AsyncIterator

import httpx
import pytest
from msgspec import structs

from gotovo.access.staff.grants import StaffGrant
from gotovo.order.values.actor import Role
from gotovo.web.site import cookies
from gotovo.web.site.dependencies import WebDependencies
from gotovo.web.site.rendering.assets import StaffAssets
from gotovo.web.site.rendering.bundle import BundledApplication
from gotovo.web.site.rendering.templates import page_templates
from tests.support.access.staff import hire, signed_in
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.stage import browser_of

AT_POINT = StaffGrant(Role.POINT, point="KZN-1")


def bundled(monkeypatch: pytest.MonkeyPatch, reason: str = "") -> None:
    """Let the program have a desk, or say why it has none; what the checkout has is the same."""
    desk = BundledApplication("/bundles/desk-A.js", ("/bundles/chunk-B.js",))
    staff = StaffAssets(
        "/look/staff.css",
        {} if reason else {"desk": desk},
        {} if reason else {"ru": "/bundles/words-ru-1.json", "en": "/bundles/words-en-1.json"},
        reason,
    )
    templates = page_templates()
    monkeypatch.setattr(templates, "assets", structs.replace(templates.assets, staff=staff))


@pytest.fixture
async def clerk(dependencies: WebDependencies) -> AsyncIterator[httpx.AsyncClient]:
    """Give the browser of somebody who is signed in as staff."""
    async with browser_of(dependencies) as client:
        client.cookies.set(cookies.STAFF, await session(dependencies, AT_POINT))
        yield client


async def session(dependencies: WebDependencies, *grants: StaffGrant) -> str:
    """Return the token of a session of Lena, who may act as these."""
    now = dependencies.clock()
    person = await hire(dependencies.staff, "Лена <Ильина>", *grants, now=now)
    return await signed_in(dependencies.staff, person, now)


async def test_the_document_names_the_person_the_point_and_the_files(
    clerk: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundled(monkeypatch)
    page = (await clerk.get("/desk/orders?lang=ru")).text
    assert '<html lang="ru">' in page
    assert 'data-person="Лена &lt;Ильина&gt;"' in page
    assert 'data-point="KZN-1"' in page
    assert 'data-zone="Europe/Moscow"' in page
    assert 'data-words="/bundles/words-ru-1.json"' in page
    assert '<script type="module" src="/bundles/desk-A.js"></script>' in page
    assert '<link rel="modulepreload" href="/bundles/chunk-B.js">' in page
    assert '<link rel="manifest" href="/desk/manifest/ru">' in page


async def test_the_camera_and_what_reads_its_pictures_are_allowed_here_and_nowhere_else(
    clerk: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundled(monkeypatch)
    desk, front = (await clerk.get("/desk")).headers, (await clerk.get("/")).headers
    assert "script-src 'self' 'wasm-unsafe-eval';" in desk["content-security-policy"]
    assert "'unsafe-inline'" not in desk["content-security-policy"]
    assert desk["permissions-policy"].startswith("camera=(self)")
    assert "wasm" not in front["content-security-policy"]
    assert front["permissions-policy"].startswith("camera=()")


@pytest.mark.parametrize("path", ["/desk", "/desk/orders", "/desk/orders/522394187207"])
async def test_who_is_not_signed_in_does_so_and_comes_back(buyer: Buyer, path: str) -> None:
    answer = await buyer.client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/staff/sign-in?next={path.replace('/', '%2F')}"


async def test_who_may_act_as_several_things_chooses_first(
    dependencies: WebDependencies, buyer: Buyer
) -> None:
    token = await session(dependencies, AT_POINT, StaffGrant(Role.ADMIN))
    buyer.client.cookies.set(cookies.STAFF, token)
    answer = await buyer.client.get("/desk")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/grant?next=%2Fdesk")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "What the set-up said: No Node."), ("ru", "Что сказала установка: No Node.")],
)
async def test_without_a_bundle_the_page_says_why_and_what_to_do(
    clerk: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, language: str, sentence: str
) -> None:
    bundled(monkeypatch, reason="No Node.")
    answer = await clerk.get(f"/desk?lang={language}")
    assert answer.status_code == 503
    assert sentence in text_of(answer.text).replace("\N{NO-BREAK SPACE}", " ")
    assert "frontend/build again" in answer.text
    assert (await clerk.get("/")).status_code == 200
