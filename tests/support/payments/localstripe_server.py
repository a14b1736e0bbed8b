"""localstripe on the loopback interface, with what it lacks of Stripe's documented API.

    python -m tests.support.payments.localstripe_server

prints the address and serves until its standard input ends. What payments do is localstripe's own:
PaymentIntents, Charges, Refunds, Events and signed webhooks. Added here, each as documented:

- Checkout Sessions: create, look up, list by payment, expire; `/_test/pay/{session}` is what a
  buyer does on the page, with a test card;
- Idempotency-Key: the first answer again, an error for other parameters, a conflict while the first
  request runs;
- `created` filters of payments and refunds, the newest first; `amount_received` of payments;
- refunds that are limited by their charge, that may fail later, and that are told by events;
- `/_test/lose`: the next request is done, and its answer is lost on the way.
"""

import asyncio
import json
import sys
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from localstripe import resources, server
from localstripe.errors import UserError

from tests.support.payments.localstripe_checkout import ROUTES, CheckoutSession, pay
from tests.support.payments.localstripe_gaps import fail_refund, fill_gaps

_DONE: dict[str, tuple[bytes, int, bytes] | None] = {}
"""By idempotency key: what was asked, and the answer; None while the first request runs."""

_KEPT = frozenset({200, 402})
"""Answers that are kept under their key: what fails validation or conflicts is done anew."""


class Faults:
    """What goes wrong with the next requests."""

    lost_answers = 0


@web.middleware
async def idempotency(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Do a request of one key once."""
    key = request.headers.get("Idempotency-Key", "")
    if request.method != "POST" or not key or not request.path.startswith("/v1/"):
        return await handler(request)
    asked = f"{request.path}\n".encode() + await request.read()
    if key in _DONE:
        known = _DONE[key]
        if known is None:
            return _error(409, "idempotency_key_in_use")
        if known[0] != asked:
            return _error(400, "idempotency_error")
        replayed = {"Idempotent-Replayed": "true"}
        body = known[2]
        return web.Response(
            status=known[1], body=body, content_type="application/json", headers=replayed
        )
    _DONE[key] = None
    try:
        answer = await handler(request)
    except BaseException:
        del _DONE[key]
        raise
    if answer.status in _KEPT and isinstance(answer, web.Response):
        assert isinstance(answer.body, bytes)
        _DONE[key] = (asked, answer.status, answer.body)
    else:
        del _DONE[key]
    return answer


@web.middleware
async def faults(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Lose the answer of a request that was done."""
    answer = await handler(request)
    if Faults.lost_answers and request.path.startswith("/v1/") and request.method == "POST":
        Faults.lost_answers -= 1
        assert request.transport is not None
        request.transport.close()
    return answer


@web.middleware
async def test_controls(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer what only the tests ask for; it needs no key."""
    _, _, rest = request.path.partition("/_test/")
    what, _, thing = rest.partition("/")
    if request.method == "POST" and what:
        told = json.loads(await request.read() or b"{}")
        try:
            return web.json_response(_controlled(what, thing, told))
        except UserError as error:
            return error.to_response()
    return await handler(request)


def _controlled(what: str, thing: str, told: dict[str, Any]) -> Any:
    match what:
        case "pay":
            return pay(thing, told.get("card", "4242424242424242"), told.get("amount"))
        case "fail-refund":
            return fail_refund(thing, told["reason"])
        case "age":
            return _age(thing, told["seconds"])
        case "lose":
            Faults.lost_answers = told["answers"]
            return {}
        case "forget-keys":
            _DONE.clear()
            return {}
        case _:
            raise UserError(404, "Not Found")


def _age(thing: str, seconds: int) -> dict[str, str]:
    """Let an object have been made earlier."""
    found = next(each for key, each in resources.store.items() if key.endswith(f":{thing}"))
    found.created -= seconds
    if isinstance(found, CheckoutSession):
        found.expires_at -= seconds
    return {"id": thing}


def _error(status: int, code: str) -> web.Response:
    kind = "idempotency_error" if code == "idempotency_error" else "invalid_request_error"
    return web.json_response({"error": {"type": kind, "code": code}}, status=status)


async def _serve() -> None:
    """Listen on a free port of the loopback interface until the standard input ends."""
    fill_gaps()
    for place, each in enumerate((test_controls, faults, idempotency)):
        server.app.middlewares.insert(place, each)
    for method, url, function in ROUTES:
        server.app.router.add_route(method, url, server.api_extra(function, url))
    runner = web.AppRunner(server.app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    CheckoutSession._site = f"http://{host}:{port}"
    sys.stdout.write(f"{CheckoutSession._site}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_serve())
