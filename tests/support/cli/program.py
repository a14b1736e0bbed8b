"""The whole program as a person runs it: `gotovo serve` in processes of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import httpx

from tests.support.cli.prepared import run_prepared

GOTOVO = Path(sys.executable).with_name("gotovo")

START_SECONDS = 60


class Program:
    """One installation: a data folder, a database, a port; it can be started again and again."""

    gotovo: Path = GOTOVO
    """The command that is run; another release has one of its own."""

    def __init__(self, folder: Path, database_url: str, **settings: str) -> None:
        """Choose a free port; nothing runs before `start`."""
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start_seconds = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("GOTOVO_")
        } | {
            "GOTOVO_DATA_DIR": str(folder),
            "GOTOVO_DATABASE_URL": database_url,
            "GOTOVO_LISTEN": f"127.0.0.1:{self.port}",
            **settings,
        }

    def start(self, command: str = "serve") -> None:
        """Start `gotovo serve` or `gotovo demo` and wait until it answers."""
        began_at = time.monotonic()
        self._spawn(command)
        self._wait_until(self._answers)
        self.start_seconds = time.monotonic() - began_at

    def start_work(self) -> None:
        """Start the background work alone, which answers nobody, and wait until it works."""
        self._spawn("work")
        self._wait_until(lambda: "background work is running" in self.log())

    def kill(self) -> None:
        """Kill every process of it at once, as a power cut would; its port is free afterwards."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        deadline = time.monotonic() + START_SECONDS
        while self._listens():  # The kernel is not done with the workers yet.
            assert time.monotonic() < deadline, f"port {self.port} is in use"
            time.sleep(0.005)

    def end(self) -> None:
        """Kill what is left of it, after a test that may have failed."""
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def wait(self) -> int:
        """Wait for the end of its first process, and return its exit status."""
        assert self._process is not None
        return self._process.wait(timeout=START_SECONDS)

    def stop(self) -> int:
        """Ask it to stop, as Ctrl-C does, and return its exit status."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGINT)
        return self._process.wait(timeout=START_SECONDS)

    @property
    def pid(self) -> int:
        """The pid of its first process, which leads the group of all."""
        assert self._process is not None
        return self._process.pid

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command of the same installation."""
        if self.gotovo == GOTOVO and "LD_PRELOAD" not in self.environment:
            return run_prepared(arguments, self.environment, self.folder)
        return subprocess.run(
            [self.gotovo, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
        )

    def log(self) -> str:
        """Return what it has said."""
        return (self.folder / "program.log").read_text("utf-8", "replace")

    def _spawn(self, command: str) -> None:
        with (self.folder / "program.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self.gotovo, command],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )

    def _wait_until(self, ready: Callable[[], bool]) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=1).status_code == HTTPStatus.OK
        except httpx.HTTPError:
            return False

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
