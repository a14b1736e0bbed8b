"""Writes down the API of a release: `just record-api`, when one is made."""

import json
from typing import Any, Final

import msgspec

from gotovo.api.openapi import openapi
from tests.support.releases.api_changes import compact
from tests.tidy.tree import ROOT

FILE: Final = ROOT / "releases/openapi.json"


def document() -> dict[str, Any]:
    """Return the document of this program as its clients get it."""
    return msgspec.json.decode(msgspec.json.encode(openapi()))


def main() -> None:
    """Write the document, one line a path and a schema: a change of it can be read."""
    kept = compact(document())
    schemas = kept["components"]["schemas"]
    lines = ['{"openapi": ' + json.dumps(kept["openapi"]) + ', "info": ' + json.dumps(kept["info"])]
    lines.append(', "paths": {\n' + _lines(kept["paths"]) + "\n}")
    lines.append(', "components": {"schemas": {\n' + _lines(schemas) + "\n}}}\n")
    FILE.write_text("".join(lines), "utf-8")


def _lines(parts: dict[str, Any]) -> str:
    return ",\n".join(
        f"{json.dumps(name)}: {json.dumps(part, ensure_ascii=False, separators=(',', ':'))}"
        for name, part in parts.items()
    )


if __name__ == "__main__":
    main()
