"""The OpenAPI 3.1 document, made from the table of endpoints and the structs they name."""

from collections.abc import Iterable
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import msgspec
from msgspec import Struct

from gotovo.api.dispatch.endpoint import Endpoint
from gotovo.api.dispatch.idempotency import IDEMPOTENCY_KEY_MAX
from gotovo.api.dispatch.problems import STATUS_OF, Problem
from gotovo.api.endpoints import ENDPOINTS, TAGS
from gotovo.order.refusals import Code
from gotovo.words.problem_text import problem_detail
from gotovo.words.refusals import REFUSALS
from gotovo.words.request_errors import REQUEST_ERRORS, RequestErrorCode

Json = dict[str, Any]

ALWAYS: tuple[RequestErrorCode, ...] = (
    RequestErrorCode.UNAUTHORIZED,
    RequestErrorCode.KEY_EXPIRED,
    RequestErrorCode.SESSION_ENDED,
    RequestErrorCode.GRANT_NOT_CHOSEN,
    RequestErrorCode.CROSS_SITE,
    RequestErrorCode.TOO_MANY_REQUESTS,
    RequestErrorCode.OVERLOADED,
    RequestErrorCode.DISK_FULL,
)
"""Problems of every endpoint."""

WITH_BODY: tuple[RequestErrorCode, ...] = (
    RequestErrorCode.MALFORMED_JSON,
    RequestErrorCode.TOO_DEEP,
    RequestErrorCode.UNFIT_TEXT,
    RequestErrorCode.DUPLICATE_NAME,
    RequestErrorCode.INTEGER_TOO_LARGE,
    RequestErrorCode.INVALID_BODY,
    RequestErrorCode.BODY_TOO_LARGE,
    RequestErrorCode.SLOW_BODY,
    RequestErrorCode.UNSUPPORTED_MEDIA_TYPE,
)

WITH_FILE: tuple[RequestErrorCode, ...] = (
    RequestErrorCode.BODY_TOO_LARGE,
    RequestErrorCode.SLOW_BODY,
    RequestErrorCode.UNSUPPORTED_MEDIA_TYPE,
)

REPEATABLE: tuple[RequestErrorCode, ...] = (
    RequestErrorCode.IDEMPOTENCY_KEY_MISSING,
    RequestErrorCode.IDEMPOTENCY_KEY_INVALID,
    RequestErrorCode.IDEMPOTENCY_KEY_REUSED,
    RequestErrorCode.IN_FLIGHT,
)

_PARAMETERS = {
    "number": ("The order number; spaces and dashes are allowed.", "123456789012"),
    "code": ("The code.", "KZN-1"),
    "id": ("The id.", "abcdefghijklmnop"),
    "grant": ("The id of the grant.", "e1d0c9b8-7a6f-4e5d-8c3b-2a1908f7e6d5"),
    "device": ("The id of the device.", "0b4f2f0e-6d57-4c0a-9a53-1b6d7f1c2a90"),
    "shift": ("The id of the shift.", "7a3c1d52-0f7e-4d4b-8f4a-93c2f4d0b6e1"),
    "approval": ("The id of the approval.", "c2a9e5b4-51a3-4f6e-b1a7-6f0d2e8c9b34"),
    "case": ("The id of the case.", "5d8a7a9e-3b1f-4c55-9d0e-2f6b8c1d4e7a"),
    "order": ("The order number.", "123456789012"),
    "photo": ("The id of a photo.", "3f0d8a1e-6b5c-4d2e-9f70-1a2b3c4d5e6f"),
    "visit": ("The id of a visit at a desk.", "8f1c2d3e-4a5b-4c6d-8e7f-0a1b2c3d4e5f"),
    "box": ("The code on the sticker of a box.", "BOX-104"),
    "warehouse": ("The warehouse's code.", "KZN"),
    "sku": ("The sku.", "MUG-RED"),
}
_REFERENCE = "#/components/schemas/{name}"
_ABOUT = (
    "Orders from checkout to hand-over. Every POST needs an `Idempotency-Key`; a repeated request "
    "gets the same response byte for byte. Instants are RFC 3339 in UTC, sums are minor units with "
    "a currency. Problems are RFC 9457; `code` is from a closed list. Every response to a key has "
    "`RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11). What will go is "
    "`deprecated` here, and its responses have `Deprecation` (RFC 9745) and `Sunset` (RFC 8594)."
)


def problems_of(endpoint: Endpoint) -> tuple[Code | RequestErrorCode, ...]:
    """Return every problem that the endpoint can return, each once."""
    problems: list[Code | RequestErrorCode] = [*endpoint.problems, *ALWAYS, Code.NOT_PERMITTED]
    problems.append(RequestErrorCode.INSUFFICIENT_SCOPE)
    if "{" in endpoint.path:
        problems.append(RequestErrorCode.NOT_FOUND)
    if endpoint.body is not None:
        problems += WITH_BODY
    if endpoint.file_types:
        problems += WITH_FILE
    if endpoint.repeatable:
        problems += REPEATABLE
    if endpoint.needs_shift:
        problems.append(RequestErrorCode.SHIFT_REQUIRED)
    if endpoint.danger is not None:
        problems.append(RequestErrorCode.PROOF_REQUIRED)
    if endpoint.query is not None:
        problems += (RequestErrorCode.INVALID_QUERY, RequestErrorCode.UNFIT_TEXT)
    return tuple(dict.fromkeys(problems))


def openapi(endpoints: Iterable[Endpoint] = ENDPOINTS) -> Json:
    """Return the document as plain data."""
    rows = tuple(endpoints)
    kinds = [t for e in rows for t in (e.body, *e.responses) if t is not None]
    _, components = msgspec.json.schema_components([*kinds, Problem], ref_template=_REFERENCE)
    for row in rows:
        if row.query is not None:
            components |= _described(row.query)[0]
    paths: Json = {}
    for row in rows:
        paths.setdefault(row.path, {})[row.method.lower()] = _operation(row)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Gotovo", "version": version("gotovo"), "description": _ABOUT},
        "tags": [{"name": name, "description": about} for name, about in TAGS.items()],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "`gtv_…`, a key."}
            },
        },
    }


def _operation(row: Endpoint) -> Json:
    operation: Json = {
        "operationId": row.name,
        "tags": [row.tag],
        "summary": row.summary,
        "description": _description(row),
        "parameters": _parameters(row),
        "responses": _responses(row),
    }
    if row.deprecation is not None:
        operation |= row.deprecation.schema
    if row.file_types:
        operation["requestBody"] = {"required": True, "content": _files(row.file_types)}
    if row.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {
                "application/json": {
                    "schema": _reference(row.body),
                    "example": row.body_example,
                }
            },
        }
    return operation


def _description(row: Endpoint) -> str:
    roles = ", ".join(sorted(row.roles))
    text = " ".join(row.description.split())
    scope = row.scope or "of each step"
    end = f"\n\n{row.deprecation.sentence}" if row.deprecation else ""
    return f"{text}\n\nRoles: {roles}. Scope: {scope}.{end}".strip()


def _parameters(row: Endpoint) -> list[Json]:
    parameters = [
        _path_parameter(segment.strip("{}"))
        for segment in row.path.split("/")
        if segment.startswith("{")
    ]
    if row.query is not None:
        parameters += _query_parameters(row.query)
    if row.repeatable:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "description": "Identifies the request; a repeated one gets the same response.",
                "schema": {
                    "type": "string",
                    "pattern": f"^[!-~]{{1,{IDEMPOTENCY_KEY_MAX}}}$",
                },
                "example": "7c1d2f0e-order-1001",
            }
        )
    if row.method in {"PUT", "PATCH"}:
        parameters.append(
            {
                "name": "If-Match",
                "in": "header",
                "required": False,
                "description": "The `ETag` of the version to change; a PUT needs it.",
                "schema": {"type": "string", "pattern": "^[ -~]{0,100}$"},
                "example": '"1"',
            }
        )
    if row.shortens:
        parameters.append(
            {
                "name": "Prefer",
                "in": "header",
                "required": False,
                "description": "`return=minimal` leaves orders out of the response.",
                "schema": {"type": "string", "pattern": "^[ -~]{0,100}$"},
                "example": "return=minimal",
            }
        )
    parameters.append(
        {
            "name": "Accept-Language",
            "in": "header",
            "required": False,
            "description": "`ru` (the default) or `en`: the language of labels and problems.",
            "schema": {"type": "string", "pattern": "^[ -~]{0,100}$"},
        }
    )
    return parameters


def _path_parameter(name: str) -> Json:
    description, example = _PARAMETERS[name]
    schema = {"type": "string", "minLength": 1, "maxLength": 64}
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
        "example": example,
    }


def _query_parameters(query: type[Struct]) -> list[Json]:
    _, described = _described(query)
    return [
        {"name": name, "in": "query", "required": False, "schema": _without_null(schema)}
        for name, schema in described["properties"].items()
    ]


def _described(query: type[Struct]) -> tuple[Json, Json]:
    """Return the components that a query's parameters need, and the query's own schema."""
    _, components = msgspec.json.schema_components([query], ref_template=_REFERENCE)
    own = components.pop(query.__name__)
    return components, own


def _without_null(schema: Json) -> Json:
    """Return the schema of a parameter: it is text, and null is the same as leaving it out."""
    plain = {key: value for key, value in schema.items() if value is not None and value != ""}
    choices = [each for each in plain.pop("anyOf", ()) if each != {"type": "null"}]
    if "enum" in plain:
        plain["enum"] = [each for each in plain["enum"] if each is not None]
    return {**plain, **choices[0]} if choices else plain


def _responses(row: Endpoint) -> Json:
    success: Json = {"description": HTTPStatus(row.response_status).phrase}
    if row.response is not None:
        success["content"] = {"application/json": {"schema": _response_schema(row)}}
        if row.streams:
            success["content"]["text/event-stream"] = {"schema": {"type": "string"}}
        if row.tabular:
            success["content"]["text/csv"] = {"schema": {"type": "string"}}
    if row.response_types:
        success["content"] = _files(row.response_types)
    responses: Json = {str(int(row.response_status)): success}
    for status in row.further_statuses:
        responses[str(status)] = {**success, "description": HTTPStatus(status).phrase}
        if status == HTTPStatus.NO_CONTENT:
            del responses[str(status)]["content"]
    by_status: dict[int, list[Code | RequestErrorCode]] = {}
    for problem in problems_of(row):
        by_status.setdefault(int(STATUS_OF[problem]), []).append(problem)
    for status, problems in sorted(by_status.items()):
        responses[str(status)] = {
            "description": "\n".join(f"- `{p}`: {_sentence(p)}" for p in problems),
            "content": {"application/problem+json": {"schema": _reference(Problem)}},
        }
    return responses


def _files(types: Iterable[str]) -> Json:
    return {each: {"schema": {"type": "string", "format": "binary"}} for each in types}


def _response_schema(row: Endpoint) -> Json:
    found = [_reference(kind) for kind in row.responses]
    if row.minimal_response is not None:
        found[-1]["x-asked-by"] = "Prefer: return=minimal"
    return found[0] if len(found) == 1 else {"oneOf": found}


def _sentence(problem: Code | RequestErrorCode) -> str:
    is_refusal = isinstance(problem, Code)
    return problem_detail(REFUSALS[problem] if is_refusal else REQUEST_ERRORS[problem], "en")


def _reference(kind: Any) -> Json:
    return {"$ref": _REFERENCE.format(name=kind.__name__)}
