"""Forms: fields checked strictly and written in one form (see `text`), files streamed by
starlette's parser into temporary files.

Fields without files are parsed by the standard library, because starlette's parser replaces what
is not UTF-8 and accepts a field without a value. Of its multipart parser we tighten three things:
a form has to be finished, its fields have to be UTF-8, and no other charset can be chosen.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl

from msgspec import Struct
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from typing_extensions import override

from gotovo.http.caps import (
    FIELD_BYTES_MAX,
    FIELDS_MAX,
    FILES_PARSED_MAX,
    FORM_BYTES_MAX,
    TEXT_CHARACTERS_MAX,
    UPLOAD_BYTES_MAX,
    capped,
)
from gotovo.http.deadlines import (
    BODY_SECONDS_MAX,
    UPLOAD_SECONDS_MAX,
    at_minimum_rate,
    body_deadline,
    read_body,
)
from gotovo.http.errors import BadRequest
from gotovo.text import ControlCharacter, NothingVisible, several_lines, single_line

MULTILINE: Final = frozenset({"said", "comment"})
"""The fields of several lines: the text areas of all pages have these names."""

_FORM: Final = b"application/x-www-form-urlencoded"
_MULTIPART: Final = b"multipart/form-data"
_BOUNDARY_BYTES_MAX: Final = 70  # RFC 2046


class Upload(Struct, frozen=True):
    """The fields of a form and its files in order; a file field left empty gives none."""

    fields: Mapping[str, str]
    files: Sequence[bytes]


async def read_form(request: Request) -> Mapping[str, str]:
    """Return the fields of a form; raise BadRequest when the body is not one."""
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != _FORM.decode():
        raise BadRequest
    declared = request.headers.get("content-length", "").encode("latin-1")
    body = await read_body(
        request.scope, request.receive, declared, FORM_BYTES_MAX, BODY_SECONDS_MAX
    )
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=FIELDS_MAX,
        )
    except ValueError as error:
        raise BadRequest from error
    return {name: checked_text(value, is_multiline=name in MULTILINE) for name, value in pairs}


async def read_upload(request: Request) -> Upload:
    """Return a form with files; raise BadRequest when the body is not one."""
    _check_multipart(request.headers.get("content-type", ""))
    parser = _StrictMultiPartParser(
        request.headers,
        at_minimum_rate(capped(request.stream(), UPLOAD_BYTES_MAX)),
        max_files=FILES_PARSED_MAX,
        max_fields=FIELDS_MAX,
        max_part_size=FIELD_BYTES_MAX,
    )
    try:
        async with body_deadline(UPLOAD_SECONDS_MAX):
            form = await parser.parse()
    except (MultiPartException, ClientDisconnect) as error:
        raise BadRequest from error
    fields: dict[str, str] = {}
    files: list[bytes] = []
    try:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files += [await value.read()] if value.size else []
            else:
                fields[checked_text(name)] = checked_text(value, is_multiline=name in MULTILINE)
    finally:
        await form.close()
    return Upload(fields, files)


def checked_text(text: str, *, is_multiline: bool = False) -> str:
    """Return what was typed in one form, empty where nothing of it can be seen.

    BadRequest: it is too long, or it has a control character or half of a surrogate pair.
    """
    if len(text) > TEXT_CHARACTERS_MAX:
        raise BadRequest
    try:
        return several_lines(text) if is_multiline else single_line(text)
    except ControlCharacter as error:
        raise BadRequest from error
    except NothingVisible:
        return ""


class _StrictMultiPartParser(MultiPartParser):
    """starlette's parser without its leniencies."""

    _is_finished = False

    @override
    async def parse(self) -> FormData:
        self.stream = self._finished(self.stream)
        return await super().parse()

    async def _finished(self, chunks: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
        """Yield the chunks; raise when they end before the form does."""
        async for chunk in chunks:
            yield chunk
        if not self._is_finished:
            raise MultiPartException("The form is not finished.")

    @override
    def on_end(self) -> None:
        self._is_finished = True

    @override
    def on_part_end(self) -> None:
        if self._current_part.file is None:
            _check_utf8(self._current_part.data)
        super().on_part_end()


def _check_multipart(content_type: str) -> None:
    kind, parameters = parse_options_header(content_type)
    boundary = parameters.get(b"boundary", b"")
    charset = parameters.get(b"charset", b"utf-8").lower()
    if kind != _MULTIPART or charset != b"utf-8" or not 0 < len(boundary) <= _BOUNDARY_BYTES_MAX:
        raise BadRequest


def _check_utf8(data: bytes | bytearray) -> None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise MultiPartException("A field is not UTF-8.") from error
