"""A help thread's questions and answers: each text is stored beside the order, then an event tells.

The text is stored first, so that readers of the event find it. Both have the id of one command,
which may be repeated until both are stored and changes nothing after that. Pages, the bot and the
API ask, answer and settle here alone.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from msgspec import structs

from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.order.steps.help_answer import AnswerHelp
from gotovo.order.steps.help_question import AskHelp
from gotovo.order.values.order import Order
from gotovo.store.tables.orders.help_threads import HelpMessage, HelpThreads

Submit = Callable[[Submission], Awaitable[SubmissionResult]]


async def ask_help(
    threads: HelpThreads, submit: Submit, submission: Submission, text: str
) -> SubmissionResult | None:
    """Ask what the buyer typed; `submission` is of an AskHelp with its channel and instant.

    Return the result: the clock of the answer is in its order, a refusal says that nothing was
    asked. None if the thread is full. If submitting raises, the text is removed again.
    """
    number, id_, command = submission.number, submission.command_id, submission.command
    assert isinstance(command, AskHelp), command
    is_new = await threads.ask(number, id_, text, command.asked_at, command.channel)
    stored = await threads.message(number, id_)
    if stored is None:
        return None
    asked_at = stored.written_at  # A repetition has the instant of the first one.
    command = AskHelp(stored.channel or command.channel, asked_at)
    try:
        result = await submit(structs.replace(submission, command=command))
    except Exception:
        if is_new:
            await threads.take_back(number, id_)
        raise
    if result.refusal is not None:
        await threads.take_back(number, id_)
    elif result.order is not None:
        await threads.start_clock(number, id_, _due_at(result.order, asked_at))
    return result


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
    number, id_ = submission.number, submission.command_id
    is_new = await threads.answer(number, id_, text, at)
    stored = await threads.message(number, id_)
    if stored is None:
        return None
    until = until or stored.written_at
    try:
        outcome = await submit(structs.replace(submission, command=AnswerHelp(until)))
    except Exception:
        if is_new:
            await threads.take_back(number, id_)
        raise
    await threads.settle(number, until, at, by_whom(submission))
    if outcome.order is not None and outcome.order.erased:
        # The questions may have been erased between reading them and the answer.
        await threads.forget_lone_answers(number)
    return stored


async def settle_help(
    threads: HelpThreads,
    submit: Submit,
    submission: Submission,
    until: datetime,
    at: datetime,
) -> int:
    """Leave the questions up to `until` without an answer; return how many were open.

    `submission` is of a SettleHelp. The clock is stopped first: should the rest not follow, the
    questions are still in the queue, and settling them again is harmless.
    """
    await submit(submission)
    return await threads.settle(submission.number, until, at, by_whom(submission))


def by_whom(submission: Submission) -> str:
    """Return who submits, as in `event.actor`."""
    return f"{submission.actor.role}:{submission.actor.id}"


def _due_at(order: Order, asked_at: datetime) -> datetime:
    """Return until when the answer is due; of very many questions the last one has them all."""
    clock = order.help
    if clock is None:
        return asked_at
    found = (each.due_at for each in clock.questions if each.asked_at == asked_at)
    return next(found, clock.questions[-1].due_at)
