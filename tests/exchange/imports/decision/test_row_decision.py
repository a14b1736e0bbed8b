"""A dry run decides every row as the real run does, and says what is different from what."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from gotovo.exchange.imports.files.row import ImportRow
from gotovo.exchange.imports.importer import ROWS_AT_ONCE, ImportCounts
from gotovo.order.values.order import Outcome
from gotovo.words.imports.row_errors import row_error_text
from tests.support.exchange.importing import DELIVERED, Importing, olist

PLACED = DELIVERED.replace("delivered", "created").replace(
    "2018-07-26T03:24:00-03:00,2018-07-26T14:31:00-03:00,2018-08-07T15:27:00-03:00", ",,"
)
SHIPPED = DELIVERED.replace("delivered", "shipped").replace("2018-08-07T15:27:00-03:00", "")
CANCELLED = PLACED.replace("created", "canceled")
UNAVAILABLE = PLACED.replace("created", "unavailable")
DEARER = DELIVERED.replace("141.46", "150.00")
PROMISED_LATER = DELIVERED.replace("2018-08-13", "2018-08-14")
OTHER_CUSTOMER = DELIVERED.replace("c-1", "c-2")
LATER = DELIVERED.replace("2018-08-07T15", "2018-08-07T16")
BROKEN = DELIVERED.replace("delivered", "gone")
VERSIONS = (
    PLACED, SHIPPED, DELIVERED, CANCELLED, UNAVAILABLE, DEARER, PROMISED_LATER, OTHER_CUSTOMER,
    LATER, BROKEN,
)  # fmt: skip


def reasons(rows: Sequence[ImportRow]) -> list[tuple[int, str, str, str]]:
    return [
        (row.line, why.column, why.value, row_error_text(why.error, "en"))
        for row in rows
        if (why := row.rejection)
    ]


def outcome(count: ImportCounts) -> tuple[int, int, int, int]:
    return count.imported, count.present, count.rejected, count.contradictions


async def test_a_row_that_comes_twice_is_imported_once() -> None:
    importing = Importing()
    assert outcome(await importing.carry(olist(DELIVERED, DELIVERED), dry=True)) == (1, 1, 0, 0)
    assert outcome(await importing.carry(olist(DELIVERED, DELIVERED))) == (1, 1, 0, 0)


async def test_a_row_that_differs_from_an_earlier_one_names_both_values_and_its_line() -> None:
    importing = Importing()
    await importing.carry(olist(DELIVERED, DEARER, OTHER_CUSTOMER, LATER), dry=True)
    told = reasons(importing.rejects.rows)
    assert [each[:3] for each in told] == [
        (3, "paid_brl", "150.00"),
        (4, "customer_id", "c-2"),
        (5, "delivered_at", "2018-08-07T16:27:00-03:00"),
    ]
    assert [each[3].partition(". ")[0] for each in told] == [
        "Line 2 has 141.46 BRL for the same order",
        "Line 2 has another customer for the same order",
        "Line 2 has 2018-08-07T18:27:00Z for the same order",
    ]


async def test_a_row_that_differs_from_an_earlier_import_says_so() -> None:
    importing = Importing()
    await importing.carry(olist(CANCELLED))
    count = await importing.carry(olist(UNAVAILABLE))
    assert outcome(count) == (0, 0, 1, 0)
    ((line, column, value, text),) = reasons(importing.rejects.rows)
    assert (line, column, value) == (2, "status", "unavailable")
    assert text.startswith("This order was imported with customer_request.")


async def test_nothing_of_a_row_that_is_rejected_is_written() -> None:
    """The hand-over would be new, but the sum is another."""
    importing = Importing()
    shipped_dearer = SHIPPED.replace("141.46", "150.00")
    count = await importing.carry(olist(shipped_dearer, DELIVERED))
    assert outcome(count) == (1, 0, 1, 0)
    assert importing.only().outcome is None


async def test_a_row_goes_on_from_where_its_order_stands() -> None:
    importing = Importing()
    count = await importing.carry(olist(PLACED, SHIPPED, DELIVERED))
    assert outcome(count) == (3, 0, 0, 0)
    assert importing.only().outcome is Outcome.ISSUED


async def test_a_step_that_the_order_no_longer_takes_is_refused_with_its_column() -> None:
    importing = Importing()
    await importing.carry(olist(CANCELLED))
    await importing.carry(olist(DELIVERED), dry=True)
    ((_, column, value, _),) = reasons(importing.rejects.rows)
    assert (column, value) == ("approved_at", "2018-07-26T03:24:00-03:00")


async def test_rows_far_apart_are_known_to_belong_together() -> None:
    others = [DELIVERED.replace("o-1", f"x-{n}") for n in range(3 * ROWS_AT_ONCE)]
    text = olist(SHIPPED, *others, DELIVERED, DEARER)
    dry, real = Importing(), Importing()
    assert outcome(await dry.carry(text, dry=True)) == outcome(await real.carry(text))
    assert reasons(dry.rejects.rows) == reasons(real.rejects.rows)


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from(VERSIONS), max_size=3),
    st.lists(
        st.sampled_from([row.replace("o-1", name) for row in VERSIONS for name in ("o-1", "o-2")]),
        min_size=1,
        max_size=8,
    ),
)
async def test_a_dry_run_promises_exactly_what_the_real_run_does(
    before: list[str], rows: list[str]
) -> None:
    importing = Importing()
    await importing.carry(olist(*before))
    importing.rejects.rows.clear()
    promised = outcome(await importing.carry(olist(*rows), dry=True))
    told = reasons(importing.rejects.rows)
    importing.rejects.rows.clear()
    assert outcome(await importing.carry(olist(*rows))) == promised
    assert reasons(importing.rejects.rows) == told
    again = await importing.carry(olist(*rows), dry=True)
    assert again.imported == 0
