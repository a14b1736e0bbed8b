"""Answers: from a file, whose mistakes are named, or typed, and then asked for again."""

import io
from pathlib import Path

import pytest

from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.setup.answers import SECTIONS, AskedAnswers, FileAnswers, GoodAnswers, ShopAnswers

GOOD = '[good]\nsku = "A"\ntitle = "B"\n'


def file_with(folder: Path, text: str) -> Path:
    """Return a file of answers."""
    file = folder / "answers.toml"
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("= 1", "answers.toml: "),
        ("[shops]", "shops: unknown; expected sections are: settings, shop, warehouse"),
        ("good = 1", "good: 1: expected a table, [good]"),
        ('[good]\nsku = "A"', "good.title: missing"),
        (f"{GOOD}quantity = 0", "good.quantity: 0: Expected `int` >= 1"),
        (f'{GOOD}quantity = "1"', "good.quantity: '1': Expected `int`"),
        (f"{GOOD}price = 1", "good.price: unknown; expected sku, title, quantity"),
    ],
)
def test_a_wrong_answer_in_a_file_is_named_before_anything_is_made(
    tmp_path: Path, text: str, named: str
) -> None:
    with pytest.raises(WrongUsage) as error:
        FileAnswers(file_with(tmp_path, text))
    assert named in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match=r"nowhere\.toml: No such file"):
        FileAnswers(tmp_path / "nowhere.toml")


def test_a_section_that_a_file_has_is_read_and_one_that_it_lacks_is_none(tmp_path: Path) -> None:
    answers = FileAnswers(file_with(tmp_path, '[good]\nsku = "A"\ntitle = "B"'))
    assert answers.section("good", GoodAnswers, lambda x: x) == GoodAnswers("A", "B", 1)
    assert answers.section("shop", ShopAnswers, lambda x: x) is None


def test_a_wrong_answer_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\nA\nB\nmany\n\nA\nB\n\n"))
    assert AskedAnswers().section("good", GoodAnswers, lambda x: x) == GoodAnswers("A", "B", 1)
    said = capsys.readouterr().err
    assert "Receive the first good now? [Y/n]" in said
    assert "good.quantity: 'many': Expected `int`" in said


def test_what_is_left_for_later_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert AskedAnswers().section("good", GoodAnswers, lambda x: x) is None


@pytest.mark.parametrize("name", SECTIONS)
def test_every_section_can_be_left_for_later(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert AskedAnswers().section(name, SECTIONS[name], lambda x: x) is None
