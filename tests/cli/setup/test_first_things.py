"""What is planned from the answers, and which answers cannot be."""

from pathlib import Path

import pytest

from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.setup.answers import FileAnswers
from gotovo.cli.setup.first_things import plan_of
from gotovo.cli.setup.inspection import NOTHING, TEST_NAME, Standing
from gotovo.words.translations import Translator
from tests.support.api.network import DEPOT, KREMLIN

WAREHOUSE = '[warehouse]\ncode = "KZN"\ntitle = "Склад"\n'
POINT = '[point]\ncode = "KZN-1"\ntitle = "Кремль"\naddress = "Казань, Баумана, 44"\n'
GOOD = '[good]\nsku = "MUG"\ntitle = "Кружка"\n'
BUYER = '[test_order]\nphone = "8 900 123-45-47"\n'


def answers(folder: Path, text: str) -> FileAnswers:
    """Return the answers of a file."""
    file = folder / "answers.toml"
    file.write_text(text, "utf-8")
    return FileAnswers(file, Translator("en"))


def test_everything_that_is_missing_and_answered_for_is_planned(tmp_path: Path) -> None:
    plan = plan_of(NOTHING, answers(tmp_path, WAREHOUSE + POINT + GOOD + BUYER), has_mail=False)
    assert plan.with_key
    assert plan.warehouse is not None
    assert plan.point is not None
    assert plan.point.warehouse == plan.warehouse.code == "KZN"
    assert plan.good is not None
    assert plan.buyer is not None
    assert plan.buyer.phone == "+79001234547"


def test_what_stands_is_not_planned_again(tmp_path: Path) -> None:
    standing = Standing(
        has_admin=True,
        shops=("books",),
        warehouse=DEPOT,
        point=KREMLIN,
        sku="MUG",
        test_order=None,
    )
    plan = plan_of(standing, answers(tmp_path, WAREHOUSE + POINT + GOOD), has_mail=False)
    assert (plan.with_key, plan.shop, plan.warehouse, plan.point, plan.good) == (
        False, None, None, None, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (WAREHOUSE.replace("KZN", "kzn"), "warehouse.code: 'kzn': expected: Code of the warehouse"),
        (
            WAREHOUSE + 'time_zone = "Kazan"',
            "warehouse.time_zone: 'Kazan': expected: Time zone, like",
        ),
        (
            WAREHOUSE + 'hours = "always"',
            "warehouse.hours: 'always': expected: Hours of dispatch, like",
        ),
        (
            WAREHOUSE + POINT.replace("KZN-1", "1"),
            "point.code: '1': expected: Code of the point: capital letters",
        ),
        (WAREHOUSE + POINT + 'hours = "noon"', "point.hours: 'noon': expected: Opening hours"),
        (
            WAREHOUSE + POINT + 'hours = "10:00-21:00, fri 12:00-18:00"',
            "18:00': expected: hours of a day that follow each other and do not overlap",
        ),
        (WAREHOUSE + POINT.replace("Кремль", "\\u0007"), "point.title: '\\x07': expected: What"),
        (
            WAREHOUSE + POINT.replace("KZN-1", "1") + 'hours = "noon"',
            "point.hours: 'noon'",
        ),
        (
            WAREHOUSE + POINT + 'cut_off = "late"',
            "point.cut_off: 'late': expected: Paid until then",
        ),
        (WAREHOUSE + POINT + 'phone = "12"', "point.phone: '12': expected: Phone of the point"),
        (
            WAREHOUSE + POINT + 'handover = "smile"',
            "point.handover: 'smile': expected: What a buyer shows",
        ),
        (WAREHOUSE + GOOD.replace("MUG", TEST_NAME), f"good.sku: '{TEST_NAME}': expected: SKU"),
        (WAREHOUSE + GOOD.replace("MUG", "\\u0000"), "good.sku: '\\x00': expected: SKU"),
        (
            WAREHOUSE + POINT + BUYER.replace("8 900", "x"),
            "test_order.phone: 'x 123-45-47': expected: Your phone",
        ),
        ('[shop]\ncode = "a b"\ntitle = "x"', "shop.code: 'a b': expected: Code of the shop"),
        ('[message]\nto = "anna"', "message.to: 'anna': expected: Your e-mail address"),
    ],
)
def test_an_answer_that_cannot_be_is_named_with_its_value_and_what_is_expected(
    tmp_path: Path, text: str, named: str
) -> None:
    given = answers(tmp_path, text)
    with pytest.raises(WrongUsage) as error:
        plan_of(NOTHING, given, has_mail=True)
    assert named in str(error.value)
