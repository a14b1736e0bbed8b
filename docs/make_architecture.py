"""Writes the list of packages in ARCHITECTURE.md: `python docs/make_architecture.py`.

A package's sentence is the docstring of its `__init__.py`, so that it is written once and read in
both places.
"""  # noqa: INP001  (a script beside its pages, no package)

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "ARCHITECTURE.md"
SOURCE = ROOT / "src" / "gotovo"

_BEGIN = "<!-- Made by docs/make_architecture.py from the packages' own docstrings. -->"
_END = "<!-- End of what is made. -->"
_BLOCK = re.compile(f"(?<={re.escape(_BEGIN)}).*(?={re.escape(_END)})", re.DOTALL)


def page() -> str:
    """Return the page with the list as the packages have it now."""
    packages = "\n".join(_packages())
    return _BLOCK.sub(lambda _: f"\n{packages}\n", PAGE.read_text("utf-8"))


def _packages() -> Iterator[str]:
    """Yield a line a package, those inside another indented below it."""
    for init in sorted(SOURCE.rglob("__init__.py"), key=lambda path: path.parent.parts):
        package = init.parent.relative_to(SOURCE)
        depth = len(package.parts) - 1
        if depth < 0:
            continue
        sentence = ast.get_docstring(ast.parse(init.read_text("utf-8")))
        name = f"{package}/" if depth == 0 else f"{package.name}/"
        yield f"{'  ' * depth}- **`{name}`** {' '.join((sentence or '').split())}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
