"""Codes of fiscal receipts: closed lists of the Federal Tax Service, with the tag of each.

The formats are those of order ЕД-7-20/662@ (version 1.2). Rates are those in force since
2026-01-01: 22 % has taken the place of 20 %.
"""

from enum import StrEnum
from typing import Final


class VatRate(StrEnum):
    """A rate of VAT (tag 1199); those of a part that the sum contains are `calculated`."""

    NONE = "none"  # the seller pays no VAT
    ZERO = "vat0"
    FIVE = "vat5"  # simplified system, up to its first limit
    SEVEN = "vat7"  # simplified system, up to its second limit
    TEN = "vat10"  # food, goods for children, books
    TWENTY_TWO = "vat22"
    FIVE_OF_105 = "vat105"
    SEVEN_OF_107 = "vat107"
    TEN_OF_110 = "vat110"
    TWENTY_TWO_OF_122 = "vat122"

    @property
    def calculated(self) -> "VatRate":
        """Return the rate that money paid in advance has: the part of it that will be VAT."""
        return _CALCULATED.get(self, self)

    @property
    def is_calculated(self) -> bool:
        """Return whether this is a rate of money paid in advance, which no goods have."""
        return self in _CALCULATED.values()


_CALCULATED: Final = {
    VatRate.FIVE: VatRate.FIVE_OF_105,
    VatRate.SEVEN: VatRate.SEVEN_OF_107,
    VatRate.TEN: VatRate.TEN_OF_110,
    VatRate.TWENTY_TWO: VatRate.TWENTY_TWO_OF_122,
}


class PaymentSubject(StrEnum):
    """What is paid for (tag 1212). Marked and excise goods need codes that no order has."""

    COMMODITY = "commodity"  # 1
    JOB = "job"  # 3
    SERVICE = "service"  # 4
    PAYMENT = "payment"  # 10: money paid in advance for no goods


class SettlementMethod(StrEnum):
    """How an item is settled (tag 1214); credit (5..7) is given to nobody here."""

    FULL_PREPAYMENT = "full_prepayment"  # 1: all of it, before the hand-over
    PREPAYMENT = "prepayment"  # 2: a part of it, before the hand-over
    ADVANCE = "advance"  # 3: money for which no goods are known
    FULL_PAYMENT = "full_payment"  # 4: settled when it is handed over


class TaxSystem(StrEnum):
    """The seller's system of taxation (tag 1055)."""

    GENERAL = "osn"
    SIMPLIFIED_INCOME = "usn_income"
    SIMPLIFIED_PROFIT = "usn_income_outcome"
    AGRICULTURAL = "esn"
    PATENT = "patent"


class AgentSign(StrEnum):
    """As what the seller sells goods of another (tag 1222)."""

    ATTORNEY = "attorney"  # in the supplier's name
    COMMISSION_AGENT = "commission_agent"  # in their own name, for the supplier
    AGENT = "another"  # any other agent


class FiscalKind(StrEnum):
    """What a receipt is about."""

    PREPAYMENT = "prepayment"  # money was captured before the hand-over
    SETTLEMENT = "settlement"  # goods were handed over, paid by what was paid in advance
    REFUND = "refund"  # money went back to the buyer
    REVERSAL = "reversal"  # a settlement that was a mistake: its sum is paid in advance again
