"""The encoding of a file: a byte order mark, UTF-8, or what charset-normalizer makes of it.

A file that is UTF-8 but for single rows stays UTF-8, and those rows are rejected: read by a code
page, every other row would turn into other letters, and nobody would be told.
"""

import codecs
import re
from collections.abc import Iterator
from io import BufferedIOBase

from charset_normalizer import CharsetMatch, from_bytes
from msgspec import Struct

from gotovo.words.imports.file_errors import FileErrorCode, ImportFileError

EXAMPLES = ("utf-8", "utf-16", "cp1251", "koi8-r", "cp866", "mac-cyrillic", "cp1252")
"""Encodings that an error names; the code pages among them are recognized without being asked."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""UTF-32 before UTF-16, whose mark it begins with."""

_BYTE_ORDERS = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}
"""What a name without a byte order means where there is no mark: as Windows writes it."""

_CODE_PAGES = ["cp1251", "koi8_r", "cp866", "mac_cyrillic", "cp1252"]
_UNICODE = ["utf_8", "utf_16_le", "utf_16_be"]

_SAMPLE_BYTES = 64 * 1024
"""Detection takes a tenth of a second for this many; more of the same text tells nothing new."""

_EVIDENCE_BYTES_MIN = 8
"""Bytes beyond ASCII; about two words. With fewer any code page looks like a language, so single
rows with such bytes are rejected, as if the file were UTF-8."""

_LINE_ENDS = re.compile(rb"[\r\n]+")
_ASCII = bytes(range(128)).decode("ascii")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class Encoding(Struct, frozen=True):
    """How bytes become text: the codec's name, and where the text begins."""

    name: str
    mark_bytes: int = 0

    @property
    def errors(self) -> str:
        """How bytes that are no text are kept: as surrogates, so that they can be written again.

        The wide forms of Unicode can't: there they become U+FFFD.
        """
        return "replace" if self.is_wide else "surrogateescape"

    def length(self, text: str) -> int:
        """Return how many bytes this text took in the file."""
        if self.name == "utf-8":
            return len(text.encode("utf-8", "surrogateescape"))
        return len(text.encode(self.name)) if self.is_wide else len(text)

    @property
    def is_code_page(self) -> bool:
        """Whether a character is one byte, whose meaning nothing in the file tells."""
        return self.name != "utf-8" and not self.is_wide

    @property
    def is_wide(self) -> bool:
        """Whether a character takes two or four bytes, as in UTF-16."""
        return self.name.startswith(("utf-16", "utf-32"))


def is_decoded(text: str) -> bool:
    """Whether all of a text was really in the encoding it was read by."""
    return text.isascii() or not any("\ud800" <= c <= "\udfff" or c == _REPLACEMENT for c in text)


def detect_encoding(file: BufferedIOBase, name: str) -> Encoding:
    """Return the encoding of a file; raise ImportFileError where it is anybody's guess."""
    file.seek(0)
    head = file.read(_SAMPLE_BYTES)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return Encoding(encoding, len(mark))
    if b"\0" in head:
        return _likeliest(name, head, _UNICODE)
    sample, is_utf_8 = _sample(file)
    is_header_ascii = _LINE_ENDS.split(head.lstrip())[0].isascii()
    if is_utf_8 or (is_header_ascii and not _has_evidence(sample)):
        return Encoding("utf-8")
    return _likeliest(name, sample, _CODE_PAGES)


def stated_encoding(file: BufferedIOBase, stated: str, option: str) -> Encoding:
    """Return the encoding that was asked for; raise ImportFileError for one that is unknown."""
    codec = stated_codec(stated, option)
    file.seek(0)
    head = file.read(len(codecs.BOM_UTF32_LE))
    for mark, encoding in _BOMS:
        if head.startswith(mark) and encoding[:6] == codec[:6]:
            return Encoding(encoding, len(mark))
    return Encoding(codec)


def stated_codec(stated: str, option: str) -> str:
    """Return the codec of an encoding that was asked for; raise ImportFileError if unknown."""
    try:
        codec = codecs.lookup(stated.strip()).name
    except (LookupError, ValueError):
        codec = ""
    codec = _BYTE_ORDERS.get(codec, codec).removesuffix("-sig").replace("utf_8", "utf-8")
    if not (Encoding(codec).is_wide or codec == "utf-8" or _is_code_page(codec)):
        values = {"option": option, "value": stated, "examples": ", ".join(EXAMPLES)}
        raise ImportFileError(FileErrorCode.ENCODING, **values)
    return codec


def _is_code_page(codec: str) -> bool:
    """Whether every byte is one character, and ASCII is ASCII."""
    every = bytes(range(256))
    try:
        characters = every.decode(codec, "surrogateescape")
        return len(characters) == len(every) and characters.startswith(_ASCII)
    except (LookupError, UnicodeError):
        return False


def _sample(file: BufferedIOBase) -> tuple[bytes, bool]:
    """Return lines that are not ASCII, and whether most of them are UTF-8."""
    sample: list[bytes] = []
    size = unicode = foreign = 0
    for line in _beyond_ascii(file):
        try:
            line.decode("utf-8")
            unicode += 1
        except UnicodeDecodeError:
            foreign += 1
        sample.append(line[:_SAMPLE_BYTES])
        size += len(line)
        if size >= _SAMPLE_BYTES:
            break
    return b"\n".join(sample), unicode >= foreign


def _beyond_ascii(file: BufferedIOBase) -> Iterator[bytes]:
    """Yield the lines with bytes beyond ASCII; those longer than the sample are left out."""
    file.seek(0)
    rest, is_too_long = b"", False
    while chunk := file.read(_SAMPLE_BYTES):
        *lines, rest = _LINE_ENDS.split(rest + chunk)
        yield from (x for x in lines[is_too_long and 1 :] if not x.isascii())
        is_too_long = (is_too_long and not lines) or len(rest) > _SAMPLE_BYTES
        rest = b"" if is_too_long else rest
    if not rest.isascii():
        yield rest


def _likeliest(name: str, sample: bytes, candidates: list[str]) -> Encoding:
    """Return the best candidate, if it is better than the next and there is enough to go by."""
    matches = list(from_bytes(sample, cp_isolation=candidates))
    best = matches[0] if matches else None
    if best is not None and candidates is _CODE_PAGES:
        is_tied = any(
            _merit(match) == _merit(best) and str(match) != str(best) for match in matches[1:]
        )
        best = None if is_tied or not _has_evidence(sample) else best
    if best is None:
        names = [each.replace("_", "-") for each in candidates]
        values = {"file": name, "candidates": ", ".join(names), "option": f"--encoding {names[0]}"}
        raise ImportFileError(FileErrorCode.UNCLEAR_ENCODING, **values)
    return Encoding(codecs.lookup(best.encoding).name)


def _has_evidence(sample: bytes) -> bool:
    return len(sample.translate(None, _ASCII.encode())) >= _EVIDENCE_BYTES_MIN


def _merit(match: CharsetMatch) -> tuple[float, float]:
    """Return how chaotic and how much like a language the text would be."""
    return match.chaos, match.coherence
