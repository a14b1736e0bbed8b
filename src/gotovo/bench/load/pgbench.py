"""pgbench, which comes with our PostgreSQL: runs scripts of ours with a number of clients."""

import asyncio
import os
import re
import signal
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from gotovo.bench.run.measure import BenchError, Sample

THREADS = 2
"""More would only take the processors from the server on a small machine."""

SECONDS_LEAST = 1
"""pgbench counts whole seconds."""

SPARE_SECONDS = 30.0
"""How much longer than planned it may run before it is killed: its transactions end first."""

_RETRY_TIMES = (1, 4, 16)
"""pgbench counts its time from before its clients connect, and on a busy machine they may need all
of it; then it is run again, this many times as long."""

_TPS = re.compile(r"^tps = ([0-9.]+) ", re.MULTILINE)
_LATENCY = re.compile(r"^latency average = ([0-9.]+) ms", re.MULTILINE)
_FAILED = re.compile(r"^number of failed transactions: ([0-9]+) ", re.MULTILINE)
_ERROR_CHARACTERS_MAX = 1_000


def whole_seconds(seconds: float) -> int:
    """Return how long pgbench runs instead, as it counts whole seconds."""
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
    """Run a script of this package; each of its transactions counts as `commands`.

    Raises BenchError with the message of pgbench if a statement fails.
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
        for times in _RETRY_TIMES:
            length = whole_seconds(seconds) * times
            timed = [*command, f"--time={length}", open_url]
            sample = _sample(await _output(timed, password, length + SPARE_SECONDS), commands)
            if sample is not None:
                return sample
    message = f"pgbench {script} did not finish one transaction"
    raise BenchError(message)


def _sample(output: str, commands: int) -> Sample | None:
    """Return what pgbench counted; None if no transaction was finished."""
    tps, latency, failed = _TPS.search(output), _LATENCY.search(output), _FAILED.search(output)
    if tps is None or latency is None:
        return None
    return Sample(
        per_second=float(tps[1]) * commands,
        failures=int(failed[1]) if failed else 0,
        facts={"mean_ms": float(latency[1])},
    )


async def _output(command: list[str], password: str, seconds_max: float) -> str:
    """Return what pgbench printed; other users can read its command line, but not its variables."""
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
            stdout, stderr = await process.communicate()
    except TimeoutError as error:
        message = f"pgbench did not end within {seconds_max:.0f} s"
        raise BenchError(message) from error
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            await process.wait()
    if process.returncode:
        error = stderr.decode("utf-8", "replace").strip()[-_ERROR_CHARACTERS_MAX:]
        message = f"pgbench failed:\n{error}"
        raise BenchError(message)
    return stdout.decode()
