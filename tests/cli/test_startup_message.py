"""What the start says of the pages of staff: nothing where they are, and why where they are not."""

from gotovo.cli.startup_message import staff_lines


def test_the_start_says_why_the_pages_of_staff_are_missing_and_what_to_do() -> None:
    assert staff_lines("") == []
    (line,) = staff_lines("Node could not be installed.")
    assert "everything else runs: Node could not be installed." in line
    assert "frontend/build again" in line
