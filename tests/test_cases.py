"""Tests that every bad input is told with its place and its remedy: the cases of tests/cases/problems."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from press.checks import find_problems
from press.composition import Templates, compose, load_templates
from press.content import read_publication
from press.fonts import Fonts
from press.problems import Problem, PublicationError, explain

if TYPE_CHECKING:
    from tests.conftest import Agree

ROOT = Path(__file__).resolve().parents[1]
SPECIMEN = ROOT / "tests/specimen"
CASES = ROOT / "tests/cases/problems"
NAMES = sorted(path.name for path in CASES.iterdir())
TOLD = ("files", "records", "markdown", "texts", "content", "witness", "listchecks", "checks", "composition")
"""The modules whose every message is shown by a case."""
SHOWN_ELSEWHERE = {r"bad\ template:\ .*", r"the\ template\ is\ missing", r"the\ file\ is\ not\ UTF\-8"}
"""Faults of templates, which are the project's and no copy's: test_composition.py has them."""
OWN = ("_changes", "_delete", "expected.txt")
"""What a case says of itself; its other files are laid over the specimen's."""


FILES = sorted(str(path.relative_to(SPECIMEN / "content")) for path in SPECIMEN.rglob("*.*"))
ODDITIES = [
    "", "\n", "\n\n", "\t", "  \n", "\\", '"', "[", "]", "](", "](#art-1)", "[^x]", "\n[^x]: y\n", "[@STAT", "[@NO]",
    "{", "}", "{lang=ja}", "{lang=", "*", "**", "`", "<b>", "&amp;", "\n- ", "\n7. ", "\n> ", "\n# ", "\n## ", "|",
    "\n---\n", ": ", "- ", "&a ", "*a", "!b ", "? ", "~", "[]", "{}", "條", "ニ", "\u0301", "\u200b", "\ufeff",
    "\r", "\0", "🕊", "x", "9999",
]  # fmt: skip
"""What a slip of the hand, or of a program, may leave in a text."""


def _prefixed(name: str, data: bytes) -> Callable[[Path], None]:
    """Something before a file's first byte."""
    return lambda content: _rewrite(content / name, lambda old: data + old)


def _replaced(name: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    return lambda content: _rewrite(content / name, lambda data: data.replace(old, new))


def _rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    before = path.read_bytes()
    after = change(before)
    assert after != before, f"the recipe changes nothing in {path.name}"
    path.write_bytes(after)


def _linked(name: str, target: str) -> Callable[[Path], None]:
    """A link in the place of a file."""

    def make(content: Path) -> None:
        (content / name).unlink(missing_ok=True)
        (content / name).symlink_to(target)

    return make


def _folder_instead(content: Path) -> None:
    (content / "essay/history.md").unlink()
    (content / "essay/history.md").mkdir()


def _long_paragraph(content: Path) -> None:
    text = (content / "guide/reader.md").read_text("utf-8")
    (content / "guide/reader.md").write_text(text + "\n" + "war " * 1_250_000 + "\n", "utf-8")


def _device(content: Path) -> None:
    (content / "essay/history.md").unlink()
    os.mkfifo(content / "essay/history.md")


RECIPES: dict[str, Callable[[Path], None]] = {
    "a-byte-order-mark": _prefixed("treaty/article-01.md", b"\xef\xbb\xbf"),
    "a-control-character": _replaced("treaty/article-02.md", b"agree that", b"agree\x07 that"),
    "a-device-where-a-file-should-be": _device,
    "a-folder-where-a-file-should-be": _folder_instead,
    "a-line-separator": _replaced("guide/reader.md", b"This is", "This\u2028is".encode()),
    "a-link-out-of-the-folder": _linked("essay/history.md", "/etc/passwd"),
    "a-link-to-itself": _linked("essay/history.md", "history.md"),
    "a-paragraph-of-five-megabytes": _long_paragraph,
    "bytes-that-are-not-utf-8": _replaced("essay/history.md", "公約".encode(), "公約".encode("big5")),
    "carriage-returns": _replaced("treaty/article-02.md", b"\n", b"\r\n"),
}
"""Oddities that git, or an editor's program, would not keep: what is done to the copy of the specimen's content."""


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_input_is_told_with_its_place_and_its_remedy(
    name: str, tmp_path: Path, fonts: Fonts, agree: Agree
) -> None:
    lay_out(name, tmp_path)
    problems = found_in(tmp_path, fonts)
    assert problems, "nothing is wrong: a case is about something bad"
    for problem in problems:
        assert_there(problem, tmp_path)
    agree(CASES / name / "expected.txt", "".join(f"{explain(problem, tmp_path)}\n" for problem in problems))


@settings(max_examples=15)
@given(data=st.data())
def test_whatever_is_done_to_a_file_it_is_read_or_told_with_a_place_that_exists(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory, fonts: Fonts
) -> None:
    root = tmp_path_factory.mktemp("spoilt")
    shutil.copytree(SPECIMEN / "content", root / "content")
    path = root / "content" / data.draw(st.sampled_from(FILES))
    text = path.read_text("utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 20, len(text))))
    path.write_text(text[:start] + data.draw(st.sampled_from(ODDITIES)) + text[end:], "utf-8", newline="\n")
    for problem in found_in(root, fonts):
        assert_there(problem, root)
        explain(problem, root)


def test_the_specimen_has_no_problems(tmp_path: Path, fonts: Fonts) -> None:
    shutil.copytree(SPECIMEN / "content", tmp_path / "content")
    assert not [explain(problem, tmp_path) for problem in found_in(tmp_path, fonts)]


def test_every_case_and_every_recipe_is_used() -> None:
    made = {name for name in NAMES if {path.name for path in (CASES / name).iterdir()} - {"expected.txt"}}
    assert not [name for name in NAMES if name not in made | set(RECIPES)], "an expected.txt that nothing leads to"
    assert not set(RECIPES) - set(NAMES), "a recipe without a folder"
    assert not [name for name in NAMES if not (CASES / name / "expected.txt").exists()], "run pytest --update"


def test_in_ci_expected_files_are_compared_and_never_rewritten() -> None:
    command = [sys.executable, "-m", "pytest", "--update", "--collect-only", "-q", "tests/test_numerals.py"]
    run = subprocess.run(command, cwd=ROOT, env=os.environ | {"CI": "1"}, capture_output=True, text=True, check=False)
    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--update is for an editor" in run.stderr


@pytest.mark.parametrize("module", TOLD)
def test_every_message_is_shown_by_a_case(module: str) -> None:
    shown = "".join((CASES / name / "expected.txt").read_text("utf-8") for name in NAMES)
    unseen = [message for message in messages(module) if not re.search(rf"\d: {message}$", shown, re.MULTILINE)]
    assert [message for message in unseen if message not in SHOWN_ELSEWHERE] == []


def messages(module: str) -> set[str]:
    """The messages of a module, as regular expressions: those that it makes problems of, and those that it keeps."""
    tree = ast.parse((ROOT / "press" / f"{module}.py").read_text("utf-8"))
    found = list[ast.expr]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in ("Problem", "_problem", "fault", "add"):
            found += node.args[1:2]
        elif isinstance(node, ast.Assign) and _name(node.targets[0]) == "message":
            found.append(node.value)
        elif isinstance(node, ast.Assign) and _name(node.targets[0]) == "_REFUSED" and isinstance(node.value, ast.Dict):
            found += node.value.values
    return {pattern for node in found if (pattern := _pattern(node))}


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _pattern(node: ast.expr) -> str:
    """What a message looks like, whatever is put in it."""
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_pattern, node.values))
    if isinstance(node, ast.Constant):
        return re.escape(str(node.value))
    return ".*" if isinstance(node, ast.FormattedValue) else ""


def lay_out(name: str, root: Path) -> None:
    """A copy of the specimen with the changes of a case."""
    content, case = root / "content", CASES / name
    shutil.copytree(SPECIMEN / "content", content)
    for path in case.rglob("*"):
        if path.is_file() and path.name not in OWN:
            target = content / path.relative_to(case)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    if (case / "_delete").exists():
        for line in (case / "_delete").read_text("utf-8").split():
            (content / line).unlink()
    if (case / "_changes").exists():
        for file, old, new in changes((case / "_changes").read_text("utf-8")):
            change(content / file, old, new)
    if name in RECIPES:
        RECIPES[name](content)


def changes(text: str) -> Iterator[tuple[str, str, str]]:
    """The file, the words that go and the words that come, for each change of a `_changes` file."""
    file = ""
    for name, change in re.findall(r"^([^-+\n].*)\n|((?:^-.*\n)*(?:^\+.*\n)+|(?:^-.*\n)+)", text, re.MULTILINE):
        file = name or file
        if change:
            lines = change.splitlines()
            yield file, *("\n".join(line[1:] for line in lines if line[0] == sign) for sign in "-+")  # type: ignore[misc]


def change(path: Path, old: str, new: str) -> None:
    """Put new words in the place of old ones, which must stand there once; at the end if there are no old ones."""
    text = path.read_text("utf-8")
    if not old:
        path.write_text(f"{text}{new}\n", "utf-8")
        return
    assert text.count(old) == 1, f"{path.name} has {text.count(old)} times {old!r}"
    path.write_text(text.replace(old, new), "utf-8")


def found_in(root: Path, fonts: Fonts) -> Sequence[Problem]:
    """All that is wrong, in the steps of build.py."""
    try:
        publication = read_publication(root / "content")
        if problems := sorted(set(find_problems(publication, fonts))):
            return problems
        for product in publication.products:
            compose(publication, product, _templates(), {})
    except PublicationError as error:
        return error.problems
    return ()


@cache
def _templates() -> Templates:
    return load_templates(ROOT / "templates")


def assert_there(problem: Problem, root: Path) -> None:
    """A problem points at a place that exists; at the beginning, where what is wrong is that there is no file."""
    path = root / problem.at.path
    if not path.is_file():
        assert (problem.at.line, problem.at.column) == (1, 1), problem
    elif path.resolve().is_relative_to(root.resolve()):
        lines = path.read_bytes().split(b"\n")
        assert 1 <= problem.at.line <= len(lines), problem
        assert problem.at.column <= len(lines[problem.at.line - 1].decode(errors="replace")) + 1, problem
