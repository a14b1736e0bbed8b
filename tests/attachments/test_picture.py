"""Pictures are redrawn: upright, bounded, without metadata, and only of three formats."""

from io import BytesIO

import pytest
from PIL import Image

from gotovo.attachments import picture
from gotovo.attachments.picture import SIDE_MAX, THUMBNAIL_SIDE_MAX, as_stored, redraw
from gotovo.store.tables.attachments.attachment import AttachmentContent

ORIENTATION = 0x0112
TURNED_RIGHT = 6
"""The camera was held upright: what it stored has to be turned by a quarter."""


def sent(kind: str, size: tuple[int, int], **options: object) -> bytes:
    """Return a picture as a browser sends it."""
    made = BytesIO()
    Image.new("RGB", size, "teal").save(made, kind, **options)
    return made.getvalue()


def opened(redrawn: AttachmentContent | None) -> Image.Image:
    """Open a picture that was redrawn."""
    assert redrawn is not None
    return Image.open(BytesIO(redrawn.content))


def test_a_photograph_is_turned_upright_before_its_metadata_goes() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED_RIGHT
    upright = opened(redraw(sent("JPEG", (40, 20), exif=exif)))
    assert upright.size == (20, 40)
    assert not upright.getexif()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_format_becomes_a_jpeg_of_bounded_size(kind: str) -> None:
    redrawn = opened(redraw(sent(kind, (2 * SIDE_MAX, SIDE_MAX))))
    assert (redrawn.format, redrawn.size) == ("JPEG", (SIDE_MAX, SIDE_MAX // 2))


def test_other_formats_and_broken_pictures_are_refused() -> None:
    assert redraw(sent("GIF", (4, 4))) is None
    assert redraw(sent("PNG", (400, 400))[:60]) is None
    assert redraw(b"") is None


def test_a_picture_of_too_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "PIXELS_MAX", 100)
    assert redraw(sent("PNG", (10, 10))) is not None
    assert redraw(sent("PNG", (11, 10))) is None


def test_a_jpeg_of_more_scans_than_any_camera_makes_is_refused() -> None:
    progressive = sent("JPEG", (64, 64), progressive=True)
    assert redraw(progressive) is not None
    assert redraw(progressive + b"\xff\xda" * 65) is None


@pytest.mark.parametrize("size", [(3000, 1000), (100, 900), (5, 4)])
def test_a_picture_has_a_thumbnail_and_says_its_sides(size: tuple[int, int]) -> None:
    redrawn = redraw(sent("PNG", size))
    assert redrawn is not None
    assert redrawn.thumbnail is not None
    whole, small = opened(redrawn), Image.open(BytesIO(redrawn.thumbnail))
    assert (redrawn.width, redrawn.height) == whole.size
    assert max(small.size) <= THUMBNAIL_SIDE_MAX
    assert small.width * whole.height == pytest.approx(small.height * whole.width, rel=0.1)


def test_what_was_redrawn_before_is_kept_byte_for_byte() -> None:
    stored = sent("JPEG", (800, 600))
    kept = as_stored(stored)
    assert (kept.content, kept.width, kept.height) == (stored, 800, 600)
    assert kept.thumbnail is not None


def test_of_what_can_no_longer_be_read_nothing_is_lost() -> None:
    kept = as_stored(b"picture")
    assert (kept.content, kept.thumbnail, kept.width) == (b"picture", None, None)
