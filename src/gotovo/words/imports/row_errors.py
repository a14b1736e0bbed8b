"""Why a row of an imported file is rejected: what was expected of its value."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct

from gotovo.order.refusals import Refusal
from gotovo.words.language import Language
from gotovo.words.refusals import refusal_detail
from gotovo.words.translations import Translator, msgid


class RowErrorCode(StrEnum):
    """What can be wrong with a value or a row."""

    TEXT = "text"
    SHORTER_TEXT = "shorter_text"
    CLEAN_TEXT = "clean_text"
    VISIBLE_TEXT = "visible_text"
    DECODED_TEXT = "decoded_text"
    INSTANT = "instant"
    DAY = "day"
    YEAR = "year"
    CURRENCY = "currency"
    STATUS = "status"
    COUNT = "count"
    AMOUNT = "amount"
    WHOLE_AMOUNT = "whole_amount"
    SMALLER_AMOUNT = "smaller_amount"
    AMBIGUOUS_AMOUNT = "ambiguous_amount"
    OTHER_TOTAL = "other_total"
    MORE_PAID = "more_paid"
    SMALLER_DISCOUNT = "smaller_discount"
    CELLS = "cells"
    CSV = "csv"
    SHORTER_ROW = "shorter_row"
    JSON_OBJECT = "json_object"
    DUPLICATE_NAME = "duplicate_name"
    UNCORRECTED = "uncorrected"
    DIFFERS_FROM_LINE = "differs_from_line"
    DIFFERS_FROM_IMPORTED = "differs_from_imported"
    OTHER_CUSTOMER_IN_LINE = "other_customer_in_line"
    OTHER_CUSTOMER = "other_customer"
    CONCURRENT_IMPORT = "concurrent_import"
    FREE_NUMBER = "free_number"


class RowError(Struct, frozen=True):
    """One error of a row, with the values that its sentence holds."""

    code: RowErrorCode
    values: Mapping[str, str] = {}


SENTENCES: Final = {
    RowErrorCode.TEXT: msgid("Expected a text."),
    RowErrorCode.SHORTER_TEXT: msgid("Expected at most {most} characters."),
    RowErrorCode.CLEAN_TEXT: msgid("Expected a text without control characters."),
    RowErrorCode.VISIBLE_TEXT: msgid("Expected a text with visible characters."),
    RowErrorCode.DECODED_TEXT: msgid(
        "Expected text in {encoding}. If the whole file is in another encoding, use {option}."
    ),
    RowErrorCode.INSTANT: msgid("Expected a date and a time with the UTC offset, like {example}."),
    RowErrorCode.DAY: msgid("Expected a date, like {example}."),
    RowErrorCode.YEAR: msgid("Expected a year from {first} to {last}."),
    RowErrorCode.CURRENCY: msgid("Expected the code of a currency in use, like {example}."),
    RowErrorCode.STATUS: msgid("Expected one of these: {words}."),
    RowErrorCode.COUNT: msgid("Expected a whole number from {least} to {most}."),
    RowErrorCode.AMOUNT: msgid(
        "Expected an amount in {currency} with at most {digits} decimals, like {example}."
    ),
    RowErrorCode.WHOLE_AMOUNT: msgid(
        "Expected an amount in {currency}, which has no decimals, like {example}."
    ),
    RowErrorCode.SMALLER_AMOUNT: msgid("Expected an amount from {least} to {most}."),
    RowErrorCode.AMBIGUOUS_AMOUNT: msgid(
        "This is either {with_point} ({point_option}) or {with_comma} ({comma_option}). "
        "Expected an amount that can be read in one way, like {example}, or one of these options."
    ),
    RowErrorCode.OTHER_TOTAL: msgid(
        "The goods and charges of this row cost {total} {currency}. Expected the same sum paid, or "
        "charges that make up the difference."
    ),
    RowErrorCode.MORE_PAID: msgid(
        "The charges of this row alone are {least} {currency}. Expected at least as much."
    ),
    RowErrorCode.SMALLER_DISCOUNT: msgid(
        "More is taken off than the order costs. Expected at most {most} {currency}."
    ),
    RowErrorCode.CELLS: msgid(
        "The row has {found} cells. Expected as many as the header has: {number}."
    ),
    RowErrorCode.CSV: msgid("Expected a row of CSV: a quote that is opened is also closed."),
    RowErrorCode.SHORTER_ROW: msgid("Expected a row of at most {most} bytes."),
    RowErrorCode.JSON_OBJECT: msgid("Expected a JSON object."),
    RowErrorCode.DUPLICATE_NAME: msgid("Expected each name at most once in a JSON object."),
    RowErrorCode.UNCORRECTED: msgid(
        "Expected this cell to be empty: correct the other cells of the row, then clear it."
    ),
    RowErrorCode.DIFFERS_FROM_LINE: msgid(
        "Line {line} has {before} for the same order. Expected the same: history is not edited."
    ),
    RowErrorCode.DIFFERS_FROM_IMPORTED: msgid(
        "This order was imported with {before}. Expected the same: history is not edited."
    ),
    RowErrorCode.OTHER_CUSTOMER_IN_LINE: msgid(
        "Line {line} has another customer for the same order. Expected the same: history is not "
        "edited."
    ),
    RowErrorCode.OTHER_CUSTOMER: msgid(
        "This order was imported for another customer. Expected the same: history is not edited."
    ),
    RowErrorCode.CONCURRENT_IMPORT: msgid(
        "Another import wrote this order at the same time. Import the row again."
    ),
    RowErrorCode.FREE_NUMBER: msgid("Expected an order number that is free."),
}


def row_error_text(error: RowError | Refusal, language: Language) -> str:
    """Return the sentence; a refusal of a step has the sentence it has everywhere."""
    if isinstance(error, Refusal):
        return refusal_detail(error, language)
    return Translator(language).gettext(SENTENCES[error.code], **error.values)
