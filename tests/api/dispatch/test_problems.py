"""From a refusal to HTTP: one total table."""

from http import HTTPStatus

import pytest

from gotovo.api.dispatch.problems import (
    STATUS_OF,
    STATUS_OF_ERROR,
    STATUS_OF_REFUSAL,
    VALUE_CHARACTERS_MAX,
    refusal_problem,
)
from gotovo.order.refusals import Code, Refusal
from gotovo.words.request_errors import RequestErrorCode


def test_every_refusal_and_every_fault_has_a_status() -> None:
    assert set(STATUS_OF_REFUSAL) == set(Code)
    assert set(STATUS_OF_ERROR) == set(RequestErrorCode)
    assert len(STATUS_OF) == len(Code) + len(RequestErrorCode)


def test_a_refusal_is_never_our_fault_and_never_a_success() -> None:
    assert {status // 100 for status in STATUS_OF_REFUSAL.values()} == {4}
    ours = {code for code, status in STATUS_OF_ERROR.items() if status >= 500}
    assert ours == {
        RequestErrorCode.OVERLOADED,
        RequestErrorCode.DISK_FULL,
        RequestErrorCode.INTERNAL,
    }


@pytest.mark.parametrize("code", [code for code in Code if code.startswith("unknown_")])
def test_what_does_not_exist_is_not_found(code: Code) -> None:
    assert STATUS_OF_REFUSAL[code] == HTTPStatus.NOT_FOUND


def test_a_value_at_fault_is_told_back_shortened() -> None:
    refusal = Refusal(Code.PARCEL_MISSING, "scanned", "1" * 5_000, "2")

    problem = refusal_problem(refusal, None, "/api/v1/orders", "en")

    assert len(problem.value) == VALUE_CHARACTERS_MAX + 1
    assert problem.type == "urn:gotovo:problem:parcel_missing"
