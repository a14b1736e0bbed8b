"""Providers of SMS as their public documentation says that they behave, for the tests' peer."""

import base64
import hashlib
import hmac
from urllib.parse import urlencode

from gotovo.notices.channels.port import ReceiptRequest
from tests.support.notices.http_peer import PeerRequest, json_response

USER, PASSWORD, SENDER = "shop", "hush & hush", "Shop"
UNKNOWN_PHONE, FORBIDDEN_WORD = "+79005550000", "casino"


class Smsc:
    """https://smsc.ru/api/http/: send.php and balance.php with fmt=3."""

    def __init__(self) -> None:
        self.taken: dict[str, str] = {}
        self.money = True

    def answer(self, request: PeerRequest) -> bytes:
        """Answer a request."""
        fields = request.fields
        if (fields.get("login"), fields.get("psw"), fields.get("fmt")) != (USER, PASSWORD, "3"):
            return json_response(200, {"error": "authorise error", "error_code": 2})
        if request.path == "/sys/balance.php":
            return json_response(200, {"balance": "123.45", "currency": "RUB"})
        assert request.path == "/sys/send.php"
        assert (fields["charset"], fields["cost"]) == ("utf-8", "3")
        return self._send(fields)

    def _send(self, fields: dict[str, str]) -> bytes:
        if not self.money:
            return json_response(200, {"error": "no money", "error_code": 3})
        if fields["phones"] == UNKNOWN_PHONE:
            error = f"invalid number (phone {fields['phones']})"
            return json_response(200, {"error": error, "error_code": 7, "id": 0})
        if FORBIDDEN_WORD in fields["mes"]:
            error = f"message is denied: {fields['mes']}"
            return json_response(200, {"error": error, "error_code": 6})
        if self.taken.get(fields["id"]) == fields["mes"]:
            return json_response(
                200, {"error": "duplicate request, wait a minute", "error_code": 9}
            )
        self.taken[fields["id"]] = fields["mes"]
        body = {"id": fields["id"], "cnt": 2, "cost": "9.60", "balance": "113.85"}
        return json_response(200, body)

    @staticmethod
    def receipt(path: str, message_id: str, status: str, secret: str = "") -> ReceiptRequest:
        """Return the call-back about a message, signed where there is a secret."""
        fields = {"id": message_id, "phone": "79005550123", "status": status, "err": "0"}
        fields["time"] = "22.11.2026 14:05:00"
        if secret:
            signed = f"{message_id}:79005550123:{status}:{secret}".encode()
            fields["md5"] = hashlib.md5(signed).hexdigest()  # noqa: S324  (the provider's choice)
            fields["sha1"] = hashlib.sha1(signed).hexdigest()  # noqa: S324  (the same)
        return ReceiptRequest("POST", path, body=urlencode(fields).encode())


class SmsRu:
    """https://sms.ru/api: sms/send and my/balance with json=1."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.is_busy = False

    def answer(self, request: PeerRequest) -> bytes:
        """Answer a request."""
        fields = request.fields
        if fields.get("api_id") != PASSWORD:
            return json_response(
                200, {"status": "ERROR", "status_code": 200, "status_text": "wrong api_id"}
            )
        if request.path == "/my/balance":
            return json_response(200, {"status": "OK", "status_code": 100, "balance": 4122.56})
        assert request.path == "/sms/send"
        assert (fields["json"], fields["from"]) == ("1", SENDER)
        if self.is_busy:
            return json_response(200, {"status": "ERROR", "status_code": 220})
        told = self._message(fields)
        body = {"status": "OK", "status_code": 100, "sms": {fields["to"]: told}, "balance": 4122.56}
        return json_response(200, body)

    def _message(self, fields: dict[str, str]) -> dict[str, str | int]:
        if f"+{fields['to']}" == UNKNOWN_PHONE:
            text = f"no messages to {fields['to']}"
            return {"status": "ERROR", "status_code": 207, "status_text": text}
        self.taken.append(fields["msg"])
        return {"status": "OK", "status_code": 100, "sms_id": f"000000-1000000{len(self.taken)}"}

    @staticmethod
    def receipts(path: str, statuses: dict[str, str], password: str = PASSWORD) -> ReceiptRequest:
        """Return the call-back about messages, with a record of another kind among them."""
        records = [f"sms_status\n{name}\n{status}\n1763809500" for name, status in statuses.items()]
        records.append("test\nhello")
        fields = {f"data[{number}]": record for number, record in enumerate(records)}
        signed = (password + "".join(records)).encode()
        fields["hash"] = hashlib.sha256(signed).hexdigest()
        return ReceiptRequest("POST", path, body=urlencode(fields).encode())


class Twilio:
    """https://www.twilio.com/docs/messaging/api/message-resource, with StatusCallback."""

    def __init__(self) -> None:
        self.taken: list[dict[str, str]] = []

    def answer(self, request: PeerRequest) -> bytes:
        """Answer a request."""
        basic = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {basic}":
            body = {"code": 20003, "message": "Authenticate", "status": 401}
            return json_response(401, body)
        if request.path == f"/2010-04-01/Accounts/{USER}/Balance.json":
            assert request.method == "GET"
            return json_response(200, {"currency": "USD", "balance": "-0.75"})
        assert request.path == f"/2010-04-01/Accounts/{USER}/Messages.json"
        fields = request.fields
        if fields["To"] == UNKNOWN_PHONE:
            message = f"The 'To' number {fields['To']} is not a valid phone number."
            return json_response(400, {"code": 21211, "message": message, "status": 400})
        self.taken.append(fields)
        body = {"sid": f"SM{len(self.taken):032x}", "status": "queued", "error_code": None}
        return json_response(201, body | {"error_message": None, "num_segments": "2"})

    @staticmethod
    def receipt(
        url: str, fields: dict[str, str], token: str = PASSWORD, query: str = ""
    ) -> ReceiptRequest:
        """Return the call-back to an address, signed."""
        whole = f"{url}?{query}" if query else url
        signed = whole + "".join(f"{name}{fields[name]}" for name in sorted(fields))
        digest = hmac.digest(token.encode(), signed.encode(), "sha1")
        headers = {"x-twilio-signature": base64.b64encode(digest).decode()}
        path = "/" + url.split("/", 3)[3]
        return ReceiptRequest("POST", path, query, headers, urlencode(fields).encode())
