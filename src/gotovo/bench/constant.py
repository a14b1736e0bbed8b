"""The same server answering from memory: whatever stands behind it, nothing can answer quicker.

Its answers lie in `answers.json` of the data folder, the only thing it is told. A body that is
sent is read as the program reads it.
"""

import os
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

import msgspec

from gotovo.api.answer import Answer, start_of
from gotovo.api.asgi import ASGIApp, Receive, Scope, Send
from gotovo.api.body import BODY_BYTES_MAX, read_body

FILE = "answers.json"

REQUEST_ID = b"0123456789abcdef"
"""As long as a real one: the headers are the same bytes, too."""

Answers = Mapping[str, bytes]
"""The body that each path is answered."""


def write_answers(folder: Path, answers: Answers) -> None:
    """Lay the answers down where the server will look for them."""
    folder.mkdir()
    folder.joinpath(FILE).write_bytes(msgspec.json.encode(answers))


def application() -> ASGIApp:
    """Return what the server's worker serves."""
    file = Path(os.environ["GOTOVO_DATA_DIR"], FILE)
    return constant_app(msgspec.json.decode(file.read_bytes(), type=dict[str, bytes]))


def constant_app(answers: Answers) -> ASGIApp:
    """Return an application that answers these paths, and `/healthz`."""
    ready = {
        path: (start_of(Answer(HTTPStatus.OK, body), REQUEST_ID), _body(body))
        for path, body in {"/healthz": b"{}", **answers}.items()
    }

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["method"] == "POST":
            declared = dict(scope["headers"]).get(b"content-length", b"")
            await read_body(receive, declared, BODY_BYTES_MAX)
        start, body = ready[scope["path"]]
        await send(start)
        await send(body)

    return answer


def _body(body: bytes) -> dict[str, object]:
    return {"type": "http.response.body", "body": body}


async def _live(receive: Receive, send: Send) -> None:
    for phase in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{phase}.complete"})
