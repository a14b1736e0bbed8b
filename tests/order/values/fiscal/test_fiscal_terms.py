"""The terms of a shop are taken from the most particular that is said."""

import msgspec
import pytest
from msgspec import structs

from gotovo.order.values.fiscal.fiscal_codes import AgentSign, VatRate
from gotovo.order.values.fiscal.fiscal_terms import (
    FiscalTerms,
    GoodsTerms,
    Supplier,
    is_inn,
    wrong_inn,
    wrong_rate,
)
from gotovo.order.values.order import Line
from tests.support.payments.fiscal_samples import TERMS


@pytest.mark.parametrize(
    ("sku", "goods_class", "vat"),
    [
        ("cup", "food", VatRate.NONE),
        ("tea", "food", VatRate.TEN),
        ("tea", "", VatRate.TWENTY_TWO),
        ("tea", "toys", VatRate.TWENTY_TWO),
    ],
)
def test_a_sku_comes_before_its_class(sku: str, goods_class: str, vat: VatRate) -> None:
    assert TERMS.of(Line(sku, "", 1, 100, goods_class)).vat is vat


def test_a_rate_of_money_paid_in_advance_is_no_rate_of_goods() -> None:
    assert not wrong_rate(TERMS)
    wrong = GoodsTerms(VatRate.TEN_OF_110)
    assert wrong_rate(structs.replace(TERMS, goods=wrong)) == "goods.vat"
    assert wrong_rate(structs.replace(TERMS, by_sku={"a": wrong})) == "by_sku.a.vat"
    assert wrong_rate(structs.replace(TERMS, by_class={"b": wrong})) == "by_class.b.vat"
    assert wrong_rate(structs.replace(TERMS, delivery_vat=wrong.vat)) == "delivery_vat"


@pytest.mark.parametrize(
    "changed",
    [
        {"inn": "123"},
        {"inn": "7712345671\n"},
        {"goods": {"vat": "vat20"}},
        {"email": "nobody"},
        {"site": ""},
        {"colour": "red"},
    ],
)
def test_what_is_not_on_the_lists_is_refused(changed: dict[str, object]) -> None:
    sound = msgspec.to_builtins(TERMS)
    assert msgspec.convert(sound, FiscalTerms) == TERMS
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(sound | changed, FiscalTerms)


@pytest.mark.parametrize(
    ("inn", "is_right"),
    [
        ("7707083893", True),
        ("7707083892", False),
        ("7770083893", False),
        ("500100732259", True),
        ("500100732258", False),
        ("500100732269", False),
    ],
)
def test_an_inn_has_its_check_digits(inn: str, *, is_right: bool) -> None:
    assert is_inn(inn) is is_right


def test_a_mistyped_inn_is_named_by_its_field() -> None:
    assert wrong_inn(TERMS) == ("", "")
    wrong = "7707083892"
    assert wrong_inn(structs.replace(TERMS, inn=wrong)) == ("inn", wrong)
    supplier = Supplier(AgentSign.AGENT, wrong, "ООО «Чай»", "+79001234567")
    theirs = GoodsTerms(VatRate.TEN, supplier=supplier)
    assert wrong_inn(structs.replace(TERMS, by_sku={"a": theirs})) == (
        "by_sku.a.supplier.inn",
        wrong,
    )
