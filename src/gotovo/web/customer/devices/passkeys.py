"""Passkeys: making one on the page of devices, removing it there, and signing in with it."""

from typing import Final

from msgspec import Struct
from starlette.responses import Response

from gotovo.access.buyer import passkeys, sessions
from gotovo.access.buyer.passkeys import PasskeyCreation, PasskeyProof, RelyingParty, site_of
from gotovo.access.buyer.user_agent import device_of
from gotovo.access.rate_limits import ANSWERS_PER_ADDRESS, ANSWERS_PER_ADDRESS_A_DAY, RateLimit
from gotovo.order.values.number import grouped, parse
from gotovo.store.tables.access.passkeys import PasskeyStore
from gotovo.web.site.errors import PageNotFound, StaleForm
from gotovo.web.site.page import signed_out
from gotovo.web.site.rate_limit import enforce_limits
from gotovo.web.site.visit import Visit

_JSON: Final = "application/json"
_UNFIT: Final = 422


class PasskeySite(Struct, frozen=True):
    """Where passkeys are kept, and the site they are made for."""

    store: PasskeyStore
    site: RelyingParty


async def passkey_site(visit: Visit, _path_params: dict[str, str]) -> PasskeySite:
    """Need a site that browsers make passkeys for; elsewhere there are no such pages."""
    store, site = visit.dependencies.passkeys, site_of(visit.dependencies.public_url)
    if store is None or site is None:
        raise PageNotFound
    await visit.identify()
    return PasskeySite(store, site)


async def passkey_sign_in(visit: Visit, path_params: dict[str, str]) -> PasskeySite:
    """Need the same, for a browser that is not signed in."""
    found = await passkey_site(visit, path_params)
    await signed_out(visit, path_params)
    return found


async def creation_options(visit: Visit, site: PasskeySite) -> Response:
    """Tell the browser of somebody signed in how to make a passkey."""
    if visit.session is None:
        raise StaleForm
    dependencies = visit.dependencies
    told = await passkeys.creation_options(
        site.store,
        site.site,
        visit.session_token,
        visit.session,
        visit.now,
        chance=dependencies.chance,
    )
    return Response(told, media_type=_JSON)


async def create_passkey(visit: Visit, site: PasskeySite) -> Response:
    """Keep the passkey that the browser made."""
    if visit.session is None:
        raise StaleForm
    is_kept = await passkeys.create(
        site.store,
        site.site,
        visit.session_token,
        visit.session,
        PasskeyCreation(visit.field("id"), visit.field("client_data"), visit.field("attestation")),
        device=device_of(visit.request.headers.get("user-agent", "")),
        now=visit.now,
    )
    return visit.redirect("/devices", passkey="" if is_kept else "failed")


async def remove_passkey(visit: Visit, site: PasskeySite, passkey: str) -> Response:
    """Forget a passkey of whoever asks."""
    if visit.session is None:
        raise StaleForm
    try:
        await site.store.remove(visit.session.customer, bytes.fromhex(passkey))
    except ValueError as error:
        raise PageNotFound from error
    return visit.redirect("/devices")


async def request_options(visit: Visit, site: PasskeySite) -> Response:
    """Tell a browser how to sign in with a passkey; nothing is said of whose there are."""
    if visit.session is not None:
        raise StaleForm
    await enforce_limits(visit, _limits(visit))
    told = await passkeys.request_options(
        site.store, site.site, visit.browser, visit.now, chance=visit.dependencies.chance
    )
    return Response(told, media_type=_JSON)


async def sign_in_with_passkey(visit: Visit, site: PasskeySite) -> Response:
    """Begin a session for whoever the passkey belongs to."""
    await enforce_limits(visit, _limits(visit))
    number = parse(visit.field("number"))
    proof = PasskeyProof(
        id=visit.field("id"),
        client_data=visit.field("client_data"),
        authenticator_data=visit.field("authenticator_data"),
        signature=visit.field("signature"),
    )
    passkey = await passkeys.prove(site.store, site.site, visit.browser, proof, visit.now)
    if passkey is None:
        shown = grouped(number) if number else ""
        return visit.render(
            "customer/sign_in/home.html", _UNFIT, phone="", number=shown, wrong="passkey"
        )
    token = sessions.new_token(visit.dependencies.chance)
    device = device_of(visit.request.headers.get("user-agent", ""))
    await sessions.begin(
        visit.dependencies.sign_in, token, passkey.customer, passkey.shown_as, visit.now, device
    )
    visit.sign_in(token, passkey.customer)
    return visit.redirect(f"/orders/{number}" if number else "/orders")


def _limits(visit: Visit) -> dict[RateLimit, str]:
    return {ANSWERS_PER_ADDRESS: visit.address, ANSWERS_PER_ADDRESS_A_DAY: visit.address}
