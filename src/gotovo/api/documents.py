"""The OpenAPI document and its page: made once, when first asked for."""

import base64
import hashlib
from functools import lru_cache
from http import HTTPStatus

import msgspec
from starlette.responses import Response

from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.docs_page import STYLE, docs_page
from gotovo.api.openapi import openapi
from gotovo.http.hot_paths import HotResponse

HTML = b"text/html; charset=utf-8"


async def openapi_response(_dependencies: ApiDependencies) -> Response:
    """Return the document."""
    return HotResponse(_document())


async def page_response(dependencies: ApiDependencies) -> Response:
    """Return the page; it loads nothing and runs nothing."""
    page = _page(unsafe=dependencies.unsafe)
    return HotResponse(page, HTTPStatus.OK, HTML, ((b"content-security-policy", _policy()),))


@lru_cache(1)
def _document() -> bytes:
    return msgspec.json.encode(openapi())


@lru_cache(2)
def _page(*, unsafe: bool) -> bytes:
    return docs_page(openapi(), unsafe=unsafe).encode()


@lru_cache(1)
def _policy() -> bytes:
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ).encode()
