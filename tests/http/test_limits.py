"""Uploads are large: each customer has one at a time, and small forms wait for nobody."""

from contextlib import ExitStack

import pytest

from gotovo.http.caps import UPLOAD_BYTES_MAX
from gotovo.http.errors import TooManyRequests
from gotovo.http.limits import (
    SMALL_UPLOAD_BYTES_MAX,
    STREAMS_MAX,
    UPLOADS_MAX,
    OpenStreams,
    RequestsUnderWay,
    RunningUploads,
)

LARGE = str(UPLOAD_BYTES_MAX)
SMALL = str(SMALL_UPLOAD_BYTES_MAX)


def test_a_customer_uploads_one_form_at_a_time() -> None:
    uploads = RunningUploads()
    with uploads.slot("alina", LARGE), uploads.slot("boris", LARGE):
        with pytest.raises(TooManyRequests), uploads.slot("alina", LARGE):
            pass
        with uploads.slot("alina", SMALL):
            pass
    with uploads.slot("alina", LARGE):
        pass


def test_a_key_uploads_as_many_files_at_once_as_it_may() -> None:
    uploads = RunningUploads(2)
    with uploads.slot("desk", LARGE):
        with uploads.slot("desk", LARGE):
            with pytest.raises(TooManyRequests), uploads.slot("desk", LARGE):
                pass
            with uploads.slot("handheld", LARGE):
                pass
        with uploads.slot("desk", LARGE):
            pass


@pytest.mark.parametrize("length", [LARGE, "", "9" * 5_000, "-1"])
def test_a_process_reads_a_few_uploads_and_one_of_unknown_length_is_large(length: str) -> None:
    uploads = RunningUploads()
    with ExitStack() as running:
        for number in range(UPLOADS_MAX):
            running.enter_context(uploads.slot(str(number), length))
        with pytest.raises(TooManyRequests), uploads.slot("one more", length):
            pass


def test_a_process_has_a_bounded_number_of_streams() -> None:
    streams = OpenStreams()
    with ExitStack() as opened:
        for number in range(STREAMS_MAX):
            assert not streams.is_full
            opened.enter_context(streams.slot(str(number)))
        assert streams.is_full
    assert not streams.is_full


def test_each_has_so_many_requests_under_way_and_is_forgotten_afterwards() -> None:
    under_way = RequestsUnderWay(2)
    under_way.enter("alina")
    under_way.enter("alina")
    under_way.enter("boris")
    with pytest.raises(TooManyRequests):
        under_way.enter("alina")
    under_way.leave("alina")
    under_way.enter("alina")
    for subject in ("alina", "alina", "boris"):
        under_way.leave(subject)
    assert not vars(under_way)["_by_subject"]


def test_a_subject_below_the_average_has_its_share_left() -> None:
    under_way = RequestsUnderWay(100)
    assert not under_way.has_share("alina")
    for _ in range(10):
        under_way.enter("shop")
    assert under_way.has_share("alina")
    assert not under_way.has_share("shop")
    under_way.enter("alina")
    assert under_way.has_share("alina")
    for _ in range(9):
        under_way.leave("shop")
    assert not under_way.has_share("alina")
    assert not under_way.has_share("shop")
