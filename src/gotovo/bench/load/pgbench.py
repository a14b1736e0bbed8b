"""pgbench, which comes along with our PostgreSQL: scripts of ours, run by so many clients."""

import asyncio
import os
import re
import signal
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from gotovo.bench.run.figure import BenchError, Sample

THREADS = 2
"""More would only take the processors from the server on a small machine."""

SECONDS_LEAST = 1
"""pgbench counts whole seconds."""

SPARE_SECONDS = 30.0
"""How much longer than asked it may live before it is killed: its transactions end first."""

_PATIENCE = (1, 4, 16)
"""pgbench's time runs from before its clients connect, and on a machine that is busy they may
need all of it; then it is run again for so many times as long."""

_TPS = re.compile(r"^tps = ([0-9.]+) ", re.MULTILINE)
_LATENCY = re.compile(r"^latency average = ([0-9.]+) ms", re.MULTILINE)
_FAILED = re.compile(r"^number of failed transactions: ([0-9]+) ", re.MULTILINE)
_WORDS_MAX = 1_000


def whole_seconds(seconds: float) -> int:
    """Return how long pgbench runs when it is asked to run so long."""
    return max(SECONDS_LEAST, round(seconds))


async def run_pgbench(
    binaries: Path,
    url: str,
    script: str,
    *,
    clients: int,
    seconds: float,
    variables: Mapping[str, str],
    commands: int = 1,
) -> Sample:
    """Run a script beside this file; each of its transactions does so many commands.

    Raises BenchError with pgbench's own words if a statement fails.
    """
    address = urlsplit(url)
    password = unquote(address.password or "")
    user = address.username or ""
    host = address.netloc.rpartition("@")[2]
    open_url = urlunsplit(address._replace(netloc=f"{user}@{host}"))
    with as_file(files("gotovo.bench").joinpath(script)) as file:
        command = [
            str(binaries / "pgbench"),
            "--no-vacuum",
            "--protocol=prepared",
            f"--client={clients}",
            f"--jobs={min(clients, THREADS)}",
            f"--file={file}",
            *(f"--define={name}={value}" for name, value in variables.items()),
        ]
        for times in _PATIENCE:
            length = whole_seconds(seconds) * times
            timed = [*command, f"--time={length}", open_url]
            sample = _sample(await _output(timed, password, length + SPARE_SECONDS), commands)
            if sample is not None:
                return sample
    message = f"pgbench {script} did not finish one transaction"
    raise BenchError(message)


def _sample(said: str, commands: int) -> Sample | None:
    """Return what pgbench has counted; None where no transaction was finished."""
    tps, latency, failed = _TPS.search(said), _LATENCY.search(said), _FAILED.search(said)
    if tps is None or latency is None:
        return None
    return Sample(
        per_second=float(tps[1]) * commands,
        failures=int(failed[1]) if failed else 0,
        facts={"mean_ms": float(latency[1])},
    )


async def _output(command: list[str], password: str, seconds_max: float) -> str:
    """Return what pgbench said; the password is not for everybody who lists processes."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        env={**os.environ, "PGPASSWORD": password},
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(seconds_max):
            said, complaint = await process.communicate()
    except TimeoutError as error:
        message = f"pgbench did not end within {seconds_max:.0f} s"
        raise BenchError(message) from error
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            await process.wait()
    if process.returncode:
        words = complaint.decode("utf-8", "replace").strip()[-_WORDS_MAX:]
        message = f"pgbench failed:\n{words}"
        raise BenchError(message)
    return said.decode()
