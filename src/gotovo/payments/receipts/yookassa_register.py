"""YooKassa as a cash register: receipts of payments that YooKassa took (API v3, /receipts).

The shop's account has to be set to send receipts after the payment ("Сначала платёж, потом чек"):
the register is the shop's own, connected there. A receipt always belongs to a payment or a refund
that YooKassa made.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import httpx

from gotovo.order.values.fiscal.fiscal_codes import (
    AgentSign,
    FiscalKind,
    SettlementMethod,
    TaxSystem,
    VatRate,
)
from gotovo.payments.receipts.fiscal_document import FiscalDocument, FiscalItem
from gotovo.payments.receipts.port import (
    FiscalContact,
    FiscalRecord,
    RegisterAnswer,
    RegisterError,
    RegisterHealth,
    RegisterRefused,
    RegisterRequest,
    RegisterState,
    RegisterUnavailable,
)
from gotovo.payments.receipts.register_http import RegisterResponse, exchange, text

YOOKASSA: Final = "yookassa"

LISTED_MAX: Final = 100
"""Receipts of one payment or refund that are looked through; three are usual."""

_TAX_SYSTEMS: Final = {
    TaxSystem.GENERAL: 1,
    TaxSystem.SIMPLIFIED_INCOME: 2,
    TaxSystem.SIMPLIFIED_PROFIT: 3,
    TaxSystem.AGRICULTURAL: 5,
    TaxSystem.PATENT: 6,
}
_VAT_CODES: Final = {
    VatRate.NONE: 1,
    VatRate.ZERO: 2,
    VatRate.TEN: 3,
    VatRate.TEN_OF_110: 5,
    VatRate.FIVE: 7,
    VatRate.SEVEN: 8,
    VatRate.FIVE_OF_105: 9,
    VatRate.SEVEN_OF_107: 10,
    VatRate.TWENTY_TWO: 11,
    VatRate.TWENTY_TWO_OF_122: 12,
}
_MODES: Final = {
    SettlementMethod.FULL_PREPAYMENT: "full_prepayment",
    SettlementMethod.PREPAYMENT: "partial_prepayment",
    SettlementMethod.ADVANCE: "advance",
    SettlementMethod.FULL_PAYMENT: "full_payment",
}
_AGENTS: Final = {
    AgentSign.ATTORNEY: "attorney",
    AgentSign.COMMISSION_AGENT: "commissioner",
    AgentSign.AGENT: "agent",
}
_STATES: Final = {
    "pending": RegisterState.PENDING,
    "succeeded": RegisterState.REGISTERED,
    "canceled": RegisterState.FAILED,
}
_UNAUTHORISED: Final = frozenset({401, 403})
_PROCESSING: Final = 202
_ERROR: Final = 400
_MS: Final = 1_000


class YooKassaRegister:
    """Receipts through one shop's account."""

    name = YOOKASSA

    def __init__(self, client: httpx.AsyncClient, url: str, shop: str, secret: str) -> None:
        """Use the account `shop` with its secret key, at the API's address with its version."""
        self._client = client
        self._url = url.rstrip("/")
        self._auth = httpx.BasicAuth(shop, secret)

    async def register(self, request: RegisterRequest) -> RegisterAnswer:
        """Create the receipt; one that may have been created is looked for first.

        The idempotency key is known there for a day only, and not with another contact.
        """
        if request.document.provider != YOOKASSA:
            reason = f"the money came by {request.document.provider or 'no provider'}"
            raise RegisterRefused(reason, code="other_provider")
        if request.is_again:
            found = await self._found(request)
            if found is not None:
                return found
        body = _receipt(request.document, request.contact)
        headers = {"Idempotence-Key": request.key}
        answer = await self._ask("POST", "/receipts", json=body, headers=headers)
        return _answer(answer.body)

    async def look_up(self, reference: str) -> RegisterAnswer:
        """Look a receipt up by its id."""
        answer = await self._ask("GET", f"/receipts/{reference}")
        return _answer(answer.body)

    async def health(self) -> RegisterHealth:
        """Read one receipt's worth of the list."""
        try:
            await self._ask("GET", "/receipts", params={"limit": "1"})
        except RegisterError as error:
            return RegisterHealth(reachable=False, reason=str(error))
        return RegisterHealth(reachable=True)

    async def _found(self, request: RegisterRequest) -> RegisterAnswer | None:
        """Return the receipt that was created before without our knowing."""
        document = request.document
        named = _object_of(document)
        answer = await self._ask("GET", "/receipts", params={**named, "limit": str(LISTED_MAX)})
        items = answer.body.get("items")
        for each in items if isinstance(items, list) else []:
            if isinstance(each, dict) and _is_of(each, document):
                found = _answer(each)
                if found.reference not in request.others and (
                    found.state is not RegisterState.FAILED
                ):
                    return found
        return None

    async def _ask(self, method: str, path: str, **more: Any) -> RegisterResponse:
        request = self._client.build_request(method, f"{self._url}{path}", **more)
        request.headers["authorization"] = next(self._auth.auth_flow(request)).headers[
            "authorization"
        ]
        answer = await exchange(self._client, request)
        if answer.status == _PROCESSING:
            wait = answer.body.get("retry_after")
            seconds = wait / _MS if isinstance(wait, int) else None
            raise RegisterUnavailable("yookassa: still processing", retry_after=seconds)
        if answer.status in _UNAUTHORISED:
            raise RegisterUnavailable(f"yookassa: HTTP {answer.status}: check the secret key")
        if answer.status >= _ERROR:
            code = text(answer.body.get("code"))
            where = text(answer.body.get("parameter"))
            raise RegisterRefused(f"yookassa: HTTP {answer.status} {code} {where}", code=code)
        return answer


def _receipt(document: FiscalDocument, contact: FiscalContact) -> Mapping[str, Any]:
    is_offset = bool(document.offset)
    return {
        "type": "refund" if document.is_refund else "payment",
        **_object_of(document),
        "customer": _customer(contact),
        "items": [_item(each) for each in document.items],
        "tax_system_code": _TAX_SYSTEMS[document.tax_system],
        "send": True,
        "settlements": [
            {"type": "prepayment" if is_offset else "cashless", "amount": _money(document.total)}
        ],
    }


def _object_of(document: FiscalDocument) -> Mapping[str, str]:
    """Return what a receipt belongs to: a refund that YooKassa made, else the payment."""
    if document.kind is FiscalKind.REFUND and document.refund:
        return {"refund_id": document.refund}
    return {"payment_id": document.payment_id}


def _customer(contact: FiscalContact) -> Mapping[str, str]:
    if contact.email:
        return {"email": contact.email}
    return {"phone": contact.phone.removeprefix("+")}


def _item(item: FiscalItem) -> Mapping[str, Any]:
    named: dict[str, Any] = {
        "description": item.title,
        "quantity": item.quantity,
        "amount": _money(item.price),
        "vat_code": _VAT_CODES[item.vat],
        "payment_mode": _MODES[item.method],
        "payment_subject": item.subject.value,
        "measure": "piece",
    }
    if item.supplier is not None:
        named["agent_type"] = _AGENTS[item.supplier.sign]
        named["supplier"] = {
            "name": item.supplier.name,
            "inn": item.supplier.inn,
            "phone": item.supplier.phone.removeprefix("+"),
        }
    return named


def _money(kopecks: int) -> Mapping[str, str]:
    return {"value": f"{kopecks // 100}.{kopecks % 100:02}", "currency": "RUB"}


def _is_of(receipt: Mapping[str, Any], document: FiscalDocument) -> bool:
    """Return whether a receipt there is of this document: the same kind, payment and sum."""
    wanted = _receipt(document, FiscalContact())
    return receipt.get("type") == wanted["type"] and (
        _settled(receipt.get("settlements")) == _settled(wanted["settlements"])
    )


def _settled(settlements: object) -> Sequence[tuple[str, str]]:
    listed = settlements if isinstance(settlements, list) else []
    return [
        (text(each.get("type")), text(each.get("amount", {}).get("value")))
        for each in listed
        if isinstance(each, dict) and isinstance(each.get("amount", {}), dict)
    ]


def _answer(body: Mapping[str, Any]) -> RegisterAnswer:
    reference, state = text(body.get("id")), _STATES.get(text(body.get("status")))
    if not reference or state is None:
        raise RegisterUnavailable("yookassa: an answer that is no receipt")
    record = None
    if state is RegisterState.REGISTERED:
        record = FiscalRecord(
            text(body.get("fiscal_storage_number")),
            text(body.get("fiscal_document_number")),
            text(body.get("fiscal_attribute")),
        )
    return RegisterAnswer(
        reference=reference,
        state=state,
        record=record,
        reason="canceled" if state is RegisterState.FAILED else "",
        is_final=True,
    )
