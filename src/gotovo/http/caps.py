"""Caps on the size of what a client sends."""

from collections.abc import AsyncGenerator
from typing import Final

from gotovo.http.errors import BodyTooLarge

QUERY_BYTES_MAX: Final = 8 * 1024
"""Longer than any sensible search; servers and proxies stop at about the same."""

QUERY_PARAMETERS_MAX: Final = 50
"""No table of parameters here has more than a dozen."""

JSON_BYTES_MAX: Final = 256 * 1024
"""An order of 200 lines with long titles has 60 KiB; four times that is nobody's order."""

HEADER_CHARACTERS_MAX: Final = 256
"""Browsers send some 30 characters of `Accept-Encoding`; a longer header is not parsed."""

FORM_BYTES_MAX: Final = 16_384
"""The largest form without files has a handful of short fields."""

FIELDS_MAX: Final = 300
"""A line of a form for each line of the largest orders, and what stands beside them."""

TEXT_CHARACTERS_MAX: Final = 1_000
"""The longest thing anybody types is a note of a few lines."""

FIELD_BYTES_MAX: Final = 4 * TEXT_CHARACTERS_MAX
"""The same in UTF-8."""

FILE_BYTES_MAX: Final = 8 * 1024 * 1024
"""A photograph of a good telephone has two to six megabytes."""

FILES_MAX: Final = 5

FILES_PARSED_MAX: Final = 4 * FILES_MAX
"""Somebody who chose a few files too many is answered in words; nobody chooses more than this."""

UPLOAD_BYTES_MAX: Final = FILES_MAX * FILE_BYTES_MAX + 65_536
"""All files at their largest, and the fields beside them."""


async def capped(
    chunks: AsyncGenerator[bytes, None], bytes_max: int
) -> AsyncGenerator[bytes, None]:
    """Yield the chunks of a body up to its cap; raise BodyTooLarge beyond it."""
    length = 0
    async for chunk in chunks:
        length += len(chunk)
        if length > bytes_max:
            raise BodyTooLarge(bytes_max)
        yield chunk
