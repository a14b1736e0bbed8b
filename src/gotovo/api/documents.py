"""The OpenAPI document and its page: made once, when first asked for."""

import base64
import hashlib
from functools import lru_cache
from http import HTTPStatus

import msgspec

from gotovo.api.answer import Answer
from gotovo.api.dispatch.dependencies import ApiParts
from gotovo.api.docs_page import STYLE, docs_page
from gotovo.api.openapi import openapi

HTML = b"text/html; charset=utf-8"


async def openapi_answer(_parts: ApiParts) -> Answer:
    """Return the document."""
    return Answer(HTTPStatus.OK, _document())


async def page_answer(parts: ApiParts) -> Answer:
    """Return the page; it loads nothing and runs nothing."""
    page = _page(unsafe=parts.unsafe)
    return Answer(HTTPStatus.OK, page, HTML, ((b"content-security-policy", _policy()),))


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
