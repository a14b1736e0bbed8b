"""A process that has imported every command, and forks to run one.

Most of the processor time of a short command is its imports, and tests run hundreds of commands.
What runs is the same program, in a process with its own environment, folder and streams; only the
imports are shared.
"""

import atexit
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import IO

from gotovo.cli.main import COMMANDS, load_command, main

REPOSITORY = Path(__file__).parents[3]
REQUEST_BYTES_MAX = 1 << 20
STREAMS = ("stdin", "stdout", "stderr")


def run_prepared(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run `gotovo` with the arguments, and return its exit status and what it printed."""
    request = json.dumps([arguments, dict(environment), str(folder)]).encode()
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection,
        Path(os.devnull).open("rb") as nothing,
        tempfile.TemporaryFile() as output,
        tempfile.TemporaryFile() as errors,
    ):
        connection.connect(_address())
        socket.send_fds(
            connection, [request], [each.fileno() for each in (nothing, output, errors)]
        )
        status = int(connection.recv(REQUEST_BYTES_MAX))
        return subprocess.CompletedProcess(arguments, status, _text(output), _text(errors))


@lru_cache(maxsize=1)
def _address() -> str:
    """Start the process, which ends with this one, and return the address that it listens at."""
    address = f"\0gotovo-tests-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(address)
        listener.listen()
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(listener.fileno())],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            pass_fds=[listener.fileno()],
        )
    atexit.register(process.communicate)  # It ends when its input does.
    return address


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode()


def _serve(listener: socket.socket) -> None:
    """Fork for each connection until the tests are over; the fork returns to run its command."""
    for name in COMMANDS:
        load_command(name)
    gc.freeze()  # so that no fork copies it all when it collects
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while sys.stdin not in (ready := select.select([listener, sys.stdin], [], [])[0]):
        assert ready
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _answer(connection)
            return
        connection.close()
    sys.exit()


def _answer(connection: socket.socket) -> None:
    """Become the command, in a fork, and tell its exit status when it has ended."""
    request, streams, _, _ = socket.recv_fds(connection, REQUEST_BYTES_MAX, len(STREAMS))
    command = os.fork()
    if command == 0:
        connection.close()
        arguments, environment, folder = json.loads(request)
        _become(arguments, environment, folder, streams)
        return
    _, status = os.waitpid(command, 0)
    connection.send(b"%d" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _become(
    arguments: list[str], environment: dict[str, str], folder: str, given: list[int]
) -> None:
    """Take over the command's arguments, environment, folder and streams."""
    for number, (name, stream) in enumerate(zip(STREAMS, given, strict=True)):
        os.dup2(stream, number)
        os.close(stream)
        setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8"))
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    sys.argv = ["gotovo", *arguments]
    sys.modules["__main__"].__package__ = None  # so that usage names `gotovo`, not this module


def _run() -> None:
    """Run the command and end, without taking down what was imported: that takes longest of all."""
    status: object = 1
    try:
        main()
    except SystemExit as end:
        status = end.code or 0
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status if isinstance(status, int) else 1)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
    _run()
