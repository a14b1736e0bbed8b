"""Segments as operators bill them: the limits of both alphabets, and what is never split."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.notices.channels.sms.segments import is_gsm7, segments_of


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "count"),
    [
        ("", "gsm7", 0, 1),
        ("a" * 160, "gsm7", 160, 1),
        ("a" * 161, "gsm7", 161, 2),
        ("a" * 306, "gsm7", 306, 2),
        ("a" * 307, "gsm7", 307, 3),
        ("€" * 80, "gsm7", 160, 1),
        ("€" * 81, "gsm7", 162, 2),
        # 76 escapes fill 152 of 153 septets: the 77th begins the next segment.
        ("€" * 152, "gsm7", 304, 2),
        ("€" * 153, "gsm7", 306, 3),
        ("a" * 152 + "[" + "a" * 152, "gsm7", 306, 3),
        ("я" * 70, "ucs2", 70, 1),
        ("я" * 71, "ucs2", 71, 2),
        ("я" * 134, "ucs2", 134, 2),
        ("я" * 135, "ucs2", 135, 3),
        ("a" * 69 + "я", "ucs2", 70, 1),
        ("😀" * 35, "ucs2", 70, 1),
        # 33 pairs fill 66 of 67 units: the 34th begins the next segment.
        ("😀" * 66, "ucs2", 132, 2),
        ("😀" * 67, "ucs2", 134, 3),
        ("я" * 66 + "😀" + "я" * 66, "ucs2", 134, 3),
        ("no-break\u00a0space", "ucs2", 14, 1),
        ("`", "ucs2", 1, 1),
    ],
)
def test_a_text_has_its_segments(text: str, alphabet: str, units: int, count: int) -> None:
    segments = segments_of(text)
    assert (segments.alphabet, segments.units, segments.count) == (alphabet, units, count)


GSM7 = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVW"
    "XYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


def test_the_default_alphabet_has_127_characters_and_an_escape() -> None:
    assert len(set(GSM7)) == 127
    assert all(is_gsm7(letter) and segments_of(letter).units == 1 for letter in GSM7)
    assert all(segments_of(letter).units == 2 for letter in "\f^{}\\[~]|€")
    others = [chr(point) for point in range(0x500) if not is_gsm7(chr(point))]
    assert len(others) == 0x500 - 127 - 9 + len([x for x in GSM7 if ord(x) >= 0x500])


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=400))
def test_segments_hold_their_text_and_no_fewer_would(text: str) -> None:
    segments = segments_of(text)
    single, joined, slack = (160, 153, 1) if segments.alphabet == "gsm7" else (70, 67, 1)
    if segments.count == 1:
        assert segments.units <= single
    else:
        assert segments.units > single
        assert (segments.count - 1) * (joined - slack) < segments.units <= segments.count * joined
    if segments.alphabet == "ucs2":
        assert segments.units == len(text.encode("utf-16-be")) // 2
