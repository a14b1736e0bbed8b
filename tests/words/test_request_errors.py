"""A text for every error of a request."""

from gotovo.order.refusals import Code
from gotovo.words.problem_text import problem_detail
from gotovo.words.request_errors import REQUEST_ERRORS, RequestErrorCode


def test_every_error_of_a_request_has_its_text() -> None:
    assert set(REQUEST_ERRORS) == set(RequestErrorCode)


def test_no_error_of_a_request_has_the_code_of_a_refusal() -> None:
    assert not {code.value for code in Code} & {error.value for error in RequestErrorCode}


def test_what_was_expected_is_added_where_it_is_known() -> None:
    text = REQUEST_ERRORS[RequestErrorCode.BODY_TOO_LARGE]
    assert problem_detail(text, "en") == "The body is too large."
    assert problem_detail(text, "en", "1024") == ("The body is too large. Maximum, in bytes: 1024.")
