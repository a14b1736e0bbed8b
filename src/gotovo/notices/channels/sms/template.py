"""A provider as a template: the requests it takes, where its answers say what, and its receipts.

Templates are TOML: those of the package in `recipes`, or a file of the operator's own.
docs/guides/sms.md describes each field.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from gotovo.notices.channels.port import DeliveryState

RECIPES: Final = {"smsc": "smsc.toml", "sms.ru": "sms_ru.toml", "twilio": "twilio.toml"}
"""The templates of the package by the name of the provider."""

PLACEHOLDERS: Final = frozenset(
    {"phone", "digits", "text", "sender", "id", "callback", "user", "password", "basic"}
)
"""What fields, headers and addresses may hold in braces. `digits` is the phone without its plus,
`basic` is user and password for basic authentication (RFC 7617)."""

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_ABSOLUTE: Final = re.compile(r"https?://[^/\s{}]+(/\S*)?")

Fields = Mapping[str, str]
Paths = Sequence[Annotated[str, Meta(pattern=r"^[^.]+(\.[^.]+)*$(?!\n)")]]


class TemplateError(Exception):
    """A template is wrong; the message names the field, its value and what was expected."""


class RequestTemplate(Struct, frozen=True, forbid_unknown_fields=True):
    """One request; a field that comes out empty is left out."""

    url: str
    method: Literal["GET", "POST"] = "POST"
    body: Literal["form", "json", "query"] = "form"
    headers: Fields = {}
    fields: Fields = {}


class AnswerTemplate(Struct, frozen=True, forbid_unknown_fields=True):
    """Where an answer in JSON says what: paths of keys with dots, `*` is the only member there is.

    The first path that leads to something counts. An error code in `accepted` is none; one in
    `refused` is for good; every other one means to try again later.
    """

    id: Paths = ()
    segments: Paths = ()
    cost: Paths = ()
    currency: str = ""
    balance: Paths = ()
    balance_currency: Paths = ()
    error: Paths = ()
    words: Paths = ()
    accepted: Sequence[str] = ()
    refused: Sequence[str] = ()
    wait_seconds: Mapping[str, Annotated[float, Meta(ge=0, le=86_400)]] = {}


class CheckTemplate(Struct, frozen=True, forbid_unknown_fields=True):
    """How a provider signs its call-backs, besides the secret path.

    `digest`: `field` is the digest of `over`, in which braces hold fields of the call-back, and
    `{user}`, `{password}`, `{secret}` and `{records}`. `url_hmac`: the header `field` is the
    base64 HMAC of the address and of the sorted fields, keyed with the password.
    """

    kind: Literal["digest", "url_hmac"]
    field: str
    algorithm: Literal["md5", "sha1", "sha256"]
    over: str = ""


class ReceiptTemplate(Struct, frozen=True, forbid_unknown_fields=True):
    """What a call-back looks like: fields of a form, of JSON or of the query.

    With `records`, each field of that name (or `name[0]`) is one receipt in lines: `kind` is its
    first line, and `id`, `status` and `code` are numbers of lines, from 0.
    """

    id: str
    status: str
    states: Mapping[DeliveryState, Sequence[str]]
    code: str = ""
    no_codes: Sequence[str] = ("", "0")
    format: Literal["form", "json", "query"] = "form"
    records: str = ""
    kind: str = ""
    response: str = "OK"
    checks: Sequence[CheckTemplate] = ()

    def state_of(self, status: str) -> DeliveryState:
        """Return the state that a provider's word stands for, UNKNOWN for a new word."""
        for state, words in self.states.items():
            if status in words:
                return state
        return DeliveryState.UNKNOWN


class SmsTemplate(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything about a provider; `documentation` is the page that it was written by."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    send: RequestTemplate
    answer: AnswerTemplate
    documentation: str = ""
    balance: RequestTemplate | None = None
    receipt: ReceiptTemplate | None = None


def read_template(text: str) -> SmsTemplate:
    """Return a template; raise TemplateError for one that makes no sense."""
    try:
        template = msgspec.convert(tomllib.loads(text), SmsTemplate)
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"Expected TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise TemplateError(str(error)) from error
    _check(template)
    return template


def recipe(provider: str) -> SmsTemplate:
    """Return the template of the package for a provider of `RECIPES`."""
    file = files("gotovo.notices.channels.sms") / "recipes" / RECIPES[provider]
    return read_template(file.read_text("utf-8"))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders filled in; what is filled in is not looked at again."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def needs(template: SmsTemplate, name: str) -> bool:
    """Return whether a placeholder occurs in what is sent."""
    asked = [template.send, *([template.balance] if template.balance else [])]
    texts = (x for each in asked for x in (each.url, *each.headers.values(), *each.fields.values()))
    return any(f"{{{name}}}" in text for text in texts)


def _check(template: SmsTemplate) -> None:
    _check_request("send", template.send)
    if template.balance is not None:
        _check_request("balance", template.balance)
    if not (needs(template, "phone") or needs(template, "digits")) or not needs(template, "text"):
        raise TemplateError("send: Expected fields with {phone} or {digits}, and with {text}")
    if template.balance is not None and not template.answer.balance:
        raise TemplateError("answer.balance: Expected where the balance stands")
    if template.receipt is not None and template.receipt.records:
        receipt = template.receipt
        for name, value in (("id", receipt.id), ("status", receipt.status)):
            if not value.isascii() or not value.isdigit():
                raise TemplateError(f"receipt.{name}: {value!r}: Expected the number of a line")


def _check_request(where: str, request: RequestTemplate) -> None:
    if not _ABSOLUTE.fullmatch(request.url):
        raise TemplateError(f"{where}.url: {request.url!r}: Expected https://HOST/PATH")
    for text in (request.url, *request.headers.values(), *request.fields.values()):
        unknown = set(_PLACEHOLDER.findall(text)) - PLACEHOLDERS
        if unknown:
            known = ", ".join(sorted(PLACEHOLDERS))
            raise TemplateError(f"{where}: {{{unknown.pop()}}}: Expected one of {known}")
