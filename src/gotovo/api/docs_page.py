"""The OpenAPI document as one readable page: no script, no foreign host, nothing to load."""

from html import escape
from typing import Any

import msgspec

from gotovo.words.translations import Translator, msgid

Json = dict[str, Any]

STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: #7a3ff2; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 1.5rem; font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 2rem; margin: 0; }
h2 { margin: 3rem 0 .5rem; border-bottom: 1px solid var(--line); }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 1rem 0; }
a { color: var(--accent); }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; }
summary { padding: .6rem .8rem; cursor: pointer; display: flex; flex-wrap: wrap; gap: .5rem; }
details > div { padding: 0 .8rem .8rem; }
b { font: 600 .85rem/1.8 ui-monospace, monospace; min-width: 3.5rem; color: var(--accent); }
code, pre { font: .85rem/1.6 ui-monospace, monospace; }
pre { background: var(--soft); padding: .8rem; border-radius: .5rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
td, th { border-top: 1px solid var(--line); padding: .3rem .5rem; text-align: left;
  vertical-align: top; }
.unsafe { padding: .6rem .8rem; border: 2px solid #c0392b; border-radius: .5rem; }
td ul { margin: 0; padding-left: 1.1rem; }
"""
"""Set as it is: the page's policy names its digest."""

_UNSAFE = msgid(
    "This installation accepts a database that may lose confirmed orders. "
    "It is for trying out only."
)


def docs_page(document: Json, *, unsafe: bool = False) -> str:
    """Return the whole page; an unsafe installation says so at its head."""
    info = document["info"]
    tags = "".join(
        f'<a href="#{escape(tag["name"])}">{escape(tag["name"])}</a>' for tag in document["tags"]
    )
    sections = "".join(_section(document, tag) for tag in document["tags"])
    schemas = "".join(
        _schema(name, schema) for name, schema in sorted(document["components"]["schemas"].items())
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Gotovo API</title><style>{STYLE}</style></head><body>"
        f"{_warning() if unsafe else ''}"
        f"<h1>Gotovo API</h1><p>{escape(info['version'])} · "
        '<a href="/api/openapi.json">openapi.json</a></p>'
        f"<p>{_text(info['description'])}</p>"
        f'<nav>{tags}<a href="#schemas">schemas</a></nav>{sections}'
        f'<h2 id="schemas">schemas</h2>{schemas}</body></html>'
    )


def _warning() -> str:
    english, russian = (Translator(language).gettext(_UNSAFE) for language in ("en", "ru"))
    return f'<p class="unsafe" role="alert">{english}<br><span lang="ru">{russian}</span></p>'


def _section(document: Json, tag: Json) -> str:
    name = tag["name"]
    operations = "".join(
        _operation(path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if name in operation["tags"]
    )
    said = escape(tag["description"])
    return f'<h2 id="{escape(name)}">{escape(name)}</h2><p>{said}</p>{operations}'


def _operation(path: str, method: str, operation: Json) -> str:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    asked = ""
    if body:
        example = msgspec.json.format(msgspec.json.encode(body["example"]), indent=2).decode()
        asked = f"<h4>Body: {_type_of(body['schema'])}</h4><pre>{escape(example)}</pre>"
    parameters = "".join(_parameter(each) for each in operation["parameters"])
    responses = "".join(
        f"<tr><td><code>{escape(status)}</code></td><td>{_response(response)}</td></tr>"
        for status, response in operation["responses"].items()
    )
    paragraphs = "".join(f"<p>{_text(p)}</p>" for p in operation["description"].split("\n\n"))
    return (
        f'<details id="{escape(operation["operationId"])}"><summary><b>{method.upper()}</b>'
        f"<code>{escape(path)}</code><span>{escape(operation['summary'])}</span></summary><div>"
        f"{paragraphs}<table>{parameters}</table>{asked}"
        f"<h4>Answers</h4><table>{responses}</table></div></details>"
    )


def _parameter(parameter: Json) -> str:
    needed = "required" if parameter["required"] else "optional"
    return (
        f"<tr><td><code>{escape(parameter['name'])}</code></td><td>{parameter['in']}, {needed}"
        f"</td><td>{_type_of(parameter['schema'])}</td>"
        f"<td>{_text(parameter.get('description', ''))}</td></tr>"
    )


def _response(response: Json) -> str:
    kinds = " or ".join(
        _type_of(content["schema"]) for content in response.get("content", {}).values()
    )
    lines = response["description"].split("\n")
    if len(lines) == 1 and not lines[0].startswith("- "):
        return f"{_text(lines[0])} {kinds}"
    items = "".join(f"<li>{_text(line.removeprefix('- '))}</li>" for line in lines)
    return f"{kinds}<ul>{items}</ul>"


def _schema(name: str, schema: Json) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code></td><td>{_type_of(kind)}</td>"
        f"<td>{'required' if field in schema.get('required', ()) else ''}</td></tr>"
        for field, kind in schema.get("properties", {}).items()
    )
    choices = ", ".join(f"<code>{escape(str(c))}</code>" for c in schema.get("enum", ()))
    return (
        f'<details id="schema-{escape(name)}"><summary><code>{escape(name)}</code></summary>'
        f"<div><p>{_text(schema.get('description', ''))} {choices}</p>"
        f"<table>{rows}</table></div></details>"
    )


def _type_of(schema: Json) -> str:
    """Return a schema in a few words, with links to those that have a name."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#schema-{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_type_of(each) for each in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if "prefixItems" in schema:
        return f"{len(schema['prefixItems'])} times {_type_of(schema['prefixItems'][0])}"
    if schema.get("type") == "array":
        return f"list of {_type_of(schema.get('items', {}))}"
    said = schema.get("format") or schema.get("type", "anything")
    limits = [
        f"{word} {schema[key]}"
        for key, word in _LIMITS.items()
        if key in schema and abs(schema[key]) < _TOO_LARGE_TO_SAY
    ]
    return escape(", ".join((str(said), *limits)))


_LIMITS = {
    "minimum": "from",
    "maximum": "to",
    "minLength": "at least",
    "maxLength": "at most",
    "minItems": "at least",
    "maxItems": "at most",
}
_TOO_LARGE_TO_SAY = 2**62


def _text(text: str) -> str:
    """Return text with what stands in backticks as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(parts))
