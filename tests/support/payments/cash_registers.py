"""Cash registers over real HTTP: ATOL Online's protocol 5, and YooKassa's receipts, as documented.

Each registers a document when it is looked up for the second time, and knows for good what it has
registered: a test counts that. Faults: `lost` does what is asked and answers nothing, `broken`
answers 500 and does nothing, `expired` refuses the token once.
"""

import asyncio
import base64
import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from tests.support.notices.http_peer import PeerRequest, json_response, response

Json = dict[str, Any]

LOGIN, PASSWORD, GROUP = "gotovo-ru", "hush hush hush", "group_17"
SHOP, SECRET = "100500", "test_hush-hush"
DRIVE: Final = "9999078900001341"
ITEMS_MAX: Final = 100
TITLE_MAX: Final = 128


class RegisterFaults:
    """What goes wrong next; one fault for each request that may register something."""

    def __init__(self) -> None:
        self.next: list[str] = []
        self.has_changed = asyncio.Event()

    def take(self) -> str:
        """Return the next fault, empty for none."""
        return self.next.pop(0) if self.next else ""


class AtolServer(RegisterFaults):
    """ATOL Online: documents by external id, each registered by the second report."""

    def __init__(self) -> None:
        super().__init__()
        self.documents: dict[str, Json] = {}
        self.by_uuid: dict[str, Json] = {}
        self.asked: dict[str, int] = {}
        self.failing: dict[str, tuple[str, int]] = {}
        """What becomes of a document whose external id begins so: type and code of the error."""

        self.tokens = 0
        self.url_of_receipts = "https://check.ofd.test/rec/"

    def answer(self, request: PeerRequest) -> bytes:
        """Answer one request."""
        path = request.path.removeprefix("/possystem/v5")
        if path == "/getToken":
            return self._token(json.loads(request.body))
        if request.headers.get("token") != f"token-{self.tokens}":
            return json_response(401, {"error": _error(11, "ExpiredToken", "system")})
        if path.startswith(f"/{GROUP}/report/"):
            return self._report(path.rpartition("/")[2])
        operation = path.removeprefix(f"/{GROUP}/")
        return self._take(operation, json.loads(request.body))

    def _token(self, body: Json) -> bytes:
        if (body.get("login"), body.get("pass")) != (LOGIN, PASSWORD):
            return json_response(401, {"error": _error(12, "Wrong login or password", "system")})
        self.tokens += 1
        return json_response(200, {"error": None, "token": f"token-{self.tokens}"})

    def _take(self, operation: str, body: Json) -> bytes:
        fault = self.take()
        if fault == "broken":
            return response(500, b"oops")
        if fault == "expired":
            self.tokens += 1
            return json_response(401, {"error": _error(11, "ExpiredToken", "system")})
        known = self.documents.get(body["external_id"])
        if known is not None:
            error = _error(33, "document is there", "system")
            shown = {"uuid": known["uuid"], "status": "wait", "error": error}
            return b"" if fault == "lost" else json_response(400, shown)
        wrong = _wrong(operation, body["receipt"])
        if wrong:
            return json_response(400, {"error": _error(32, wrong, "system-validation")})
        uuid = f"uuid-{len(self.documents) + 1}"
        document = {"uuid": uuid, "operation": operation, **body}
        self.documents[body["external_id"]] = self.by_uuid[uuid] = document
        self.has_changed.set()
        return b"" if fault == "lost" else json_response(200, {"uuid": uuid, "status": "wait"})

    def _report(self, uuid: str) -> bytes:
        document = self.by_uuid[uuid]
        self.asked[uuid] = self.asked.get(uuid, 0) + 1
        if self.asked[uuid] == 1:
            error = _error(34, "not there yet", "system")
            return json_response(200, {"uuid": uuid, "status": "wait", "error": error})
        for start, (kind, code) in self.failing.items():
            if document["external_id"].startswith(start):
                body = {"uuid": uuid, "status": "fail", "error": _error(code, "no", kind)}
                return json_response(200, body)
        document["is_done"] = True
        self.has_changed.set()
        number = int(uuid.removeprefix("uuid-"))
        payload = {
            "total": document["receipt"]["total"],
            "fn_number": DRIVE,
            "fiscal_document_number": number,
            "fiscal_document_attribute": 2_000_000_000 + number,
            "receipt_datetime": "22.11.2026 14:05:00",
            "ofd_receipt_url": f"{self.url_of_receipts}{number}",
        }
        shown = {"uuid": uuid, "status": "done", "error": None, "payload": payload}
        return json_response(200, shown)


class YooKassaReceiptServer(RegisterFaults):
    """YooKassa's /receipts: one for each key, listed by payment and refund."""

    def __init__(self) -> None:
        super().__init__()
        self.receipts: list[Json] = []
        self.by_key: dict[str, tuple[str, Json]] = {}
        self.cancelled = False

    def answer(self, request: PeerRequest) -> bytes:
        """Answer one request."""
        wanted = base64.b64encode(f"{SHOP}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {wanted}":
            return json_response(401, {"type": "error", "code": "invalid_credentials"})
        path = request.path.removeprefix("/v3/receipts").strip("/")
        if request.method == "POST":
            return self._create(request.headers["idempotence-key"], json.loads(request.body))
        if path:
            return self._shown(path)
        query = dict(parse_qsl(urlsplit(request.target).query))
        query.pop("limit", None)
        found = [x for x in self.receipts if query.items() <= x.items()]
        return json_response(200, {"type": "list", "items": found})

    def _create(self, key: str, body: Json) -> bytes:
        fault = self.take()
        if fault == "broken":
            return response(500, b"oops")
        if fault == "processing":
            return json_response(202, {"type": "processing", "retry_after": 1800})
        canonical = json.dumps(body, sort_keys=True)
        if key in self.by_key:
            asked, known = self.by_key[key]
            if asked != canonical:
                shown = {"type": "error", "code": "invalid_request", "parameter": "key"}
                return json_response(400, shown)
            return json_response(200, known)
        wrong = _wrong_for_yookassa(body)
        if wrong:
            shown = {"type": "error", "code": "invalid_request", "parameter": wrong}
            return json_response(400, shown)
        receipt = {**body, "id": f"rt-{len(self.receipts) + 1}", "status": "pending"}
        self.receipts.append(receipt)
        self.by_key[key] = canonical, receipt
        self.has_changed.set()
        return b"" if fault == "lost" else json_response(200, receipt)

    def _shown(self, reference: str) -> bytes:
        found = [each for each in self.receipts if each["id"] == reference]
        if not found:
            return json_response(404, {"type": "error", "code": "not_found"})
        (receipt,) = found
        receipt["status"] = "canceled" if self.cancelled else "succeeded"
        if not self.cancelled:
            receipt |= {
                "fiscal_storage_number": DRIVE,
                "fiscal_document_number": reference.removeprefix("rt-"),
                "fiscal_attribute": "2617603921",
            }
        return json_response(200, receipt)


def _error(code: int, words: str, kind: str) -> Json:
    return {"error_id": "e", "code": code, "text": words, "type": kind}


def _wrong(operation: str, receipt: Mapping[str, Any]) -> str:  # noqa: PLR0911  (one a fault)
    """Return what is wrong with a document by ATOL's schema, empty for nothing."""
    if operation not in {"sell", "sell_refund"}:
        return "operation"
    client, company = receipt["client"], receipt["company"]
    if not (client.get("email") or client.get("phone")):
        return "client"
    if {"email", "inn", "sno", "payment_address"} != set(company):
        return "company"
    if not 1 <= len(receipt["items"]) <= ITEMS_MAX:
        return "items"
    total = 0
    for item in receipt["items"]:
        kopecks = round(item["sum"] * 100)
        if not 1 <= len(item["name"]) <= TITLE_MAX:
            return "name"
        if round(item["price"] * 100) * item["quantity"] != kopecks or not kopecks:
            return "sum"
        is_advance = item["payment_method"] != "full_payment"
        rate = item["vat"]["type"].removeprefix("vat")
        if rate not in {"none", "0"} and (len(rate) == 3) != is_advance:
            return "vat"
        total += kopecks
    paid = sum(round(each["sum"] * 100) for each in receipt["payments"])
    return "" if total == paid == round(receipt["total"] * 100) else "total"


def _wrong_for_yookassa(body: Mapping[str, Any]) -> str:
    if body.get("type") not in {"payment", "refund"}:
        return "type"
    if ("payment_id" in body) == ("refund_id" in body):
        return "payment_id"
    if not (body["customer"].get("email") or body["customer"].get("phone")):
        return "customer"
    if not 1 <= len(body["items"]) <= ITEMS_MAX:
        return "items"
    if any(item["vat_code"] not in range(1, 13) for item in body["items"]):
        return "vat_code"
    worth = sum(_kopecks(item["amount"]) * item["quantity"] for item in body["items"])
    settled = sum(_kopecks(each["amount"]) for each in body["settlements"])
    return "" if worth == settled and body["send"] is True else "settlements"


def _kopecks(amount: Mapping[str, str]) -> int:
    roubles, _, kopecks = amount["value"].partition(".")
    assert amount["currency"] == "RUB"
    return int(roubles) * 100 + int(kopecks)
