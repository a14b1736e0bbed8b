"""The service worker, with the list of files to cache and its sentences written at its head."""

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

KEPT_DAYS: Final = 14
"""How long a device keeps a page for use without a network: longer than points store orders."""

_JAVASCRIPT: Final = "text/javascript"
_REVALIDATED: Final = {"cache-control": "no-cache"}
_DIGITS: Final = 16


async def service_worker(_visit: Visit) -> Response:
    """Return the worker; the browser fetches it by itself and installs a new one at once."""
    return Response(_rendered(), media_type=_JAVASCRIPT, headers=_REVALIDATED)


async def offline_page(visit: Visit) -> Response:
    """Return the page for what is not cached; the worker fetches it beforehand."""
    return render(visit, "pwa/offline.html")


@lru_cache(maxsize=1)
def _rendered() -> bytes:
    """Return the worker with a version that changes with the files it caches."""
    source = resources.files("gotovo.web.pwa").joinpath("service_worker.js").read_bytes()
    assets = page_templates().assets
    shell: dict[str, Any] = {
        "files": [assets.stylesheet, assets.entry, *assets.modules],
        "languages": list(LANGUAGES),
        "days": KEPT_DAYS,
        "words": {language: _words(Translator(language)) for language in LANGUAGES},
    }
    version = hashlib.sha256(source + msgspec.json.encode(shell)).hexdigest()[:_DIGITS]
    head = msgspec.json.encode({"version": version, **shell})
    return b"const SHELL = " + head + b";\n" + source


def _words(translator: Translator) -> dict[str, str]:
    """Return the worker's sentences; it fills in the names in braces."""
    return {
        "cached": translator.gettext("No connection. Shown as it was {moment}, {ago}.",
                                   moment="{moment}", ago="{ago}"),
        "news": translator.gettext("There is news about your order"),
    }  # fmt: skip
