"""Passkeys: creating and removing one on the devices page, and signing in with it.

No rate limit applies: a challenge can't be guessed, and a limit per address would let a neighbour
keep somebody out.
"""

from http import HTTPStatus
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from gotovo.access.buyer import passkeys
from gotovo.access.buyer.passkey_values import PasskeyCreation, PasskeyProof, RelyingParty
from gotovo.access.buyer.passkeys import site_of
from gotovo.access.buyer.user_agent import device_of
from gotovo.order.values.number import grouped, parse
from gotovo.store.tables.access.passkeys import PasskeyStore
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.web.customer.sign_in.arrival import arrive
from gotovo.web.site.errors import PageNotFound, StaleForm
from gotovo.web.site.page import require_fresh, signed_out
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit

_JSON: Final = "application/json"


class PasskeySite(Struct, frozen=True):
    """Where passkeys are stored, and the site they are made for."""

    store: PasskeyStore
    site: RelyingParty


async def passkey_site(visit: Visit, _path_params: dict[str, str]) -> PasskeySite:
    """Need a site that browsers create passkeys for; elsewhere these pages do not exist."""
    store, site = visit.dependencies.passkeys, site_of(visit.dependencies.public_url)
    if store is None or site is None:
        raise PageNotFound
    await visit.identity.look_up()
    return PasskeySite(store, site)


async def passkey_sign_in(visit: Visit, path_params: dict[str, str]) -> PasskeySite:
    """Need the same, for a browser that is not signed in."""
    found = await passkey_site(visit, path_params)
    await signed_out(visit, path_params)
    return found


async def creation_options(visit: Visit, site: PasskeySite) -> Response:
    """Return the options with which a signed-in browser creates a passkey."""
    if visit.session is None:
        raise StaleForm
    require_fresh(visit, visit.session, "devices")
    dependencies = visit.dependencies
    options = await passkeys.creation_options(
        site.store,
        site.site,
        visit.identity.session_token,
        visit.session,
        visit.now,
        random_bytes=dependencies.random_bytes,
    )
    return Response(options, media_type=_JSON)


async def create_passkey(visit: Visit, site: PasskeySite) -> Response:
    """Store the passkey that the browser created."""
    if visit.session is None:
        raise StaleForm
    require_fresh(visit, visit.session, "devices")
    is_stored = await passkeys.create(
        site.store,
        site.site,
        visit.identity.session_token,
        visit.session,
        PasskeyCreation(visit.field("id"), visit.field("client_data"), visit.field("attestation")),
        device=device_of(visit.user_agent),
        now=visit.now,
    )
    if is_stored:
        visit.record(SecurityKind.PASSKEY_ADDED)
    return see_other(visit, "/devices", passkey="" if is_stored else "failed")


async def remove_passkey(visit: Visit, site: PasskeySite, passkey: str) -> Response:
    """Remove a passkey of the person signed in."""
    if visit.session is None:
        raise StaleForm
    require_fresh(visit, visit.session, "devices")
    try:
        await site.store.remove(visit.session.customer, bytes.fromhex(passkey))
    except ValueError as error:
        raise PageNotFound from error
    visit.record(SecurityKind.PASSKEY_REMOVED)
    return see_other(visit, "/devices")


async def request_options(visit: Visit, site: PasskeySite) -> Response:
    """Return the options with which a browser signs in; they do not reveal whose passkeys exist."""
    if visit.session is not None:
        raise StaleForm
    options = await passkeys.request_options(
        site.store,
        site.site,
        visit.identity.browser,
        visit.now,
        random_bytes=visit.dependencies.random_bytes,
    )
    return Response(options, media_type=_JSON)


async def sign_in_with_passkey(visit: Visit, site: PasskeySite) -> Response:
    """Begin a session for the owner of the passkey."""
    number = parse(visit.field("number"))
    proof = PasskeyProof(
        id=visit.field("id"),
        client_data=visit.field("client_data"),
        authenticator_data=visit.field("authenticator_data"),
        signature=visit.field("signature"),
    )
    passkey = await passkeys.prove(site.store, site.site, visit.identity.browser, proof, visit.now)
    if passkey is None:
        visit.record(SecurityKind.SIGN_IN_FAILED, method="passkey")
        shown = grouped(number) if number else ""
        return render(
            visit,
            "customer/sign_in/home.html",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            phone="",
            number=shown,
            wrong="passkey",
        )
    begun = await visit.identity.sign_in(passkey.customer, passkey.shown_as, visit.user_agent)
    return await arrive(visit, begun, number or "", "passkey")
