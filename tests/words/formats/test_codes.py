"""A pick-up code and a sign-in code never look alike."""

from gotovo.words.formats.codes import format_order_number, format_pickup_code


def test_an_order_number_stands_in_groups_of_four_on_one_line() -> None:
    assert format_order_number("123456789012") == "1234\xa05678\xa09012"


def test_a_pickup_code_stands_in_two_groups_on_one_line() -> None:
    assert format_pickup_code("123456") == "123\xa0456"
