"""What the receipts of a shop say of its goods and of itself; the network puts it."""

from http import HTTPStatus

import msgspec
from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.preconditions import ABSENT, etag, require_match, stale
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import json_response
from gotovo.api.resources.shops import unknown_shop
from gotovo.api.schemas.examples import RECEIPT_TERMS_EXAMPLE
from gotovo.order.values.actor import DEFAULT_SHOP, DEFAULT_SHOP_NAME, OFFICE, Role
from gotovo.order.values.fiscal.fiscal_terms import FiscalTerms, wrong_inn, wrong_rate
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

EXPECTED_INN = "an INN with the right check digits"
EXPECTED_RATE = "a rate of goods: none, vat0, vat5, vat7, vat10 or vat22"


class ReceiptTermsView(Value, frozen=True):
    """The terms of a shop; null, with version 0, where it has none: then its receipts wait."""

    shop: str
    version: int
    terms: FiscalTerms | None


async def read(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return the terms of a shop."""
    code = request.path_params["code"]
    stored = await dependencies.fiscal_terms.find(await _shop(dependencies, code))
    if stored is None:
        return json_response(ReceiptTermsView(code, ABSENT, None))
    view = ReceiptTermsView(code, stored.version, stored.terms)
    return json_response(view, HTTPStatus.OK, (etag(stored.version),))


async def put(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Store the terms of a shop; the same terms again change nothing."""
    body = decode_body(request.content, _decoder)
    code = request.path_params["code"]
    shop = await _shop(dependencies, code)
    wrong = wrong_rate(body)
    if wrong:
        raise ApiError(RequestErrorCode.INVALID_BODY, wrong, "", EXPECTED_RATE)
    field, inn = wrong_inn(body)
    if field:
        raise ApiError(RequestErrorCode.INVALID_BODY, field, inn, EXPECTED_INN)
    old = await dependencies.fiscal_terms.find(shop)
    version = old.version if old else ABSENT
    if old is None or old.terms != body:
        require_match(request, version)
        now = dependencies.clock()
        new = await dependencies.fiscal_terms.put(shop, body, now, version, request.author)
        if new is None:
            present = await dependencies.fiscal_terms.find(shop)
            raise stale("If-Match", f'"{version}"', present.version if present else ABSENT)
        version = new
    status = HTTPStatus.CREATED if version == 1 else HTTPStatus.OK
    return json_response(ReceiptTermsView(code, version, body), status, (etag(version),))


async def _shop(dependencies: ApiDependencies, code: str) -> str:
    """Return the shop that a path names; the default one has a name there alone."""
    shop = DEFAULT_SHOP if code == DEFAULT_SHOP_NAME else code
    if not shop or await dependencies.shops.is_known(shop):
        return shop
    raise unknown_shop(code)


_decoder = msgspec.json.Decoder(FiscalTerms)

_PATH = "/api/v1/shops/{code}/receipt-terms"

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path=_PATH,
        name="readReceiptTerms",
        tag="receipts",
        summary="Read what the receipts of a shop say",
        handler=read,
        protected_by=ProtectedBy.NETWORK_KEY,
        scope=KeyScope.SHOPS_READ,
        roles=OFFICE,
        response=ReceiptTermsView,
        problems=(RequestErrorCode.INVALID_BODY,),
    ),
    Endpoint(
        method="PUT",
        path=_PATH,
        name="putReceiptTerms",
        tag="receipts",
        summary="Say what the receipts of a shop say",
        description=(
            "The seller's INN and system of taxation, the rates of VAT and subjects of goods, of "
            "goods classes and of single skus, and whose goods are sold for a commission. The "
            "default shop is called `default`. What is stored is changed only by a request with "
            "`If-Match`. Receipts that take back others keep the rates of these."
        ),
        handler=put,
        protected_by=ProtectedBy.NETWORK_KEY,
        scope=KeyScope.SHOPS_WRITE,
        roles=frozenset({Role.ADMIN}),
        body=FiscalTerms,
        body_example=RECEIPT_TERMS_EXAMPLE,
        response=ReceiptTermsView,
        further_statuses=(HTTPStatus.CREATED,),
        problems=(
            RequestErrorCode.PRECONDITION_REQUIRED,
            RequestErrorCode.PRECONDITION_FAILED,
        ),
    ),
)
