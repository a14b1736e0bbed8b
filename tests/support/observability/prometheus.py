"""A real Prometheus, where one is installed, that scrapes a program with our rules."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import yaml

from tests.tidy.tree import ROOT

RULES: Final = ROOT / "deploy/prometheus/gotovo.rules.yml"
START_SECONDS: Final = 60


def installed(program: str) -> str:
    """Return where a program of Prometheus's is; skip the test where it is not installed."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed: apt-get install prometheus")
    return found


class Prometheus:
    """Answers queries about the program that it scrapes."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def query(self, expression: str) -> list[dict[str, Any]]:
        """Return the series of an expression at this moment."""
        answer = self._ask(expression)
        assert answer.status_code == 200, answer.text
        found = answer.json()["data"]["result"]
        return found if isinstance(found, list) else []

    def until(self, expression: str) -> None:
        """Wait until an expression has a series."""
        deadline = time.monotonic() + START_SECONDS
        while not self._answers(expression):
            assert time.monotonic() < deadline, expression
            time.sleep(0.1)

    def alerts(self) -> dict[str, str]:
        """Return the health of each alert's rule by its name."""
        groups = self._client.get("/rules").json()["data"]["groups"]
        return {rule["name"]: rule["health"] for group in groups for rule in group["rules"]}

    def _answers(self, expression: str) -> bool:
        try:
            is_up = self._ask(expression).status_code != 503
        except httpx.HTTPError:
            return False
        return is_up and bool(self.query(expression))

    def _ask(self, expression: str) -> httpx.Response:
        return self._client.get("/query", params={"query": expression})


@contextmanager
def scraping(target: str, folder: Path) -> Generator[Prometheus]:
    """Run a Prometheus that scrapes an address each second under the job `gotovo`."""
    program = installed("prometheus")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    job: dict[str, Any] = {"job_name": "gotovo", "static_configs": [{"targets": [target]}]}
    told = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "scrape_configs": [job],
        "rule_files": [str(RULES)],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(told), "utf-8")
    command = [
        program,
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "prometheus.out").open("wb") as log:
        running = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=30) as client:
            yield Prometheus(client)
    finally:
        running.terminate()
        running.wait()


def run_rule_tests(tests: list[dict[str, Any]], folder: Path) -> subprocess.CompletedProcess[str]:
    """Let promtool run tests of our rules."""
    file = folder / "tests.json"
    told = {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}
    file.write_text(json.dumps(told), "utf-8")
    command = [installed("promtool"), "test", "rules", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)
