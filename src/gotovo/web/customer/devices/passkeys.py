"""Passkeys: making one on the page of devices, removing it there, and signing in with it."""

from typing import Final

from gotovo.access.buyer import passkeys, sessions
from gotovo.access.buyer.passkeys import Made, Proof, Site, site_of
from gotovo.access.buyer.user_agent import device_of
from gotovo.access.rate_limits import ANSWERS_PER_ADDRESS, ANSWERS_PER_ADDRESS_A_DAY, Limit
from gotovo.order.values.number import grouped, parse
from gotovo.store.tables.access.passkeys import PasskeyStore
from gotovo.web.answer import Answer
from gotovo.web.site.errors import PageNotFound, StaleForm
from gotovo.web.site.rate_limit import within
from gotovo.web.site.visit import Visit

_JSON: Final = b"application/json"
_UNFIT: Final = 422


async def creation_options(visit: Visit) -> Answer:
    """Tell the browser of somebody signed in how to make a passkey."""
    store, site = _known(visit)
    await visit.form()
    if visit.session is None or visit.kept is None:
        raise StaleForm
    parts = visit.parts
    told = await passkeys.creation_options(
        store, site, visit.kept.token, visit.session, visit.now, chance=parts.chance
    )
    return Answer(200, told, _JSON)


async def creation(visit: Visit) -> Answer:
    """Keep the passkey that the browser made."""
    store, site = _known(visit)
    form = await visit.form()
    if visit.session is None or visit.kept is None:
        raise StaleForm
    is_kept = await passkeys.create(
        store,
        site,
        visit.kept.token,
        visit.session,
        Made(form.get("id", ""), form.get("client_data", ""), form.get("attestation", "")),
        device=device_of(visit.request.header(b"user-agent") or ""),
        now=visit.now,
    )
    return visit.go("/devices", passkey="" if is_kept else "failed")


async def removal(visit: Visit, passkey: str) -> Answer:
    """Forget a passkey of whoever asks."""
    store, _ = _known(visit)
    await visit.form()
    if visit.session is None:
        raise StaleForm
    try:
        await store.remove(visit.session.customer, bytes.fromhex(passkey))
    except ValueError as error:
        raise PageNotFound from error
    return visit.go("/devices")


async def request_options(visit: Visit) -> Answer:
    """Tell a browser how to sign in with a passkey; nothing is said of whose there are."""
    store, site = _known(visit)
    await visit.form()
    if visit.session is not None:
        raise StaleForm
    await within(visit, _limits(visit))
    told = await passkeys.request_options(
        store, site, visit.browser, visit.now, chance=visit.parts.chance
    )
    return Answer(200, told, _JSON)


async def passkey_session(visit: Visit) -> Answer:
    """Begin a session for whoever the passkey belongs to."""
    store, site = _known(visit)
    if visit.session is not None:
        return visit.go("/orders")
    form = await visit.form()
    await within(visit, _limits(visit))
    number = parse(form.get("number", ""))
    proof = Proof(
        id=form.get("id", ""),
        client_data=form.get("client_data", ""),
        authenticator_data=form.get("authenticator_data", ""),
        signature=form.get("signature", ""),
    )
    passkey = await passkeys.prove(store, site, visit.browser, proof, visit.now)
    if passkey is None:
        shown = grouped(number) if number else ""
        return visit.page(
            "customer/sign_in/home.html", _UNFIT, phone="", number=shown, wrong="passkey"
        )
    token = sessions.new_token(visit.parts.chance)
    device = device_of(visit.request.header(b"user-agent") or "")
    await sessions.begin(
        visit.parts.sign_in, token, passkey.customer, passkey.shown_as, visit.now, device
    )
    visit.sign_in(token, passkey.customer)
    return visit.go(f"/orders/{number}" if number else "/orders")


def _known(visit: Visit) -> tuple[PasskeyStore, Site]:
    """Return what passkeys need; where there can be none, there is no such page."""
    store, site = visit.parts.passkeys, site_of(visit.parts.public_url)
    if store is None or site is None:
        raise PageNotFound
    return store, site


def _limits(visit: Visit) -> dict[Limit, str]:
    return {ANSWERS_PER_ADDRESS: visit.address, ANSWERS_PER_ADDRESS_A_DAY: visit.address}
