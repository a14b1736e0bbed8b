"""Sizes: what does not fit on a few screens is not read, and what is not read goes wrong.

The order services of other projects grew to thousands of lines one harmless line at a time. Nobody
decides on such a file, so nobody stops it either; a figure does.
"""

from collections import Counter

from tests.tidy.tree import files, files_ending, functions, text

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
TEMPLATE_LINES_MAX = 120
LINE_CHARACTERS_MAX = 100
FOLDER_FILES_MAX = 15

UNBOUNDED_FOLDERS = frozenset({"src/gotovo/store/schema", "src/gotovo/order/steps"})
"""Migrations only grow in number, and an order's life has as many steps as it has."""

CODE = (".py", ".sql", ".css", ".js", ".ts", ".sh")
TEMPLATES = (".html", ".jinja", ".j2")


def test_no_file_of_code_is_longer_than_four_hundred_lines() -> None:
    lengths = {str(path): len(text(path).splitlines()) for path in files_ending(*CODE)}
    assert lengths, "there is code to measure"
    assert {path: count for path, count in lengths.items() if count > FILE_LINES_MAX} == {}


def test_no_function_is_longer_than_sixty_lines() -> None:
    found = [definition for path in files_ending(".py") for definition in functions(path)]
    assert found, "there are functions to measure"
    assert [definition for definition in found if definition.lines > FUNCTION_LINES_MAX] == []


def test_no_folder_of_the_program_holds_more_than_fifteen_files() -> None:
    """A folder that does not fit on half a screen is a heap: nobody sees what is missing in it."""
    folders = Counter(str(path.parent) for path in files() if path.is_relative_to("src"))
    assert folders, "there are folders to count"
    assert {
        folder: count
        for folder, count in folders.items()
        if count > FOLDER_FILES_MAX and folder not in UNBOUNDED_FOLDERS
    } == {}


def test_no_template_is_longer_than_a_hundred_and_twenty_lines() -> None:
    lengths = {str(path): len(text(path).splitlines()) for path in files_ending(*TEMPLATES)}
    assert {path: count for path, count in lengths.items() if count > TEMPLATE_LINES_MAX} == {}


def test_no_line_of_code_is_longer_than_a_hundred_characters() -> None:
    assert [
        f"{path}:{number} has {len(line)}"
        for path in files_ending(*CODE, *TEMPLATES)
        for number, line in enumerate(text(path).splitlines(), start=1)
        if len(line) > LINE_CHARACTERS_MAX
    ] == []
