"""What a file is, its own bytes say, and not its name or what was told of it."""

import pytest

from gotovo.attachments.content_check import (
    FILE_BYTES_MAX,
    AttachmentRefusal,
    SentKind,
    checked_pdf,
    kind_of,
)
from gotovo.http import caps
from tests.support.attachments.samples import PDF, hostile_files, photo


def test_the_cap_is_that_of_a_pages_upload() -> None:
    assert FILE_BYTES_MAX == caps.FILE_BYTES_MAX


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_known_by_its_first_bytes(kind: str) -> None:
    assert kind_of(photo(kind, (4, 4))) is SentKind.PICTURE


@pytest.mark.parametrize("name", ["heic", "avif"])
def test_a_photo_of_an_iphone_gets_a_word_of_its_own(name: str) -> None:
    assert kind_of(hostile_files()[name]) is SentKind.HEIF


@pytest.mark.parametrize(
    "name", ["text", "html", "svg", "gif", "zip", "program", "tiff", "nothing"]
)
def test_nothing_else_is_a_kind_that_is_stored(name: str) -> None:
    assert kind_of(hostile_files()[name]) is SentKind.OTHER


def test_a_pdf_begins_and_ends_as_one() -> None:
    kept = checked_pdf(PDF)
    assert not isinstance(kept, AttachmentRefusal)
    assert kept.content == PDF
    assert isinstance(checked_pdf(hostile_files()["a pdf before an archive"]), AttachmentRefusal)
    assert kind_of(hostile_files()["html before a pdf"]) is SentKind.OTHER
