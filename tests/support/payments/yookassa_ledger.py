"""What YooKassa has of one shop: payments, refunds and receipts, as its documentation says.

https://yookassa.ru/developers/api and the pages beside it. Objects are kept as the JSON that the
API shows. With a file, every change is in it before anybody is answered, so that a server that was
killed goes on where it was.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from msgspec import Struct

SHOP, SECRET = "100500", "test_hush-and-hush"
CONFIRMATION: Final = timedelta(hours=1)
"""How long a payment waits for its buyer; it depends on how they pay, and an hour is usual."""

HOLD: Final = timedelta(days=7)
METHODS: Final = frozenset({"bank_card", "sbp", "yoo_money", "sberbank", "tinkoff_bank"})
Json = dict[str, Any]


class YooKassaError(Exception):
    """An answer that is an error: its status, code and parameter."""

    def __init__(self, status: int, code: str, description: str, parameter: str = "") -> None:
        super().__init__(description)
        self.status = status
        self.body: Json = {
            "type": "error",
            "id": str(uuid4()),
            "code": code,
            "description": description,
        }
        if parameter:
            self.body["parameter"] = parameter


def invalid(description: str, parameter: str = "") -> YooKassaError:
    """Return the error of a request that is wrong."""
    return YooKassaError(400, "invalid_request", description, parameter)


def machine_time() -> datetime:
    """Return the machine's time."""
    return datetime.now(UTC)


class YooKassaLedger:
    """The objects of a shop, and what its buyers and banks do."""

    def __init__(
        self,
        clock: Callable[[], datetime] = machine_time,
        *,
        shop: str = SHOP,
        file: Path | None = None,
        currencies: frozenset[str] = frozenset({"RUB"}),
    ) -> None:
        """Read what a file has of an earlier run."""
        self.clock = clock
        self.shop = shop
        self.currencies = currencies
        self.page_url = "https://yoomoney.test"
        self.payments: dict[str, Json] = {}
        self.refunds: dict[str, Json] = {}
        self.receipts: dict[str, Json] = {}
        self.keys: dict[str, Json] = {}
        self.events: list[Json] = []
        self.refund_outcomes: dict[str, tuple[str, str]] = {}
        """Status and reason of the next refunds of a payment, `*` of all others."""

        self.on_event: Callable[[Json], None] = lambda _event: None
        self._file = file
        self._stores: Mapping[str, dict[str, Json]] = {
            "payment": self.payments,
            "refund": self.refunds,
            "receipt": self.receipts,
            "key": self.keys,
        }
        if file is not None and file.exists():
            self._read(file)

    def create_payment(self, asked: Json) -> Json:
        """Create a payment that waits for its buyer."""
        amount = self._amount(asked.get("amount"))
        check_texts(asked, description_max=128)
        confirmation = asked.get("confirmation") or {}
        if confirmation.get("type") != "redirect" or not confirmation.get("return_url"):
            raise invalid("Confirmation has to be a redirect", "confirmation")
        method = (asked.get("payment_method_data") or {}).get("type", "bank_card")
        if method not in METHODS:
            raise invalid("Payment method is not available", "payment_method_data.type")
        payment_id = str(uuid4())
        payment: Json = {
            "id": payment_id,
            "status": "pending",
            "amount": amount,
            "recipient": {"account_id": self.shop, "gateway_id": "2010500"},
            "payment_method": {"type": method, "id": payment_id, "saved": False},
            "created_at": self._now_text(),
            "confirmation": {
                "type": "redirect",
                "return_url": confirmation["return_url"],
                "confirmation_url": f"{self.page_url}/pay/{payment_id}",
            },
            "test": True,
            "paid": False,
            "refundable": False,
            "metadata": asked.get("metadata") or {},
            "_capture": bool(asked.get("capture", False)),
        }
        if asked.get("description"):
            payment["description"] = asked["description"]
        return self.save("payment", payment)

    def payment(self, payment_id: str) -> Json:
        """Return a payment as it stands; one that nobody confirmed in time is canceled."""
        payment = self.payments.get(payment_id)
        if payment is None:
            raise YooKassaError(404, "not_found", "Payment doesn't exist", "payment_id")
        begun = datetime.fromisoformat(payment["created_at"])
        if payment["status"] == "pending" and self.clock() - begun > CONFIRMATION:
            self.expire(payment_id)
        return payment

    def capture(self, payment_id: str) -> Json:
        """Take the money that is held."""
        payment = self.payment(payment_id)
        if payment["status"] != "waiting_for_capture":
            raise invalid("Payment can't be captured in its status", "payment_id")
        return self._succeed(payment)

    def cancel(self, payment_id: str) -> Json:
        """Give up the money that is held; a payment in any other status can't be canceled."""
        payment = self.payment(payment_id)
        if payment["status"] != "waiting_for_capture":
            raise invalid("Payment can't be canceled in its status", "payment_id")
        return self._cancel(payment, "merchant", "canceled_by_merchant")

    def create_refund(self, asked: Json) -> Json:
        """Give money back, at most what is left of the payment."""
        payment = self.payments.get(asked.get("payment_id", ""))
        if payment is None:
            raise invalid("Payment doesn't exist", "payment_id")
        if payment["status"] != "succeeded":
            raise invalid("Payment is not refundable in its status", "payment_id")
        check_texts(asked, description_max=250)
        amount = self._amount(asked.get("amount"))
        if amount["currency"] != payment["amount"]["currency"]:
            raise invalid("Currency is not that of the payment", "amount.currency")
        if Decimal(amount["value"]) > self.left_of(payment["id"]):
            raise invalid("Refund amount is more than is left of the payment", "amount.value")
        usual = self.refund_outcomes.get("*", ("succeeded", ""))
        status, reason = self.refund_outcomes.get(payment["id"], usual)
        refund: Json = {
            "id": str(uuid4()),
            "payment_id": payment["id"],
            "status": "pending",
            "created_at": self._now_text(),
            "amount": amount,
        }
        for name in ("description", "metadata"):
            if asked.get(name):
                refund[name] = asked[name]
        self.save("refund", refund)
        return refund if status == "pending" else self.settle_refund(refund["id"], status, reason)

    def refund(self, refund_id: str) -> Json:
        """Return a refund as it stands."""
        if refund_id not in self.refunds:
            raise YooKassaError(404, "not_found", "Refund doesn't exist", "refund_id")
        return self.refunds[refund_id]

    def left_of(self, payment_id: str) -> Decimal:
        """Return what can still be given back."""
        given = (
            Decimal(each["amount"]["value"])
            for each in self.refunds.values()
            if each["payment_id"] == payment_id and each["status"] != "canceled"
        )
        return Decimal(self.payments[payment_id]["amount"]["value"]) - sum(given, Decimal())

    def pay(self, payment_id: str, value: str = "", currency: str = "") -> Json:
        """Let the buyer pay; a sum or currency of its own is what no good provider would do."""
        payment = self.payment(payment_id)
        if payment["status"] != "pending":
            return payment
        amount = payment["amount"]
        payment["amount"] = {
            "value": value or amount["value"],
            "currency": currency or amount["currency"],
        }
        payment["paid"] = True
        if payment["_capture"]:
            return self._succeed(payment)
        payment["status"] = "waiting_for_capture"
        payment["expires_at"] = _text(self.clock() + HOLD)
        self.save("payment", payment)
        return self._event("payment.waiting_for_capture", payment)

    def decline(self, payment_id: str, reason: str = "insufficient_funds") -> Json:
        """Let the buyer's bank decline."""
        payment = self.payment(payment_id)
        party = "payment_network"
        return self._cancel(payment, party, reason) if payment["status"] == "pending" else payment

    def expire(self, payment_id: str) -> Json:
        """Let the time to confirm a payment pass."""
        payment = self.payments[payment_id]
        if payment["status"] != "pending":
            return payment
        return self._cancel(payment, "yoo_money", "expired_on_confirmation")

    def settle_refund(self, refund_id: str, status: str, reason: str = "") -> Json:
        """End a refund; of one that is canceled no notification tells."""
        refund = self.refunds[refund_id]
        if refund["status"] != "pending":
            return refund
        refund["status"] = status
        if status == "canceled":
            details = {"party": "payment_network", "reason": reason or "general_decline"}
            refund["cancellation_details"] = details
            return self.save("refund", refund)
        self.save("refund", refund)
        payment = self.payments[refund["payment_id"]]
        given = Decimal(payment["refunded_amount"]["value"]) + Decimal(refund["amount"]["value"])
        payment["refunded_amount"] = {**refund["amount"], "value": f"{given:.2f}"}
        payment["refundable"] = given < Decimal(payment["amount"]["value"])
        self.save("payment", payment)
        return self._event("refund.succeeded", refund)

    def save(self, kind: str, thing: Json, name: str = "") -> Json:
        """Store an object, in the file as well."""
        self._stores[kind][name or thing["id"]] = thing
        self._write({"kind": kind, "name": name or thing["id"], "object": thing})
        return thing

    def object_of(self, kind: str, name: str) -> Json:
        """Return an object as it stands; a payment may have expired meanwhile."""
        return self.payment(name) if kind == "payment" else self._stores[kind][name]

    def _succeed(self, payment: Json) -> Json:
        income = Decimal(payment["amount"]["value"]) * Decimal("0.965")
        payment |= {
            "status": "succeeded",
            "paid": True,
            "refundable": True,
            "captured_at": self._now_text(),
            "income_amount": {**payment["amount"], "value": f"{income:.2f}"},
            "refunded_amount": {**payment["amount"], "value": "0.00"},
        }
        payment.pop("confirmation", None)
        self.save("payment", payment)
        return self._event("payment.succeeded", payment)

    def _cancel(self, payment: Json, party: str, reason: str) -> Json:
        payment |= {
            "status": "canceled",
            "paid": False,
            "cancellation_details": {"party": party, "reason": reason},
        }
        payment.pop("confirmation", None)
        self.save("payment", payment)
        return self._event("payment.canceled", payment)

    def _event(self, name: str, thing: Json) -> Json:
        """Remember what a notification tells: the object as it is at this moment."""
        event = {"type": "notification", "event": name, "object": shown(thing)}
        self.events.append(event)
        self._write({"kind": "event", "name": "", "object": event})
        self.on_event(event)
        return thing

    def _amount(self, asked: object) -> Json:
        amount: Any = asked
        if not isinstance(asked, dict):
            raise invalid("Amount is missing", "amount")
        if amount.get("currency") not in self.currencies:
            raise invalid("Currency is not that of the shop", "amount.currency")
        value = amount.get("value")
        try:
            number = Decimal(value) if isinstance(value, str) else Decimal()
        except InvalidOperation:
            number = Decimal()
        if not number.is_finite() or number <= 0:
            raise invalid("Amount has to be a positive number", "amount.value")
        return {"value": value, "currency": amount["currency"]}

    def _now_text(self) -> str:
        return _text(self.clock())

    def _write(self, line: Json) -> None:
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")

    def _read(self, file: Path) -> None:
        for line in file.read_text("utf-8").splitlines():
            try:
                entry = json.loads(line)
            except json.JSONDecodeError:
                continue  # It was killed while it wrote, and has answered nobody.
            if entry["kind"] == "event":
                self.events.append(entry["object"])
            else:
                self._stores[entry["kind"]][entry["name"]] = entry["object"]


class Call(Struct, frozen=True):
    """A request that was let in: the parts of its path, its query and its JSON."""

    parts: tuple[str, ...]
    query: Mapping[str, str]
    body: Json


Handler = Callable[[YooKassaLedger, Call], Json]


def check_texts(asked: Json, description_max: int) -> None:
    """Raise the error of a description or metadata that are too long."""
    if len(asked.get("description") or "") > description_max:
        raise invalid("Description is too long", "description")
    metadata: Any = asked.get("metadata") or {}
    if not isinstance(metadata, dict) or len(metadata) > 16:
        raise invalid("Metadata has more than 16 keys", "metadata")
    for key, value in metadata.items():
        if len(key) > 32 or not isinstance(value, str) or len(value) > 512:
            raise invalid("Metadata has a key or value that is too long", "metadata")


def shown(thing: Json) -> Json:
    """Return an object as the API shows it."""
    copied = json.loads(json.dumps(thing))
    return {name: value for name, value in copied.items() if not name.startswith("_")}


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
