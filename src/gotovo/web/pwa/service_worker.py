"""The service worker, with what it has to know of this program written at its head."""

import hashlib
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import msgspec
from starlette.responses import Response

from gotovo.web.site.rendering.templates import page_templates
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit
from gotovo.words.language import LANGUAGES
from gotovo.words.translations import Translator

_JAVASCRIPT: Final = "text/javascript"
_ASKED_EACH_TIME: Final = {"cache-control": "no-cache"}
_DIGITS: Final = 16


async def service_worker(_visit: Visit) -> Response:
    """Return the worker; the browser asks for it by itself and takes a new one at once."""
    return Response(_written(), media_type=_JAVASCRIPT, headers=_ASKED_EACH_TIME)


async def offline_page(visit: Visit) -> Response:
    """Return the page for what was never kept; the worker fetches it beforehand."""
    return render(visit, "pwa/offline.html")


@lru_cache(maxsize=1)
def _written() -> bytes:
    """Return the worker under a version that changes with whatever it keeps."""
    source = resources.files("gotovo.web.pwa").joinpath("service_worker.js").read_bytes()
    assets = page_templates().assets
    shell: dict[str, Any] = {
        "files": [assets.stylesheet, assets.entry, *assets.modules],
        "languages": list(LANGUAGES),
        "words": {language: _words(Translator(language)) for language in LANGUAGES},
    }
    version = hashlib.sha256(source + msgspec.json.encode(shell)).hexdigest()[:_DIGITS]
    head = msgspec.json.encode({"version": version, **shell})
    return b"const SHELL = " + head + b";\n" + source


def _words(translator: Translator) -> dict[str, str]:
    """Return what the worker says; the names in braces are its own to fill in."""
    return {
        "kept": translator.gettext("No connection. Shown as it was {moment}, {ago}.",
                                   moment="{moment}", ago="{ago}"),
    }  # fmt: skip
