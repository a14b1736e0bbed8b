"""The picture is a self-contained SVG with a bar for each ratio."""

from xml.etree import ElementTree as ET

from gotovo.bench.report.picture import WIDTH, picture
from tests.support.bench.reports import report

SVG = "{http://www.w3.org/2000/svg}"
CHARACTER = 8
"""Pixels of a letter in the widest common font."""


def test_the_picture_is_xml_with_a_bar_a_tick_and_words_for_each_ratio() -> None:
    root = ET.fromstring(picture(report()))  # noqa: S314  (our own)
    kinds = [rect.get("class") for rect in root.iter(f"{SVG}rect")]
    assert (kinds.count("track"), kinds.count("met"), kinds.count("missed")) == (3, 2, 1)
    assert len(list(root.iter(f"{SVG}line"))) == 3
    texts = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert "One command per request & 32 connections" in texts
    assert any("≥ 2 × limits.tx: not met" in each for each in texts)


def test_everything_is_within_the_picture_and_nothing_is_loaded() -> None:
    root = ET.fromstring(picture(report()))  # noqa: S314  (our own)
    height = int((root.get("viewBox") or "").split()[3])
    for text in root.iter(f"{SVG}text"):
        assert int(text.get("x", "0")) + CHARACTER * len(text.text or "") < WIDTH
        assert 0 < int(text.get("y", "0")) < height
    for rect in root.iter(f"{SVG}rect"):
        assert float(rect.get("x", "0")) + float(rect.get("width", "0")) <= WIDTH
    drawn = picture(report())
    assert "prefers-color-scheme: dark" in drawn
    assert drawn.count("http") == 1, "the namespace alone"
