"""Granian serves the same program: the setting `http_server` goes back to it."""

from pathlib import Path

import httpx

from tests.support.cli.program import Program


def test_the_program_is_served_by_granian_where_it_is_chosen(
    tmp_path: Path, database_url: str
) -> None:
    program = Program(tmp_path, database_url, GOTOVO_HTTP_SERVER="granian")
    program.start()
    try:
        with httpx.Client(base_url=program.url) as client:
            assert client.get("/healthz").status_code == 200
            assert client.post("/nowhere", content=b"late").status_code == 404
            assert client.request("TRACK", "/").status_code == 405  # ours knows no such method
    finally:
        assert program.stop() == 0, program.log()
