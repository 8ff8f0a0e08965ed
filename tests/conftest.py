"""What all tests share: Hypothesis is the same on every run in CI, and `--update` rewrites expected files."""

from __future__ import annotations

import os
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path

import pytest
from hypothesis import settings

from press.fonts import Fonts, read_fonts

ROOT = Path(__file__).resolve().parents[1]
IN_CI = bool(os.environ.get("CI"))

settings.register_profile("press", derandomize=IN_CI, deadline=None, max_examples=40)
settings.load_profile("press")

Agree = Callable[[Path, str], None]
"""Compares a file with the text that it should hold."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the expected files that differ; then read the diff")


def pytest_configure(config: pytest.Config) -> None:
    if IN_CI and config.getoption("--update"):
        raise pytest.UsageError("--update is for an editor, who reads the diff; CI only compares")


@pytest.fixture
def agree(request: pytest.FixtureRequest) -> Agree:
    """Fails with a diff where an expected file does not hold the text; with --update, writes it."""

    def compare(path: Path, text: str) -> None:
        __tracebackhide__ = True
        expected = path.read_text("utf-8") if path.exists() else ""
        if text == expected:
            return
        if request.config.getoption("--update"):
            path.write_text(text, "utf-8", newline="\n")
            return
        lines = unified_diff(expected.splitlines(), text.splitlines(), str(path.relative_to(ROOT)), "now", lineterm="")
        pytest.fail("\n".join([*lines, "", "if this is right: pytest --update, and read the diff"]), pytrace=False)

    return compare


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    """The faces of fonts/, read once."""
    return read_fonts(ROOT / "fonts")
