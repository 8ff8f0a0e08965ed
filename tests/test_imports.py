"""Tests the map of the press: its modules import upwards only, and each library has the importers named there."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import press

FOLDER = Path(press.__file__).parent
COMMON = {"markupsafe", "pydantic_core"}
"""Small libraries that come with a larger one: Jinja2's safe strings, pydantic's errors."""


class Row(NamedTuple):
    """A module in the map."""

    module: str
    libraries: frozenset[str]
    disk: str


def rows() -> Iterator[Row]:
    for line in (press.__doc__ or "").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if name := re.fullmatch(r"`(\w+)`", cells[0]):
            yield Row(name[1], frozenset(cells[2].split(", ")) - {"—"}, cells[3])


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, wherever in it, and on which line."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}:{node.lineno}: relative"
            if node.module == "press":
                yield from ((f"press.{alias.name}", node.lineno) for alias in node.names)
            else:
                yield node.module or "", node.lineno


MAP = tuple(rows())
IMPORTS = {row.module: tuple(imported(FOLDER / f"{row.module}.py")) for row in MAP}


def test_the_map_lists_every_module_once() -> None:
    names = [row.module for row in MAP]
    assert sorted(names) == sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


def test_a_module_imports_only_from_those_above_it() -> None:
    wrong, above = list[str](), set[str]()
    for row in MAP:
        for name, line in IMPORTS[row.module]:
            package, _, module = name.partition(".")
            if package == "press" and module not in above:
                wrong.append(f"press/{row.module}.py:{line}: {module} is not above {row.module} in press/__init__.py")
        above.add(row.module)
    assert not wrong


def test_a_library_is_imported_where_the_map_says_and_nowhere_else() -> None:
    wrong = list[str]()
    for row in MAP:
        found = {name.partition(".")[0]: line for name, line in reversed(IMPORTS[row.module])}
        for name, line in found.items():
            ours = name == "press" or name in sys.stdlib_module_names or name in COMMON
            if not ours and name not in row.libraries:
                wrong.append(f"press/{row.module}.py:{line}: imports {name}, which its row in the map does not name")
        wrong += [f"press/{row.module}.py: does not import {name}" for name in row.libraries - set(found)]
    assert not wrong


def test_the_map_itself_imports_nothing() -> None:
    assert not list(imported(FOLDER / "__init__.py"))
    assert ast.get_docstring(ast.parse((FOLDER / "__init__.py").read_text("utf-8"))) is not None


def test_every_module_begins_with_a_line_that_says_its_job() -> None:
    for row in MAP:
        docstring = ast.get_docstring(ast.parse((FOLDER / f"{row.module}.py").read_text("utf-8"))) or ""
        assert docstring.partition("\n")[0].endswith((".", "!", "?")), row.module
