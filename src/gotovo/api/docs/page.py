"""The OpenAPI document and its page: Swagger UI, served by ourselves under a strict policy."""

from functools import lru_cache
from http import HTTPStatus
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.openapi import openapi
from gotovo.http.compression import accepts_gzip, compress_once
from gotovo.http.errors import Header
from gotovo.http.hot_paths import HotResponse
from gotovo.words.language import LANGUAGES
from gotovo.words.translations import Translator, msgid

_HTML: Final = b"text/html; charset=utf-8"
_CSS: Final = b"text/css; charset=utf-8"
_JAVASCRIPT: Final = b"text/javascript; charset=utf-8"

_OURS: Final = {"page.css": _CSS, "page.js": _JAVASCRIPT}
_SWAGGER_UI: Final = {"swagger-ui.css": _CSS, "swagger-ui-bundle.js": _JAVASCRIPT}

FILES: Final = {f"/api/docs/{name}": name for name in (*_OURS, *_SWAGGER_UI)}
"""What the page loads, by path."""

_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""No foreign hosts and nothing inline; Swagger UI embeds its icons as `data:`."""

_ENCODED: Final[tuple[Header, ...]] = ((b"content-encoding", b"gzip"),)
_VARIES: Final[tuple[Header, ...]] = ((b"vary", b"accept-encoding"),)

_UNSAFE = msgid(
    "This installation accepts a database that may lose confirmed orders. "
    "It is for trying out only."
)


async def openapi_response(_dependencies: ApiDependencies) -> Response:
    """Return the document."""
    return HotResponse(_document())


async def page_response(dependencies: ApiDependencies) -> Response:
    """Return the page; an unsafe installation is warned about at the top."""
    page = _page(unsafe=dependencies.unsafe)
    return HotResponse(page, HTTPStatus.OK, _HTML, ((b"content-security-policy", _POLICY),))


def file_response(path: str, accept_encoding: str) -> Response:
    """Return one of the `FILES`, compressed where the browser accepts it."""
    name = FILES[path]
    media_type = {**_OURS, **_SWAGGER_UI}[name]
    if accepts_gzip(accept_encoding):
        return HotResponse(_compressed(name), HTTPStatus.OK, media_type, _ENCODED + _VARIES)
    return HotResponse(_content(name), HTTPStatus.OK, media_type, _VARIES)


@lru_cache(1)
def _document() -> bytes:
    return msgspec.json.encode(openapi())


@lru_cache(2)
def _page(*, unsafe: bool) -> bytes:
    environment = Environment(
        loader=FileSystemLoader(str(files("gotovo.api.docs"))),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    warning = {each: Translator(each).gettext(_UNSAFE) for each in LANGUAGES} if unsafe else {}
    return environment.get_template("page.html").render(warning=warning).encode()


@lru_cache(len(FILES))
def _compressed(name: str) -> bytes:
    return compress_once(_content(name))


@lru_cache(len(FILES))
def _content(name: str) -> bytes:
    """Return a file of ours, or one of the package that carries Swagger UI.

    The package is found and never imported: its code is of no use here.
    """
    if name in _OURS:
        return files("gotovo.api.docs").joinpath(name).read_bytes()
    package = find_spec("swagger_ui")
    assert package is not None, "it is a dependency"
    return Path(str(package.origin)).with_name("static").joinpath(name).read_bytes()
