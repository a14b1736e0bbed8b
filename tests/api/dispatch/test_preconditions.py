"""The tag of a version, and what a request may say about it."""

from gotovo.api.dispatch.preconditions import ABSENT, etag, stale


def test_a_tag_is_the_version_in_quotation_marks() -> None:
    assert etag(12) == (b"etag", b'"12"')


def test_a_stale_request_is_told_the_present_version() -> None:
    assert stale("If-Match", '"1"', 2).expected == '"2"'
    assert stale("If-Match", '"1"', ABSENT).expected == "absent"
