"""The service worker, with what it has to know of this program written at its head."""

import hashlib
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import msgspec

from gotovo.access.buyer.sessions import key_of
from gotovo.order.values.order import Order
from gotovo.order.values.status import status_of
from gotovo.store.reads.buyer import Limits, Wanted
from gotovo.web.answer import Answer
from gotovo.web.customer.order.order_page import code_of
from gotovo.web.site.templates import read_pages
from gotovo.web.site.visit import Visit
from gotovo.words.language import LANGUAGES
from gotovo.words.translations import Translator

_JAVASCRIPT: Final = b"text/javascript; charset=utf-8"
_ASKED_EACH_TIME: Final = ((b"cache-control", b"no-cache"),)
_DIGITS: Final = 16
_READY_MAX: Final = 50


async def service_worker(_visit: Visit) -> Answer:
    """Return the worker; the browser asks for it by itself and takes a new one at once."""
    return Answer(200, _written(), _JAVASCRIPT, _ASKED_EACH_TIME)


async def offline(visit: Visit) -> Answer:
    """Return the page for what was never kept; the worker fetches it beforehand."""
    return visit.page("pwa/offline.html")


async def code_in_hand(visit: Visit) -> Answer:
    """Lead to the code: of the one order that is ready, else to where all of them are."""
    if visit.kept is None:
        return visit.go("/")
    found = await visit.parts.orders.list_of(
        key_of(visit.kept.token),
        visit.now,
        home=visit.kept.home,
        wanted=Wanted(status="ready_for_pickup"),
        limits=Limits(standing=_READY_MAX, page=0),
    )
    if found is None:
        return visit.go("/")
    ready = [order for order in found.standing if _has_code(visit, order)]
    return visit.go(f"/orders/{ready[0].number}" if len(ready) == 1 else "/orders")


def _has_code(visit: Visit, order: Order) -> bool:
    return status_of(order) == "ready_for_pickup" and bool(code_of(order, visit.parts.secret))


@lru_cache(maxsize=1)
def _written() -> bytes:
    """Return the worker under a version that changes with whatever it keeps."""
    source = resources.files("gotovo.web.pwa").joinpath("service_worker.js").read_bytes()
    assets = read_pages().assets
    shell: dict[str, Any] = {
        "files": [assets.stylesheet, assets.entry, *assets.modules],
        "languages": list(LANGUAGES),
        "words": {language: _words(Translator(language)) for language in LANGUAGES},
    }
    version = hashlib.sha256(source + msgspec.json.encode(shell)).hexdigest()[:_DIGITS]
    head = msgspec.json.encode({"version": version, **shell})
    return b"const SHELL = " + head + b";\n" + source


def _words(words: Translator) -> dict[str, str]:
    """Return what the worker says; the names in braces are its own to fill in."""
    return {
        "kept": words.plain("No connection. This is how it was {moment}, {ago}.",
                            moment="{moment}", ago="{ago}"),
    }  # fmt: skip
