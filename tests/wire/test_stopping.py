"""Ctrl-C stops the program although somebody still follows the feed or has a page open."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import httpx

from tests.support.cli.keys import keys_of
from tests.support.cli.program import GOTOVO, Program
from tests.support.faults.shop import Shop
from tests.support.web.buyer import Buyer
from tests.support.web.cast import ALINA


async def test_open_streams_do_not_hold_the_program_up(tmp_path: Path, database_url: str) -> None:
    program = Program(tmp_path, database_url)
    program.start()
    token = program.run("key", "create", "--role", "admin").stdout.strip()
    await Shop(program.url, token, keys_of(tmp_path).codes.key).open()
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    async with (
        httpx.AsyncClient(base_url=program.url, timeout=60) as http,
        http.stream("GET", "/api/v1/events", headers=headers) as stream,
    ):
        assert stream.status_code == 200
        assert program.stop() == 0, program.log()
        assert [line async for line in stream.aiter_lines() if line.startswith("data")] == []
    assert "illing" not in program.log(), "a worker had to be killed"
    assert json.loads(program.run("audit", "--json").stdout)["clean"]


async def test_open_pages_do_not_hold_the_program_up(tmp_path: Path, database_url: str) -> None:
    program = Program(tmp_path, database_url)
    program.start("demo")
    headers = {"accept-language": "en"}
    async with httpx.AsyncClient(base_url=program.url, headers=headers, timeout=60) as http:
        await Buyer(http).signs_in(ALINA)
        async with http.stream("GET", "/orders/live") as stream:
            assert stream.status_code == 200
            assert program.stop() == 0, program.log()
            lines = [line async for line in stream.aiter_lines()]
        assert lines[0] == "retry: 1000"
    assert "illing" not in program.log(), "a worker had to be killed"


def test_ctrl_c_while_a_worker_starts_stops_the_program(tmp_path: Path, database_url: str) -> None:
    program = Program(tmp_path, database_url)
    parent = subprocess.Popen(
        [GOTOVO, "serve"],
        env=program.environment,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    while not children.read_text():
        time.sleep(0.001)
    os.killpg(parent.pid, signal.SIGINT)
    _, log = parent.communicate(timeout=60)
    assert parent.returncode == 0, log
    assert "illing" not in log, "a worker had to be killed"
