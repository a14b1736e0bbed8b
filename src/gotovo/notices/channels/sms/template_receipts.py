"""Receipts by template: a call-back is checked first, then read."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl

import msgspec
import structlog
from msgspec import Struct

from gotovo.notices.channels.port import Receipt, ReceiptRefused, ReceiptRequest
from gotovo.notices.channels.sms.callbacks import ReceiptAddress
from gotovo.notices.channels.sms.provider_words import safe_code, safe_status
from gotovo.notices.channels.sms.template import CheckTemplate, ReceiptTemplate, filled

_log: Final = structlog.get_logger("gotovo.receipts")

BODY_BYTES_MAX: Final = 262_144
"""A call-back with a hundred receipts has some ten kilobytes."""

FIELDS_MAX: Final = 1_000
"""Fields of a call-back; SMS.ru sends at most a hundred receipts at once."""

_ID: Final = re.compile(r"[\w.:-]{1,128}", re.ASCII)
_NUMBERED: Final = re.compile(r"(.+)\[\d*\]")

Pairs = Sequence[tuple[str, str]]


class ReceiptKeys(Struct, frozen=True):
    """What call-backs are checked with; `secret` is the operator's own at the provider."""

    user: str
    password: str
    secret: str = ""


def read_receipts(
    template: ReceiptTemplate, request: ReceiptRequest, address: ReceiptAddress, keys: ReceiptKeys
) -> Sequence[Receipt]:
    """Return the receipts of a call-back; raise ReceiptRefused for a forged or unreadable one."""
    address.check(request.path)
    if len(request.body) > BODY_BYTES_MAX:
        raise ReceiptRefused(f"more than {BODY_BYTES_MAX} bytes")
    pairs = _pairs(template, request)
    _check(template, request, address, keys, pairs)
    if template.records:
        return _of_records(template, pairs)
    return [_receipt(template, dict(pairs))]


def _pairs(template: ReceiptTemplate, request: ReceiptRequest) -> Pairs:
    """Return the fields in their order; a request of GET has them in its query."""
    if template.format == "json":
        try:
            read = msgspec.json.decode(
                request.body, type=dict[str, str | int | float | bool | None]
            )
        except msgspec.DecodeError as error:
            raise ReceiptRefused("the body is not the JSON that was expected") from error
        return [(name, "" if value is None else str(value)) for name, value in read.items()]
    is_query = template.format == "query" or request.method == "GET"
    try:
        text = request.query if is_query else request.body.decode("utf-8")
        return parse_qsl(text, keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="strict")
    except ValueError as error:
        raise ReceiptRefused("the fields can't be read") from error


def _check(
    template: ReceiptTemplate,
    request: ReceiptRequest,
    address: ReceiptAddress,
    keys: ReceiptKeys,
    pairs: Pairs,
) -> None:
    """Raise ReceiptRefused unless one signature is right, and none that is there is wrong.

    Signatures with a secret of the operator's are looked at only where that is known.
    """
    checks = [each for each in template.checks if keys.secret or "{secret}" not in each.over]
    if not checks:
        return
    found = 0
    for each in checks:
        shown, right = (
            _digest(template, each, keys, pairs)
            if each.kind == "digest"
            else _url_hmac(each, request, address, keys, pairs)
        )
        if not shown:
            continue
        found += 1
        if not hmac.compare_digest(shown.encode(), right.encode()):
            raise ReceiptRefused(f"the signature {each.field} is wrong")
    if not found:
        names = ", ".join(each.field for each in checks)
        raise ReceiptRefused(f"the signature is missing: {names}")


def _digest(
    template: ReceiptTemplate, check: CheckTemplate, keys: ReceiptKeys, pairs: Pairs
) -> tuple[str, str]:
    """Return the digest that came, and the right one."""
    fields = dict(pairs)
    records = "".join(_records(template, pairs))
    known = {
        "user": keys.user,
        "password": keys.password,
        "secret": keys.secret,
        "records": records,
    }
    signed = filled(check.over, {**fields, **known}).encode()
    return fields.get(check.field, "").lower(), hashlib.new(check.algorithm, signed).hexdigest()


def _url_hmac(
    check: CheckTemplate,
    request: ReceiptRequest,
    address: ReceiptAddress,
    keys: ReceiptKeys,
    pairs: Pairs,
) -> tuple[str, str]:
    """Return the HMAC that came, and the right one.

    The address begins with our own origin, as the provider was told it, whatever a proxy made of
    it. Only fields of the body are signed apart; those of a query are in the address.
    """
    query = f"?{request.query}" if request.query else ""
    fields = sorted(pairs) if request.method != "GET" else []
    signed = f"{address.origin}{request.path}{query}" + "".join(f"{k}{v}" for k, v in fields)
    digest = hmac.digest(keys.password.encode(), signed.encode(), check.algorithm)
    return request.headers.get(check.field, ""), base64.b64encode(digest).decode()


def _records(template: ReceiptTemplate, pairs: Pairs) -> Sequence[str]:
    if not template.records:
        return []
    found: list[str] = []
    for name, value in pairs:
        match = _NUMBERED.fullmatch(name)
        if (match[1] if match else name) == template.records:
            found.append(value)
    return found


def _of_records(template: ReceiptTemplate, pairs: Pairs) -> Sequence[Receipt]:
    lines = (each.split("\n") for each in _records(template, pairs))
    numbered = ({str(i): line.strip() for i, line in enumerate(each)} for each in lines)
    ours = [each for each in numbered if each["0"] == template.kind]
    return [receipt for each in ours if (receipt := _readable(template, each)) is not None]


def _readable(template: ReceiptTemplate, fields: Mapping[str, str]) -> Receipt | None:
    """Return one receipt of several; one that can't be read must not keep back the others."""
    try:
        return _receipt(template, fields)
    except ReceiptRefused as error:
        _log.warning("receipt left out", reason=str(error))
        return None


def _receipt(template: ReceiptTemplate, fields: Mapping[str, str]) -> Receipt:
    provider_id, status = fields.get(template.id, ""), fields.get(template.status, "")
    if not _ID.fullmatch(provider_id) or not status:
        raise ReceiptRefused("id or status is missing")
    code = fields.get(template.code, "")
    return Receipt(
        provider_id=provider_id,
        state=template.state_of(status),
        status=safe_status(status),
        code="" if code in template.no_codes else safe_code(code),
    )
