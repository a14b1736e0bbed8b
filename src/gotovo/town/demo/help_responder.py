"""The demo's support: answers each question after a few seconds and says that this is a demo."""

import hashlib
import re
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from gotovo.engine.submission import Submission
from gotovo.notices.help.help_thread import answer_help
from gotovo.order.steps.help_answer import AnswerHelp
from gotovo.store.tables.orders.help_threads import LONGEST, HelpThreads
from gotovo.town.dataset.staff import SUPPORT
from gotovo.town.simulation.runtime import TownRuntime
from gotovo.words.translations import Translator, msgid

ANSWER_AFTER: Final = timedelta(seconds=8)
"""Long enough for the visitor to see the waiting state."""

POLL_SECONDS: Final = 2.0
AT_ONCE: Final = 20

_ANSWER: Final = msgid(
    "This is a demo: your message has arrived, but a program answers, not a person. "
    "In a real shop, support answers here."
)
_CYRILLIC: Final = re.compile("[а-яё]", re.IGNORECASE)
_LATIN: Final = re.compile("[a-z]", re.IGNORECASE)


class HelpResponder:
    """Answers every question once, in its language."""

    def __init__(self, runtime: TownRuntime, threads: HelpThreads) -> None:
        self._runtime = runtime
        self._threads = threads

    async def answer_due(self) -> None:
        """Answer the questions that are old enough."""
        now = self._runtime.clock()
        for each in await self._threads.open_threads(LONGEST, AT_ONCE):
            if each.waiting_since <= now - ANSWER_AFTER:
                await self._answer(each.number, now)

    async def _answer(self, number: str, now: datetime) -> None:
        thread = await self._threads.thread(number)
        asked = [each for each in thread if each.author == "buyer"]
        if not asked:  # erased meanwhile
            return
        newest = asked[-1]
        # Every process of the demo polls; of one question they all make the same command.
        once = hashlib.sha256(f"demo-answer:{number}:{newest.id}".encode()).digest()
        submission = Submission(UUID(bytes=once[:16]), number, AnswerHelp(), SUPPORT, once[:16])
        text = answer_to(newest.said)
        await answer_help(
            self._threads, self._runtime.engine.submit, submission, text, now, newest.written_at
        )


def answer_to(question: str) -> str:
    """Return the answer in the language of the question; without a word in any, in Russian."""
    is_english = _LATIN.search(question) and not _CYRILLIC.search(question)
    return Translator("en" if is_english else "ru").gettext(_ANSWER)
