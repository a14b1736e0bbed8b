"""The tree that the tidy tests check: every file that git tracks or would track, read once."""

import ast
import subprocess
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Definition(NamedTuple):
    """A function of the tree with its length in lines, without decorators."""

    place: str
    lines: int


@cache
def files() -> tuple[Path, ...]:
    """All files of the project, relative to its root, without ignored and deleted ones."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = sorted({Path(name) for name in listed.split("\0") if name})
    return tuple(path for path in paths if (ROOT / path).is_file())


@cache
def files_ending(*suffixes: str) -> tuple[Path, ...]:
    """The files whose name ends in one of the suffixes, which start with a dot."""
    return tuple(path for path in files() if path.suffix in suffixes)


@cache
def text(path: Path) -> str:
    """A file's text, empty for binary and just deleted files."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except (UnicodeDecodeError, FileNotFoundError):
        return ""


@cache
def syntax(path: Path) -> ast.Module:
    """A Python file as its syntax tree."""
    return ast.parse(text(path), filename=str(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a Python file, the outer ones before the inner ones."""
    return tuple(ast.walk(syntax(path)))


def functions(path: Path) -> list[Definition]:
    """Every function of a Python file, those inside others included."""
    return [
        Definition(f"{path}:{node.lineno} {node.name}", _last_line(node) - node.lineno + 1)
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _last_line(node: ast.stmt) -> int:
    assert node.end_lineno is not None, "the parser sets the end of each statement"
    return node.end_lineno
