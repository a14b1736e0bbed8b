"""What the camera of a browser sees: a label, as a film that Chromium plays instead of one."""

import io
from pathlib import Path
from typing import Final

import segno
from PIL import Image

WIDTH, HEIGHT = 640, 480
_FRAMES: Final = 12
_GREY: Final = 128  # no colour in either of the colour planes
_MODULE: Final = 8


def film_of(code: str, path: Path) -> None:
    """Write a film (Y4M) of a label with this code as QR, held before the camera."""
    label = io.BytesIO()
    segno.make_qr(code, error="m").save(label, kind="png", scale=_MODULE, border=4)
    picture = Image.new("L", (WIDTH, HEIGHT), 200)
    with Image.open(label) as image:
        shown = image.convert("L").rotate(3, expand=True, fillcolor=255)
        picture.paste(shown, ((WIDTH - shown.width) // 2, (HEIGHT - shown.height) // 2))
    colours = bytes([_GREY]) * (WIDTH * HEIGHT // 2)
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode())
        for _ in range(_FRAMES):
            film.write(b"FRAME\n" + picture.tobytes() + colours)


def arguments_for(film: Path) -> list[str]:
    """Return what Chromium is started with to play the film, without asking anybody."""
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
