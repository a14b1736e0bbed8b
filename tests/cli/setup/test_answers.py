"""Answers: from a file, whose mistakes are named, or typed, and then asked for again."""

import io
import tomllib
from pathlib import Path

import pytest

from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.setup.answers import AskedAnswers, FileAnswers, NobodyAnswers, ask_language
from gotovo.cli.setup.example import example_lines
from gotovo.cli.setup.first_things import plan_of
from gotovo.cli.setup.inspection import NOTHING
from gotovo.cli.setup.questions import (
    NEEDS,
    OFFERS,
    RARE,
    SECTIONS,
    GoodAnswers,
    SettingsAnswers,
    ShopAnswers,
    questions_of,
)
from gotovo.words.language import LANGUAGES, Language
from gotovo.words.translations import Translator

ENGLISH = Translator("en")
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
        ("[shops]", "shops: unknown; expected one of settings, shop, warehouse"),
        ("good = 1", "good: 1: expected a table, [good]"),
        ('[good]\nsku = "A"', "good.title: '': expected: an answer, and there is none"),
        (f"{GOOD}quantity = 0", "good.quantity: 0: expected: Units of it in the warehouse, 1 to"),
        (f'{GOOD}quantity = "1"', "good.quantity: '1': expected: Units"),
        (GOOD.replace("B", "B" * 501), "good.title: 'B"),
        (GOOD.replace("B", "B" * 501), "…: expected: at most 500 characters"),
        (f"{GOOD}price = 1", "good.price: unknown; expected one of sku, title, quantity"),
    ],
)
def test_a_wrong_answer_in_a_file_is_named_before_anything_is_made(
    tmp_path: Path, text: str, named: str
) -> None:
    with pytest.raises(WrongUsage) as error:
        FileAnswers(file_with(tmp_path, text), ENGLISH)
    assert named in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match=r"nowhere\.toml: No such file"):
        FileAnswers(tmp_path / "nowhere.toml", ENGLISH)


def test_a_section_that_a_file_has_is_read_and_one_that_it_lacks_is_none(tmp_path: Path) -> None:
    answers = FileAnswers(file_with(tmp_path, GOOD), ENGLISH)
    assert answers.section("good", GoodAnswers, lambda x: x) == GoodAnswers("A", "B", 1)
    assert answers.section("shop", ShopAnswers, lambda x: x) is None


def type_in(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Answer the questions that come with these lines, and nothing more."""
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_only_a_wrong_answer_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_in(monkeypatch, "y", "A", "", "B", "many", "")
    assert AskedAnswers(ENGLISH).section("good", GoodAnswers, lambda x: x) == GoodAnswers("A", "B")
    said = capsys.readouterr().err
    assert "Receive the first good? [YES/no]" in said
    assert "This one needs an answer." in said
    assert "good.quantity: 'many': expected: Units of it in the warehouse" in said
    assert said.count("SKU of the first good") == 1


def test_questions_are_asked_in_russian_and_understand_both_languages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for agreed in ("д", "Да", "y", "YES"):
        type_in(monkeypatch, "может быть", agreed, "A", "Б", "много", "2")
        asked = AskedAnswers(Translator("ru"))
        assert asked.section("good", GoodAnswers, lambda x: x) == GoodAnswers("A", "Б", 2)
    said = capsys.readouterr().err
    assert "'может быть': ожидалось: [ДА/нет]" in said
    assert "good.quantity: 'много': ожидалось: Сколько его на складе" in said


def test_what_hangs_on_an_answer_that_was_left_empty_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_in(monkeypatch, "y", "https://a.example", *[""] * 8)
    settings = AskedAnswers(ENGLISH).section("settings", SettingsAnswers, lambda x: x)
    assert settings == SettingsAnswers("https://a.example")
    assert "Sender of e-mail" not in capsys.readouterr().err
    names = [each.name for each in questions_of(SettingsAnswers)]
    assert [(name, needed) for name, needed in NEEDS.items() if needed not in names] == []


@pytest.mark.parametrize("answer", ["n", "no", "нет"])
def test_what_is_left_for_later_is_none(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, kind in SECTIONS.items():
        type_in(monkeypatch, answer)
        assert AskedAnswers(Translator("ru")).section(name, kind, lambda x: x) is None


def test_where_nobody_answers_the_questions_end(monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch)
    with pytest.raises(NobodyAnswers) as error:
        AskedAnswers(ENGLISH).section("good", GoodAnswers, lambda x: x)
    assert not error.value.is_interrupted


def test_the_language_is_asked_until_it_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, "fr", "RU")
    assert ask_language(LANGUAGES) == "ru"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_is_a_file_of_answers_that_works_as_it_is(
    language: Language, tmp_path: Path
) -> None:
    words = Translator(language)
    text = "\n".join(example_lines(words))
    file = file_with(tmp_path, text)
    plan = plan_of(NOTHING, FileAnswers(file, words), has_mail=True)
    assert plan.warehouse is not None
    assert plan.point is not None
    assert (plan.point.code, plan.good is not None, plan.buyer is not None) == ("KZN-1", True, True)
    assert (plan.shop, plan.mail_to) == (None, "")
    whole = tomllib.loads(uncommented(text))
    assert whole.keys() == SECTIONS.keys() == OFFERS.keys() >= RARE
    for section, kind in SECTIONS.items():
        assert list(whole[section]) == [each.name for each in questions_of(kind)]
        assert all(each.text(words) in text for each in questions_of(kind))


def uncommented(text: str) -> str:
    """Return a file of answers with everything in it that may be left out."""
    lines = (line.removeprefix("# ") for line in text.splitlines())
    return "\n".join(line for line in lines if line.startswith("[") or " = " in line)
