"""Hostile forms: what no browser sends is a BadRequest, within its caps and its deadline."""

import pytest
from starlette.requests import Request
from starlette.types import Receive

from gotovo.http import forms
from gotovo.http.caps import (
    FIELD_BYTES_MAX,
    FIELDS_MAX,
    FILES_PARSED_MAX,
    FORM_BYTES_MAX,
    UPLOAD_BYTES_MAX,
)
from gotovo.http.errors import BadRequest, BodyTimeout, BodyTooLarge
from gotovo.http.forms import read_form, read_upload
from tests.support.http.asgi import never, receiving, scope_of

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=xx"


def form(body: bytes, content_type: str = URLENCODED) -> Request:
    """Return a request with a form."""
    return Request(scope_of("POST", content_type=content_type), receiving(body))


def upload(body: bytes, content_type: str = MULTIPART) -> Request:
    """Return a request with a multipart form, received in small pieces."""
    pieces = [body[i : i + 7] for i in range(0, len(body), 7)] or [b""]
    return Request(scope_of("POST", content_type=content_type), receiving(*pieces))


def part(disposition: str, content: bytes = b"", *headers: str) -> bytes:
    """Return a part of a multipart form."""
    head = "\r\n".join((f"Content-Disposition: {disposition}", *headers))
    return b"--xx\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n"


def field(name: str, value: bytes) -> bytes:
    """Return a part that is a field."""
    return part(f'form-data; name="{name}"', value)


def file(content: bytes, name: str = "photos") -> bytes:
    """Return a part that is a file."""
    return part(f'form-data; name="{name}"; filename="a.jpg"', content, "Content-Type: image/jpeg")


END = b"--xx--\r\n"


async def test_a_form_has_its_fields() -> None:
    fields = await read_form(form(b"name=%D0%90%D0%BD%D1%8F&note=a+b&empty="))
    assert fields == {"name": "Аня", "note": "a b", "empty": ""}
    assert await read_form(form(b"")) == {}


@pytest.mark.parametrize(
    "body",
    [
        b"name",
        b"name=%FF",
        b"name=%00",
        b"name=%ED%A0%80",
        "name=Ж".encode(),
        b"name=" + b"a" * 1_001,
        b"&".join(b"a=" for _ in range(FIELDS_MAX + 1)),
    ],
)
async def test_what_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        await read_form(form(body))


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/json", MULTIPART])
async def test_a_form_without_files_has_one_content_type(content_type: str) -> None:
    with pytest.raises(BadRequest):
        await read_form(form(b"a=b", content_type))


async def test_a_form_has_a_cap_and_a_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BodyTooLarge):
        await read_form(form(b"a=" + b"b" * FORM_BYTES_MAX))
    monkeypatch.setattr(forms, "BODY_SECONDS_MAX", 0.01)
    with pytest.raises(BodyTimeout):
        await read_form(Request(scope_of("POST", content_type=URLENCODED), never))


async def test_a_form_with_files_has_its_fields_and_files_in_order() -> None:
    body = field("reason", "брак".encode()) + file(b"one\r\n--x") + file(b"") + file(b"two") + END
    found = await read_upload(upload(body))
    assert found.fields == {"reason": "брак"}
    assert found.files == [b"one\r\n--x", b"two"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nothing of the kind",
        field("a", b"b"),
        field("a", b"b") + b"--xx",
        file(b"a picture that breaks o")[:-2],
        part("form-data", b"without a name") + END,
        b"--xx\r\nContent-Type: image/jpeg\r\n\r\nno disposition\r\n" + END,
        b'--xx\r\nContent-Disposition form-data; name="a"\r\n\r\nb\r\n' + END,
        field("a", b"\xff") + END,
        field("a", b"zero\0") + END,
        field("a\0", b"b") + END,
        field("a", b"b" * (FIELD_BYTES_MAX + 1)) + END,
        field("a", b"b" * 1_001) + END,
        part('form-data; name="a"', b"b", *(f"X-{i}: y" for i in range(20))) + END,
        part('form-data; name="a"', b"b", "X-Long: " + "y" * 10_000) + END,
        b"".join(field(str(i), b"") for i in range(FIELDS_MAX + 1)) + END,
        b"".join(file(b"x") for _ in range(FILES_PARSED_MAX + 1)) + END,
    ],
)
async def test_what_is_no_form_with_files_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        await read_upload(upload(body))


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        URLENCODED,
        "multipart/mixed; boundary=xx",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "x" * 71,
        "multipart/form-data; charset=utf-7; boundary=xx",
        "multipart/form-data; charset=punycode; boundary=xx",
    ],
)
async def test_a_form_with_files_has_a_boundary_and_is_utf_8(content_type: str) -> None:
    with pytest.raises(BadRequest):
        await read_upload(upload(field("a", b"b") + END, content_type))


async def test_files_have_a_cap_together_and_nothing_is_read_beyond_it() -> None:
    megabyte, read = b"x" * 2**20, 0

    async def receive() -> dict[str, object]:
        nonlocal read
        read += 1
        body = file(megabyte)[:-2] if read == 1 else megabyte
        return {"type": "http.request", "body": body, "more_body": True}

    with pytest.raises(BodyTooLarge):
        await read_upload(Request(scope_of("POST", content_type=MULTIPART), receive))
    assert (read - 1) * 2**20 <= UPLOAD_BYTES_MAX < (read + 1) * 2**20


async def test_files_have_a_deadline_and_a_client_may_leave(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def request(receive: Receive) -> Request:
        return Request(scope_of("POST", content_type=MULTIPART), receive)

    with pytest.raises(BadRequest):
        await read_upload(request(receiving(file(b"a picture")[:-9], is_complete=False)))
    monkeypatch.setattr(forms, "UPLOAD_SECONDS_MAX", 0.01)
    with pytest.raises(BodyTimeout):
        await read_upload(request(never))
