"""The steps that may be taken now, as programs see them."""

from collections.abc import Iterable

from gotovo.api.dispatch.problems import shortened
from gotovo.order.allowed import AllowedStep
from gotovo.order.refusals import Refusal
from gotovo.value import Value
from gotovo.words.language import Language
from gotovo.words.refusals import refusal_detail, refusal_title
from gotovo.words.steps import step_label


class RefusalView(Value, frozen=True, omit_defaults=True):
    """Why a step would be refused: the problem that taking it would return."""

    code: str
    title: str
    detail: str
    field: str = ""
    value: str = ""
    expected: str = ""


class AllowedStepView(Value, frozen=True):
    """A step of the lifecycle. Not allowed and without a refusal: it is done already."""

    step: str
    step_label: str
    allowed: bool
    refusal: RefusalView | None


class AllowedStepsView(Value, frozen=True):
    """Every step that a person or program can take, in the order of the lifecycle."""

    items: list[AllowedStepView]


def allowed_steps_view(steps: Iterable[AllowedStep], language: Language) -> AllowedStepsView:
    """Return the steps with the names of the contract."""
    return AllowedStepsView(
        [
            AllowedStepView(
                step=each.step,
                step_label=step_label(each.step, language),
                allowed=each.allowed,
                refusal=_refusal(each.refusal, language) if each.refusal else None,
            )
            for each in steps
        ]
    )


def _refusal(refusal: Refusal, language: Language) -> RefusalView:
    return RefusalView(
        code=refusal.code,
        title=refusal_title(refusal.code, language),
        detail=refusal_detail(refusal, language),
        field=refusal.field,
        value=shortened(refusal.value),
        expected=refusal.expected,
    )
