"""A receipt says what the shop's terms and the law say of each of its items."""

import msgspec
from msgspec import structs

from gotovo.order.ledger.fiscal_moves import moves_of
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.placement import NewLine
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.values.fiscal.fiscal_codes import (
    FiscalKind,
    PaymentSubject,
    SettlementMethod,
    VatRate,
)
from gotovo.order.values.order import Units
from gotovo.payments.receipts.fiscal_document import (
    TITLE_MAX,
    FiscalDocument,
    decoded,
    encoded,
    fiscal_document,
)
from tests.support.order import stories
from tests.support.order.cast import CHARGED_COST, CHARGES, SHOP, Play, basket
from tests.support.payments.fiscal_samples import SUPPLIER, TERMS


def documents(play: Play) -> list[FiscalDocument]:
    made: list[FiscalDocument] = []
    for move in moves_of(play.history):
        made.append(fiscal_document(play.order, move, TERMS, made))
    return made


def test_a_prepayment_has_calculated_rates_and_a_settlement_full_ones() -> None:
    paid, handed_over = documents(stories.issued())
    assert [item.vat for item in paid.items] == [
        VatRate.TWENTY_TWO_OF_122,
        VatRate.NONE,
        VatRate.TWENTY_TWO_OF_122,
    ]
    assert {item.method for item in paid.items} == {SettlementMethod.FULL_PREPAYMENT}
    assert [item.vat for item in handed_over.items] == [
        VatRate.TWENTY_TWO,
        VatRate.NONE,
        VatRate.TWENTY_TWO,
    ]
    assert {item.method for item in handed_over.items} == {SettlementMethod.FULL_PAYMENT}
    assert (paid.electronic, paid.offset) == (1350, 0)
    assert (handed_over.electronic, handed_over.offset) == (0, 1350)
    assert not paid.is_refund


def test_goods_of_another_name_their_supplier() -> None:
    (paid, _) = documents(stories.issued())
    assert [item.supplier for item in paid.items] == [None, SUPPLIER, None]


def test_a_goods_class_has_its_own_rate_and_a_sku_comes_first() -> None:
    food = structs.replace(TERMS.goods, vat=VatRate.TEN)
    terms = structs.replace(TERMS, by_class={"food": food}, by_sku={})
    play = Play().do(basket(lines=(NewLine("tea", "Чай", 1, 100, "food"),)))
    play.do(stories.pay(100))
    (move,) = moves_of(play.history)
    assert fiscal_document(play.order, move, terms).items[0].vat is VatRate.TEN_OF_110
    own = structs.replace(terms, by_sku={"tea": structs.replace(food, vat=VatRate.FIVE)})
    assert fiscal_document(play.order, move, own).items[0].vat is VatRate.FIVE_OF_105


def test_the_delivery_is_a_service_under_its_name() -> None:
    play = Play().do(basket(charges=CHARGES)).do(stories.pay(CHARGED_COST))
    (paid,) = documents(play)
    fee = paid.items[-1]
    assert (fee.title, fee.subject, fee.amount) == ("Доставка", PaymentSubject.SERVICE, 199)
    assert paid.total == CHARGED_COST == sum(item.amount for item in paid.items)


def test_money_for_no_goods_is_an_advance() -> None:
    (paid,) = documents(stories.placed().do(stories.pay(1400)))
    last = paid.items[-1]
    assert (last.title, last.method) == ("Аванс", SettlementMethod.ADVANCE)
    assert last.subject is PaymentSubject.PAYMENT


def test_parts_of_the_sum_are_prepayments() -> None:
    play = stories.placed().do(stories.pay(1000, "a")).do(stories.pay(350, "b"))
    methods = {item.method for made in documents(play) for item in made.items}
    assert methods == {SettlementMethod.PREPAYMENT}


def test_what_is_refused_at_the_desk_goes_back_as_it_was_paid() -> None:
    play = stories.shelved()
    play.do(HandOver(code=play.code(), refused=(Units(2, 1),)))
    play.do(CompleteRefund(play.order.refunds[-1].id, "rf-1"), by=SHOP)
    *_, refund = documents(play)
    assert (refund.kind, refund.is_refund) == (FiscalKind.REFUND, True)
    (item,) = refund.items
    assert (item.line, item.method, item.supplier) == (
        2,
        SettlementMethod.FULL_PREPAYMENT,
        SUPPLIER,
    )
    assert refund.refund == "rf-1"


def test_a_long_title_is_cut_and_an_empty_one_is_the_sku() -> None:
    lines = (NewLine("tea", "Ч" * 300, 1, 100), NewLine("cup", "", 1, 100))
    (paid,) = documents(Play().do(basket(lines=lines)).do(stories.pay(200)))
    assert [len(item.title) for item in paid.items] == [TITLE_MAX, 3]


def test_a_stored_receipt_is_the_same_again() -> None:
    for made in documents(stories.issued()):
        stored = encoded(made)
        assert decoded(stored) == made
        assert encoded(decoded(stored)) == stored
        assert "phone" not in msgspec.json.decode(stored)
