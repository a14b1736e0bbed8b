"""Compares two OpenAPI documents: what a client of the earlier one would notice as broken.

A request that was accepted has to be accepted still; a response may have more fields and further
values of a list, and no fewer fields or other types. Descriptions, examples and problems are not
compared. A part that the earlier document marks as deprecated may be gone.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

Json = dict[str, Any]

_LEAST: Final = ("minLength", "minimum", "minItems", "exclusiveMinimum")
_MOST: Final = ("maxLength", "maximum", "maxItems", "exclusiveMaximum")

_TEXTS: Final = ("description", "example", "examples", "summary", "title", "tags", "operationId")
_NAMED: Final = ("properties", "schemas", "paths", "responses")
_PROBLEM: Final = re.compile("[45][0-9][0-9]")


def breaking_changes(before: Json, after: Json) -> list[str]:
    """Return a sentence for each change that breaks a client, in the order of the paths."""
    return sorted(set(_Comparison(before, after).paths()))


def compact(document: Json) -> Json:
    """Return a document without what is not compared: texts, examples, problems, keys."""
    kept = {name: document[name] for name in ("openapi", "info", "paths", "components")}
    kept["info"] = {"version": document["info"]["version"]}
    kept["components"] = {"schemas": document["components"]["schemas"]}
    return _without_texts(kept)


def _without_texts(part: Any, *, of_names: bool = False) -> Any:
    """Drop texts and problems; below `properties` and the like a key is a name, never a text."""
    if isinstance(part, list):
        return [_without_texts(each) for each in part]
    if not isinstance(part, dict):
        return part
    if of_names:
        names = [name for name in part if not _PROBLEM.fullmatch(name)]
        return {name: _without_texts(part[name]) for name in names}
    return {
        name: _without_texts(value, of_names=name in _NAMED)
        for name, value in part.items()
        if name not in _TEXTS
    }


class _Comparison:
    """Two documents, and the pairs of schemas that are being compared already."""

    def __init__(self, before: Json, after: Json) -> None:
        self._before = before
        self._after = after
        self._open: set[tuple[str, str, bool]] = set()

    def paths(self) -> Iterable[str]:
        for path, methods in self._before["paths"].items():
            for method, operation in methods.items():
                where = f"{method.upper()} {path}"
                other = self._after["paths"].get(path, {}).get(method)
                if other is not None:
                    yield from self._operation(operation, other, where)
                elif not operation.get("deprecated"):
                    yield f"{where}: is gone"

    def _operation(self, before: Json, after: Json, where: str) -> Iterable[str]:
        yield from self._parameters(before, after, where)
        old, new = _body(before), _body(after)
        if old is not None and new is not None:
            yield from self._schema(old, new, f"{where}: request", is_request=True)
        elif new is not None:
            yield f"{where}: request: needs a body"
        for status, response in before["responses"].items():
            if not status.startswith("2"):
                continue
            if status not in after["responses"]:
                yield f"{where}: response {status}: is gone"
                continue
            pairs = _contents(response), _contents(after["responses"][status])
            for kind in pairs[0].keys() - pairs[1].keys():
                yield f"{where}: response {status}: {kind} is gone"
            for kind in pairs[0].keys() & pairs[1].keys():
                at = f"{where}: response {status}"
                yield from self._schema(pairs[0][kind], pairs[1][kind], at, is_request=False)

    def _parameters(self, before: Json, after: Json, where: str) -> Iterable[str]:
        old = {(each["in"], each["name"]): each for each in before.get("parameters", ())}
        new = {(each["in"], each["name"]): each for each in after.get("parameters", ())}
        for (place, name), each in old.items():
            at = f"{where}: {place} parameter `{name}`"
            other = new.get((place, name))
            if other is None:
                if not each["schema"].get("deprecated"):
                    yield f"{at}: is gone"
                continue
            yield from self._schema(each["schema"], other["schema"], at, is_request=True)
        for (place, name), each in new.items():
            was_required = old.get((place, name), {}).get("required", False)
            if each.get("required") and not was_required:
                yield f"{where}: {place} parameter `{name}`: is required"

    def _schema(self, old: Json, new: Json, at: str, *, is_request: bool) -> Iterable[str]:
        """Compare two schemas: what is sent by the one has to be understood by the other."""
        pair = (str(old.get("$ref", id(old))), str(new.get("$ref", id(new))), is_request)
        if pair in self._open:
            return
        self._open.add(pair)
        old, new = _resolved(self._before, old), _resolved(self._after, new)
        sent, understood = (old, new) if is_request else (new, old)
        if _variants(sent) != [sent] or _variants(understood) != [understood]:
            yield from self._any_of(old, new, at, is_request=is_request)
        elif not _types(sent) <= _types(understood):
            yield f"{at}: is {_named(new)}, was {_named(old)}"
        else:
            yield from self._values(old, new, at, is_request=is_request)
            yield from self._parts(old, new, at, is_request=is_request)
        self._open.discard(pair)

    def _any_of(self, old: Json, new: Json, at: str, *, is_request: bool) -> Iterable[str]:
        """Each variant that may be sent has to be understood as one of the other's.

        A response that a client asks for is new to nobody who does not ask.
        """
        sent, understood = (_variants(old), _variants(new))
        if not is_request:
            known = {each.get("x-asked-by") for each in sent} | {None}
            sent, understood = understood, sent
            sent = [each for each in sent if each.get("x-asked-by") in known]
        for variant in sent:
            found: list[list[str]] = []
            for each in understood:
                pair = (variant, each) if is_request else (each, variant)
                found.append(list(self._schema(*pair, at, is_request=is_request)))
            if not found or min(map(len, found)):
                yield from min(found, key=len) if found else [f"{at}: has other values"]

    def _values(self, old: Json, new: Json, at: str, *, is_request: bool) -> Iterable[str]:
        """Compare lists of values and limits, which bind requests alone."""
        if not is_request:
            return
        gone = {*old.get("enum", ())} - {*new.get("enum", old.get("enum", ()))}
        if gone:
            yield f"{at}: {', '.join(map(str, sorted(gone, key=str)))} is no value any more"
        if "enum" in new and "enum" not in old:
            yield f"{at}: takes only the values of a list"
        for name in (*_LEAST, *_MOST):
            limit, was = new.get(name), old.get(name)
            less = limit is not None and (
                was is None or (limit > was if name in _LEAST else limit < was)
            )
            if less:
                yield f"{at}: {name} is {limit}, was {was}"
        for name in ("pattern", "format"):
            if name in new and new[name] != old.get(name):
                yield f"{at}: {name} is {new[name]}, was {old.get(name)}"

    def _parts(self, old: Json, new: Json, at: str, *, is_request: bool) -> Iterable[str]:
        """Compare fields and items."""
        ours, theirs = old.get("properties", {}), new.get("properties", {})
        for name, schema in ours.items():
            if name in theirs:
                yield from self._schema(
                    schema, theirs[name], f"{at} `{name}`", is_request=is_request
                )
            elif not schema.get("deprecated") and not new.get("additionalProperties"):
                yield f"{at} `{name}`: is gone"
        required = {*old.get("required", ())}, {*new.get("required", ())}
        lacking = required[1] - required[0] if is_request else required[0] - required[1]
        for name in sorted(lacking):
            is_gone = not is_request and name not in theirs
            if not is_gone:
                yield f"{at} `{name}`: {'is required' if is_request else 'may be missing'}"
        for name in ("items", "additionalProperties"):
            pair = old.get(name), new.get(name)
            if isinstance(pair[0], dict) and isinstance(pair[1], dict):
                yield from self._schema(pair[0], pair[1], f"{at}[]", is_request=is_request)


def _body(operation: Json) -> Json | None:
    body = operation.get("requestBody")
    return None if body is None else body["content"]["application/json"]["schema"]


def _contents(response: Json) -> Json:
    return {kind: each["schema"] for kind, each in response.get("content", {}).items()}


def _resolved(document: Json, schema: Json) -> Json:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _variants(schema: Json) -> list[Json]:
    found = schema.get("anyOf") or schema.get("oneOf")
    return [schema] if found is None else list(found)


def _types(schema: Json) -> set[str]:
    """Return the types that a schema allows; an integer is a number, and no type is any."""
    named = schema.get(
        "type", ["array", "boolean", "integer", "null", "number", "object", "string"]
    )
    types = {named} if isinstance(named, str) else {*named}
    return types | {"integer"} if "number" in types else types


def _named(schema: Json) -> str:
    return " or ".join(sorted(_types(schema))) if "type" in schema else "anything"
