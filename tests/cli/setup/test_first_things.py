"""What is planned from the answers, and which answers cannot be."""

from pathlib import Path

import pytest

from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.setup.answers import FileAnswers
from gotovo.cli.setup.first_things import plan_of
from gotovo.cli.setup.inspection import TEST_NAME, Standing
from tests.support.api.network import DEPOT, KREMLIN

NOTHING = Standing(has_admin=False, shops=(), warehouse=None, point=None, sku="", test_order=None)
WAREHOUSE = '[warehouse]\ncode = "KZN"\ntitle = "Склад"\n'
POINT = '[point]\ncode = "KZN-1"\ntitle = "Кремль"\naddress = "Казань, Баумана, 44"\n'
GOOD = '[good]\nsku = "MUG"\ntitle = "Кружка"\n'
BUYER = '[test_order]\nphone = "8 900 123-45-47"\n'


def answers(folder: Path, text: str) -> FileAnswers:
    """Return the answers of a file."""
    file = folder / "answers.toml"
    file.write_text(text, "utf-8")
    return FileAnswers(file)


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
        (WAREHOUSE.replace("KZN", "kzn"), "warehouse.code: 'kzn': expected like KZN"),
        (WAREHOUSE + 'time_zone = "Kazan"', "warehouse.timetable.time_zone: 'Kazan': expected"),
        (WAREHOUSE + 'hours = "always"', "warehouse.hours: 'always': expected like 10:00-21:00"),
        (WAREHOUSE + POINT.replace("KZN-1", "1"), "point.code: '1': expected like KZN-1"),
        (WAREHOUSE + POINT + 'hours = "noon"', "point.hours: 'noon': expected"),
        (WAREHOUSE + POINT + 'cut_off = "late"', "point.cut_off: "),
        (WAREHOUSE + POINT + 'phone = "12"', "point.phone: '12': expected like +7900"),
        (WAREHOUSE + POINT + 'handover = "smile"', "point.handover: 'smile': expected"),
        (WAREHOUSE + GOOD.replace("MUG", TEST_NAME), f"good.sku: '{TEST_NAME}': expected"),
        (WAREHOUSE + GOOD.replace("MUG", "\\u0000"), "good"),
        (WAREHOUSE + POINT + BUYER.replace("8 900", "x"), "test_order.phone: "),
        ('[shop]\ncode = "a b"\ntitle = "x"', "shop.code: 'a b': expected"),
        ('[message]\nto = "anna"', "message.to: 'anna': expected an address like"),
    ],
)
def test_an_answer_that_cannot_be_is_named_with_its_value_and_what_is_expected(
    tmp_path: Path, text: str, named: str
) -> None:
    given = answers(tmp_path, text)
    with pytest.raises(WrongUsage) as error:
        plan_of(NOTHING, given, has_mail=True)
    assert named in str(error.value)
