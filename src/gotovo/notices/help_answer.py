"""Answering a buyer: the words are kept beside the order, then an event tells everybody of them.

The words come first, so that whoever hears of the event finds them. Both bear the id of one
command: it may be repeated until both are there, and changes nothing after that.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.store.tables.orders.help_threads import HelpMessage, HelpThreads

Submit = Callable[[Submission], Awaitable[SubmissionResult]]


async def answered(  # noqa: PLR0917  (who is told what, and by which ways)
    threads: HelpThreads,
    submit: Submit,
    submission: Submission,
    said: str,
    at: datetime,
    until: datetime | None = None,
) -> HelpMessage | None:
    """Answer what was asked about an order until an instant; `submission` is of an AnswerHelp.

    Return the answer as it was kept first; None where nothing was asked or the thread is full.
    Raises what submitting raises, and then nothing is answered.
    """
    number, id_, actor = submission.number, submission.command_id, submission.actor
    is_new = await threads.answer(number, id_, said, at)
    kept = await threads.message(number, id_)
    if kept is None:
        return None
    try:
        outcome = await submit(submission)
    except Exception:
        if is_new:
            await threads.take_back(number, id_)
        raise
    await threads.settle(number, until or kept.written_at, at, f"{actor.role}:{actor.id}")
    if outcome.order is not None and outcome.order.erased:
        # The questions may have been erased after they were looked at, and before the answer.
        await threads.forget_lone_answers(number)
    return kept
