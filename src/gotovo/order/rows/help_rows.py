"""The rows of the lifecycle table for the help thread: taken at every stage, moving nothing."""

from gotovo.order.row import Row
from gotovo.order.steps import help_answer, help_lateness, help_question, help_settlement
from gotovo.order.values import roles
from gotovo.order.values.actor import OFFICE

HELP_ROWS: tuple[Row, ...] = (
    Row(
        step="help-question",
        command=help_question.AskHelp,
        decide=help_question.ask_help,
        who=roles.BUYER | OFFICE,
    ),
    Row(
        step="help-answer",
        command=help_answer.AnswerHelp,
        decide=help_answer.answer_help,
        who=OFFICE,
    ),
    Row(
        step="help-settlement",
        command=help_settlement.SettleHelp,
        decide=help_settlement.settle_help,
        guard=help_settlement.may_settle_help,
        who=OFFICE,
    ),
    Row(
        step="help-lateness",
        command=help_lateness.MarkUnanswered,
        decide=help_lateness.mark_unanswered,
        falls_due=True,
    ),
)
