"""Storage start: storage deadlines follow what became of the messages that orders are ready.

The table of messages says which ones are to be followed, and when: what settles a message writes
that in the same statement. A process that dies before the command is submitted leaves the message
listed; one that dies afterwards, or two at once, submit a command with the same id (rule 4.2).
"""

import hashlib
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from gotovo.engine.engine import Engine
from gotovo.engine.ports import EngineClosed, JournalUnreachable
from gotovo.engine.submission import Submission
from gotovo.order.lifecycle import ROW_OF
from gotovo.order.steps.storage_recalculation import RecalculateStorage, RecalculationReason
from gotovo.order.values.actor import TIMER
from gotovo.store.tables.messages.messages import MessageState, MessageStore, StorageMessage

POLL_SECONDS: Final = 5.0
"""How often messages to follow are looked for: a deadline is days ahead."""

PAGE: Final = 256
"""Messages followed in one commit."""

AGAIN: Final = timedelta(minutes=5)
"""When an order is tried again whose command failed; meanwhile it holds up no other."""

_NAMESPACE = uuid.UUID("b4f1b9a0-1c0e-5f57-9a5b-3f9d6f1f7b36")


class StorageNotMoved(Exception):
    """A command failed; its message stays listed and is tried again."""


class StorageStart:
    """Moves the storage deadlines of orders whose buyers were told late, or not at all."""

    def __init__(
        self, engine: Engine, messages: MessageStore, clock: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._messages = messages
        self._clock = clock

    async def run(self) -> int:
        """Follow all messages that are due; return how many were done.

        An order that fails does not hold up the others; StorageNotMoved has the first such error.
        """
        count = 0
        first: BaseException | None = None
        while page := await self._messages.followed_by_storage(self._clock(), PAGE):
            done, error = await self._follow(page)
            count, first = count + done, first or error
            if len(page) < PAGE:
                break
        if first is not None:
            raise StorageNotMoved(repr(first)) from first
        return count

    async def _follow(self, page: Sequence[StorageMessage]) -> tuple[int, BaseException | None]:
        """Return how many messages are done with, and the first error of a single one.

        A refusal is an answer: the order was collected or closed in the meantime.
        """
        results = await self._engine.submit_each([_submission(message) for message in page])
        done: list[StorageMessage] = []
        failed: list[StorageMessage] = []
        first: BaseException | None = None
        for message, result in zip(page, results, strict=True):
            if isinstance(result, EngineClosed | JournalUnreachable):
                raise result
            if isinstance(result, BaseException):
                first = first or result
                failed.append(message)
            else:
                done.append(message)
        await self._messages.finish_storage(done)
        await self._messages.finish_storage(failed, self._clock() + AGAIN)
        return len(done), first


def storage_command(message: StorageMessage) -> RecalculateStorage:
    """Return the command that tells an order what became of its message so far.

    One that was not settled in time counts as not delivered if no channel has taken it yet.
    """
    match message.state:
        case MessageState.DELIVERED:
            reason = RecalculationReason.MESSAGE_DELIVERED
            return RecalculateStorage(reason, message.settled_at)
        case MessageState.FAILED:
            return RecalculateStorage(RecalculationReason.MESSAGE_NOT_DELIVERED)
        case _ if message.sent_at is None:
            return RecalculateStorage(RecalculationReason.MESSAGE_NOT_DELIVERED)
        case _:
            return RecalculateStorage(RecalculationReason.MESSAGE_UNCONFIRMED)


def _submission(message: StorageMessage) -> Submission:
    """Return the command under an id that is made of the message and what became of it."""
    command = storage_command(message)
    name = f"{message.id}:{command.reason}"
    return Submission(
        command_id=uuid.uuid5(_NAMESPACE, name),
        number=message.number,
        command=command,
        actor=TIMER,
        fingerprint=hashlib.blake2b(
            f"{ROW_OF[RecalculateStorage].step}:{name}".encode(), digest_size=16
        ).digest(),
    )
