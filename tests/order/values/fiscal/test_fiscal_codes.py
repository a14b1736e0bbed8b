"""Rates of VAT: those of goods, and those of money paid in advance."""

from gotovo.order.values.fiscal.fiscal_codes import VatRate


def test_money_paid_in_advance_has_the_part_of_the_sum_that_will_be_vat() -> None:
    assert {rate: rate.calculated for rate in VatRate if rate.calculated != rate} == {
        VatRate.FIVE: VatRate.FIVE_OF_105,
        VatRate.SEVEN: VatRate.SEVEN_OF_107,
        VatRate.TEN: VatRate.TEN_OF_110,
        VatRate.TWENTY_TWO: VatRate.TWENTY_TWO_OF_122,
    }


def test_a_calculated_rate_stays_itself() -> None:
    for rate in VatRate:
        assert rate.calculated.calculated is rate.calculated
        assert rate.is_calculated == (len(rate.removeprefix("vat")) == 3)
