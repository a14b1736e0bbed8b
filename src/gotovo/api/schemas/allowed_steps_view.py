"""The steps that may be taken now, as programs see them."""

from collections.abc import Iterable, Mapping

from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.problems import shortened
from gotovo.order.allowed import AllowedStep
from gotovo.order.refusals import Refusal
from gotovo.value import Value
from gotovo.words.language import Language
from gotovo.words.problem_text import problem_detail, problem_title
from gotovo.words.refusals import refusal_detail, refusal_title
from gotovo.words.request_errors import REQUEST_ERRORS, RequestErrorCode
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


def allowed_steps_view(
    steps: Iterable[AllowedStep], lacking: Mapping[str, KeyScope], language: Language
) -> AllowedStepsView:
    """Return the steps with the names of the contract; the key lacks the scope of some."""
    return AllowedStepsView([_view(each, lacking.get(each.step), language) for each in steps])


def _view(step: AllowedStep, lacking: KeyScope | None, language: Language) -> AllowedStepView:
    if lacking is not None:
        refusal = _lacking(lacking, language)
    else:
        refusal = _refusal(step.refusal, language) if step.refusal else None
    label = step_label(step.step, language)
    return AllowedStepView(step.step, label, step.allowed and lacking is None, refusal)


def _lacking(scope: KeyScope, language: Language) -> RefusalView:
    code = RequestErrorCode.INSUFFICIENT_SCOPE
    text = REQUEST_ERRORS[code]
    return RefusalView(
        code=code,
        title=problem_title(text, language),
        detail=problem_detail(text, language, scope),
        field="scope",
        expected=scope,
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
