"""ATOL Online as a cash register: rented registers behind an API (protocol 5, format 1.2).

A document is known by an external id of ours, for good: asked for again, the answer is error 33
with the id of the first. It is registered a little later; `report` tells. A token lives a day.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx
from msgspec import Struct
from typing_extensions import override

from gotovo.order.values.fiscal.fiscal_codes import PaymentSubject
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
    link_of,
)
from gotovo.payments.receipts.register_http import RegisterResponse, exchange, text

ATOL: Final = "atol"

_SUBJECTS: Final = {
    PaymentSubject.COMMODITY: 1,
    PaymentSubject.JOB: 3,
    PaymentSubject.SERVICE: 4,
    PaymentSubject.PAYMENT: 10,
}
_PIECE: Final = 0
_ELECTRONIC, _OFFSET = 1, 2

_KNOWN_ALREADY: Final = 33
_NOT_YET: Final = 34
_TOKENS: Final = frozenset({10, 11, 13, 14})
"""Codes of errors of the token: it is missing, expired or unknown."""

_WRONG_LOGIN: Final = 12
_UNAUTHORISED: Final = 401
_ERROR: Final = 400

_TEMPORARY: Final = frozenset({"timeout", "system", "unknown"})
"""Types of errors of a document that another one, with the same contents, may not have."""

_MOSCOW: Final = ZoneInfo("Europe/Moscow")


class AtolAccount(Struct, frozen=True):
    """A group of registers, and who may use it."""

    group: str
    login: str
    password: str

    @override
    def __repr__(self) -> str:
        """Return it without its password."""
        return f"AtolAccount(group={self.group!r})"


class AtolRegister:
    """Receipts through one group of registers."""

    name = ATOL

    def __init__(
        self,
        client: httpx.AsyncClient,
        url: str,
        account: AtolAccount,
        clock: Callable[[], datetime],
    ) -> None:
        """Use a group at the API's address with its version: https://…/possystem/v5."""
        self._client = client
        self._url = url.rstrip("/")
        self._account = account
        self._clock = clock
        self._token = ""

    async def register(self, request: RegisterRequest) -> RegisterAnswer:
        """Ask for a document of sale or of return."""
        operation = "sell_refund" if request.document.is_refund else "sell"
        body = {
            "external_id": request.key,
            "timestamp": self._clock().astimezone(_MOSCOW).strftime("%d.%m.%Y %H:%M:%S"),
            "receipt": _receipt(request.document, request.contact),
        }
        answer = await self._ask("POST", operation, body)
        code = _error(answer.body).code
        if code and code != _KNOWN_ALREADY:
            raise _refusal(answer)
        reference = text(answer.body.get("uuid"))
        if not reference:
            raise RegisterUnavailable("atol: an answer without a document")
        return RegisterAnswer(reference=reference, state=RegisterState.PENDING)

    async def look_up(self, reference: str) -> RegisterAnswer:
        """Read the report of a document."""
        answer = await self._ask("GET", f"report/{reference}")
        error, state = _error(answer.body), text(answer.body.get("status"))
        if state == "done":
            record = _record(answer.body.get("payload"))
            return RegisterAnswer(
                reference=reference, state=RegisterState.REGISTERED, record=record
            )
        if state == "wait" or error.code == _NOT_YET:
            return RegisterAnswer(reference=reference, state=RegisterState.PENDING)
        if state == "fail":
            return RegisterAnswer(
                reference=reference,
                state=RegisterState.FAILED,
                reason=f"{error.kind} {error.code}",
                is_final=error.kind not in _TEMPORARY,
            )
        raise _refusal(answer)

    async def health(self) -> RegisterHealth:
        """Ask for a token."""
        try:
            await self._new_token()
        except RegisterError as error:
            return RegisterHealth(reachable=False, reason=str(error))
        return RegisterHealth(reachable=True)

    async def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> RegisterResponse:
        """Ask with the token that is known; one that has ended is renewed once."""
        token = self._token or await self._new_token()
        answer = await self._send(method, path, token, body)
        if answer.status == _UNAUTHORISED or _error(answer.body).code in _TOKENS:
            answer = await self._send(method, path, await self._new_token(), body)
            if answer.status == _UNAUTHORISED or _error(answer.body).code in _TOKENS:
                raise RegisterUnavailable("atol: the token is refused")
        return answer

    async def _send(
        self, method: str, path: str, token: str, body: Mapping[str, Any] | None
    ) -> RegisterResponse:
        url = f"{self._url}/{self._account.group}/{path}"
        headers = {"Token": token}
        request = self._client.build_request(method, url, headers=headers, json=body)
        return await exchange(self._client, request)

    async def _new_token(self) -> str:
        body = {"login": self._account.login, "pass": self._account.password}
        request = self._client.build_request("POST", f"{self._url}/getToken", json=body)
        answer = await exchange(self._client, request)
        token = answer.body.get("token")
        if answer.status >= _ERROR or not isinstance(token, str) or not token:
            code = _error(answer.body).code
            why = "check login and password" if code == _WRONG_LOGIN else f"error {code}"
            raise RegisterUnavailable(f"atol: no token: {why}")
        self._token = token
        return token


class _Error(Struct, frozen=True):
    """The error of an answer; the code is 0 where there is none."""

    code: int = 0
    kind: str = ""


def _error(body: Mapping[str, Any]) -> _Error:
    error = body.get("error")
    if not isinstance(error, dict):
        return _Error()
    code = error.get("code")
    return _Error(code if isinstance(code, int) else -1, text(error.get("type")))


def _refusal(answer: RegisterResponse) -> RegisterError:
    """Return the error of an answer; its text may repeat what was sent, so it is left out."""
    error = _error(answer.body)
    if error.kind in _TEMPORARY:
        return RegisterUnavailable(f"atol: error {error.code} {error.kind}")
    return RegisterRefused(
        f"atol: HTTP {answer.status}, error {error.code} {error.kind}", code=str(error.code)
    )


def _receipt(document: FiscalDocument, contact: FiscalContact) -> Mapping[str, Any]:
    client = {"email": contact.email} if contact.email else {"phone": contact.phone}
    kind = _OFFSET if document.offset else _ELECTRONIC
    return {
        "client": client,
        "company": {
            "email": document.email,
            "inn": document.inn,
            "sno": document.tax_system.value,
            "payment_address": document.site,
        },
        "items": [_item(each) for each in document.items],
        "payments": [{"type": kind, "sum": _roubles(document.total)}],
        "total": _roubles(document.total),
    }


def _item(item: FiscalItem) -> Mapping[str, Any]:
    named: dict[str, Any] = {
        "name": item.title,
        "price": _roubles(item.price),
        "quantity": item.quantity,
        "measure": _PIECE,
        "sum": _roubles(item.amount),
        "payment_method": item.method.value,
        "payment_object": _SUBJECTS[item.subject],
        "vat": {"type": item.vat.value},
    }
    if item.supplier is not None:
        named["agent_info"] = {"type": item.supplier.sign.value}
        named["supplier_info"] = {
            "name": item.supplier.name,
            "inn": item.supplier.inn,
            "phones": [item.supplier.phone],
        }
    return named


def _roubles(kopecks: int) -> float:
    """Return a sum as JSON has it there; the nearest double is written with two digits at most."""
    return round(kopecks / 100, 2)


def _record(payload: object) -> FiscalRecord:
    if not isinstance(payload, dict):
        raise RegisterUnavailable("atol: a report without its payload")
    return FiscalRecord(
        text(payload.get("fn_number")),
        text(payload.get("fiscal_document_number")),
        text(payload.get("fiscal_document_attribute")),
        link_of(payload.get("ofd_receipt_url")),
    )
