"""A body says that it is JSON or a file, and is in no other encoding."""

import pytest

from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.request import check_file_type, check_media_type

FILES = ("image/jpeg", "application/pdf")


@pytest.mark.parametrize("told", [b"image/jpeg", b"image/heic", b"application/octet-stream"])
def test_a_file_may_say_what_it_is(told: bytes) -> None:
    check_file_type({b"content-type": told}, FILES)
    check_file_type({}, FILES)
    with pytest.raises(ApiError):
        check_media_type({b"content-type": told})


@pytest.mark.parametrize("told", [b"application/json", b"multipart/form-data; boundary=x", b"x"])
def test_a_form_is_no_file(told: bytes) -> None:
    with pytest.raises(ApiError) as error:
        check_file_type({b"content-type": told}, FILES)
    assert error.value.field == "Content-Type"


def test_a_file_in_an_encoding_is_refused() -> None:
    with pytest.raises(ApiError) as error:
        check_file_type({b"content-encoding": b"gzip"}, FILES)
    assert error.value.field == "Content-Encoding"
