"""A worker is killed, its parent is killed, the settings change: the clients are served on."""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest

from tests.support.cli.program import Program

MISSING_SECONDS_MAX = 5
"""On a machine on which the whole program starts faster than that."""


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Iterator[Program]:
    """Give a program with two workers."""
    program = Program(tmp_path, database_url, GOTOVO_WORKERS="2")
    program.start()
    until_workers(program, 2)
    yield program
    if psutil.pid_exists(program.pid):
        assert program.stop() == 0, program.log()


def missing_max(program: Program) -> float:
    """Return how long nobody may be served: a busy machine is as slow as the start was."""
    return max(MISSING_SECONDS_MAX, program.start_seconds)


def workers(program: Program) -> list[int]:
    """Return the pids of the workers, in the order of their start."""
    try:
        children = psutil.Process(program.pid).children()
    except psutil.NoSuchProcess:
        return []
    found = sorted(children, key=lambda each: each.create_time())
    return [each.pid for each in found if "http_worker" in " ".join(each.cmdline())]


def until_workers(program: Program, count: int) -> None:
    """Wait until so many accept connections."""
    deadline = time.monotonic() + 30
    while len(workers(program)) != count or program.log().count("Gotovo is running") != 1:
        assert time.monotonic() < deadline, program.log()
        time.sleep(0.02)


def answers(program: Program) -> bool:
    """Return whether it answers; it does not when asked of a worker that dies."""
    try:
        return httpx.get(f"{program.url}/healthz", timeout=10).status_code == 200
    except httpx.HTTPError:
        return False


def asks_until(program: Program, done: threading.Event) -> list[float]:
    """Ask again and again over new connections; return how long each answer took."""
    seconds: list[float] = []
    while not done.is_set():
        began_at = time.monotonic()
        assert httpx.get(f"{program.url}/healthz", timeout=30).status_code == 200
        seconds.append(time.monotonic() - began_at)
    return seconds


def until_ended(pids: list[int]) -> None:
    """Wait until none of these processes is left."""
    deadline = time.monotonic() + 20
    while any(psutil.pid_exists(pid) for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def until_logged(program: Program, sentence: str) -> None:
    """Wait until the program has said something."""
    deadline = time.monotonic() + 30
    while sentence not in program.log():
        assert time.monotonic() < deadline, program.log()
        time.sleep(0.02)


def test_killed_workers_are_replaced_and_the_program_goes_on(program: Program) -> None:
    first, second = workers(program)
    os.kill(first, signal.SIGKILL)
    os.kill(second, signal.SIGKILL)
    began_at = time.monotonic()
    while not answers(program):
        assert time.monotonic() - began_at < missing_max(program)
    assert time.monotonic() - began_at < missing_max(program)
    until_workers(program, 2)
    assert not {first, second} & set(workers(program))
    lines = [line for line in program.log().splitlines() if "is replaced" in line]
    assert {json.loads(line)["reason"] for line in lines} == {"ended by SIGKILL"}
    _workers_end_with_their_parent(program)


def _workers_end_with_their_parent(program: Program) -> None:
    before = workers(program)
    os.kill(program.pid, signal.SIGKILL)
    program.wait()
    until_ended(before)


def test_a_reload_reads_the_settings_anew_and_nobody_is_refused(program: Program) -> None:
    before = workers(program)
    assert 'lang="ru"' in httpx.get(f"{program.url}/", headers={"accept-language": "fr"}).text
    (program.folder / "gotovo.toml").write_text('language = "en"\n')
    done = threading.Event()
    with ThreadPoolExecutor(1) as thread:
        asking = thread.submit(asks_until, program, done)
        os.kill(program.pid, signal.SIGHUP)
        until_logged(program, "the workers were replaced")
        until_ended(before)
        done.set()
    assert max(asking.result()) < missing_max(program)
    assert 'lang="en"' in httpx.get(f"{program.url}/", headers={"accept-language": "fr"}).text
    _wrong_settings_change_nothing(program)


def _wrong_settings_change_nothing(program: Program) -> None:
    before = workers(program)
    (program.folder / "gotovo.toml").write_text("pool_size = 0\n")
    os.kill(program.pid, signal.SIGHUP)
    until_logged(program, "nothing was reloaded")
    assert workers(program) == before
    assert httpx.get(f"{program.url}/healthz").status_code == 200


def test_a_program_that_cannot_reach_its_database_says_so_and_ends(tmp_path: Path) -> None:
    program = Program(tmp_path, "postgresql://nobody@127.0.0.1:1/none")
    done = program.run("serve")
    assert done.returncode == 1
    assert "the database can't be reached" in done.stderr
    assert "Traceback" not in done.stderr
