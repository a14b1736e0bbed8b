"""Support's answer to a buyer: the text is stored beside the order, then an event announces it.

The text is stored first, so that readers of the event find it. Both have the id of one command,
which may be repeated until both are stored and changes nothing after that.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.store.tables.orders.help_threads import HelpMessage, HelpThreads

Submit = Callable[[Submission], Awaitable[SubmissionResult]]


async def answer_help(  # noqa: PLR0917  (stores, then content and times)
    threads: HelpThreads,
    submit: Submit,
    submission: Submission,
    text: str,
    at: datetime,
    until: datetime | None = None,
) -> HelpMessage | None:
    """Answer the questions about an order up to `until`; `submission` is of an AnswerHelp.

    Return the stored answer; None if there is no question or the thread is full. If submitting
    raises, the text is removed again.
    """
    number, id_, actor = submission.number, submission.command_id, submission.actor
    is_new = await threads.answer(number, id_, text, at)
    stored = await threads.message(number, id_)
    if stored is None:
        return None
    try:
        outcome = await submit(submission)
    except Exception:
        if is_new:
            await threads.take_back(number, id_)
        raise
    await threads.settle(number, until or stored.written_at, at, f"{actor.role}:{actor.id}")
    if outcome.order is not None and outcome.order.erased:
        # The questions may have been erased between reading them and the answer.
        await threads.forget_lone_answers(number)
    return stored
