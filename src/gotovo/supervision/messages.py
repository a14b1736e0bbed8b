"""What a worker process and its supervisor tell each other over the socket between them."""

from typing import Final

import msgspec
from msgspec import Struct

MESSAGE_BYTES_MAX: Final = 65_536
"""More than any message has; each is one packet of the socket, whole or not at all."""


class Ready(Struct, frozen=True, tag=True):
    """The worker serves. `notes` are lines for whoever watches the program start."""

    notes: tuple[str, ...] = ()


class Beat(Struct, frozen=True, tag=True):
    """The worker's event loop runs."""


class Failed(Struct, frozen=True, tag=True):
    """The worker can't start, for a reason that a person can mend."""

    message: str


class Stop(Struct, frozen=True, tag=True):
    """The worker is to finish what it has begun, and end."""


class ProgramProblems(Struct, frozen=True, tag=True):
    """What is wrong with the program as a whole; nothing when all is well.

    `restarts` is how often a worker was replaced because it had ended, since the program's start.
    `is_disk_full` is about the disk of the embedded database.
    """

    problems: tuple[str, ...] = ()
    restarts: int = 0
    is_disk_full: bool = False


ToSupervisor = Ready | Beat | Failed
ToWorker = Stop | ProgramProblems

_to_supervisor: msgspec.json.Decoder[ToSupervisor] = msgspec.json.Decoder(ToSupervisor)
_to_worker: msgspec.json.Decoder[ToWorker] = msgspec.json.Decoder(ToWorker)


def decode_to_supervisor(packet: bytes) -> ToSupervisor:
    """Return what a worker has said."""
    return _to_supervisor.decode(packet)


def decode_to_worker(packet: bytes) -> ToWorker:
    """Return what the supervisor has said."""
    return _to_worker.decode(packet)


def encode(message: ToSupervisor | ToWorker) -> bytes:
    """Return a message as one packet."""
    return msgspec.json.encode(message)
