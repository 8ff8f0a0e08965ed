"""The finished e-books in reading systems: Ace by DAISY, epub.js, foliate-js, Readium's styles, calibre.

Node, Chromium and the packages of tests/node are there after `make test`, where they can be had; where they cannot,
these tests are skipped and say so. calibre is asked only where it is installed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from tests import reading
from tests.epub_audit import read_book, words
from tests.test_epub_audit import BOOKS

NODE = Path(__file__).parent / "node"
BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
CALIBRE = shutil.which("ebook-convert") or ""
SHOTS = os.environ.get("SHOTS", "")
"""Where pictures of the pages are kept to be looked at: `SHOTS=shots make test`."""

in_node = pytest.mark.skipif(
    not (shutil.which("node") and BROWSER and (NODE / "node_modules").is_dir()),
    reason="Node, Chromium or the packages of tests/node are missing: the e-book was not seen in reading systems",
)


def run_in_node(*command: str | Path) -> subprocess.CompletedProcess[str]:
    settings = {"CHROMIUM": BROWSER, "PUPPETEER_EXECUTABLE_PATH": str(_unsandboxed()), "ACE_TIMEOUT_INITIAL": "120000"}
    return subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=False)


@cache
def _unsandboxed() -> Path:
    """Chromium for Ace, which cannot be told that root has no sandbox."""
    script = Path(mkdtemp()) / "chromium"
    script.write_text(f'#!/bin/sh\nexec {BROWSER} --no-sandbox --disable-gpu --no-first-run "$@"\n')
    script.chmod(0o755)
    return script


@cache
def seen(name: str) -> dict[str, Any]:
    """What reading-systems.mjs saw of a book."""
    folder = Path(SHOTS or mkdtemp()) / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "book.epub").write_bytes(reading.finished(name))
    run = run_in_node("node", NODE / "reading-systems.mjs", folder / "book.epub", folder)
    assert run.returncode == 0, run.stderr
    told: dict[str, Any] = json.loads(run.stdout)
    told["pictures"] = {path.name: path.stat().st_size for path in folder.glob("*.png")}
    return told


@in_node
@pytest.mark.parametrize("name", [*BOOKS, "epub-vertical"])
def test_ace_passes_the_finished_e_books(name: str, tmp_path: Path) -> None:
    """Row 25: the outcome is "pass" and there is no violation of any impact."""
    (tmp_path / "book.epub").write_bytes(reading.finished(name))
    ace = NODE / "node_modules/.bin/ace-cli"
    run = run_in_node(ace, "-s", "-f", "-o", tmp_path / "ace", "-t", tmp_path / "temporary", tmp_path / "book.epub")
    assert (tmp_path / "ace/report.json").exists(), run.stdout + run.stderr
    report = json.loads((tmp_path / "ace/report.json").read_text("utf-8"))
    assert [each for document in report["assertions"] for each in document["assertions"]] == []
    assert report["earl:result"]["earl:outcome"] == "pass"


@in_node
def test_ace_finds_what_is_planted(tmp_path: Path) -> None:
    faulty = read_book(reading.finished("epub")).with_fault("content.opf", ' xml:lang="en"', "")
    (tmp_path / "EPUB").mkdir()
    for entry, data in faulty.entries.items():
        (tmp_path / entry).parent.mkdir(parents=True, exist_ok=True)
        # Only the package is wrong: with few pages Ace is soon done.
        (tmp_path / entry).write_bytes(data)
    run = run_in_node(NODE / "node_modules/.bin/ace-cli", "-s", "-f", "-o", tmp_path / "ace", tmp_path)
    assert (tmp_path / "ace/report.json").exists(), run.stdout + run.stderr
    assert "epub-lang" in (tmp_path / "ace/report.json").read_text("utf-8")


@in_node
@pytest.mark.parametrize("name", ["epub", "epub-vertical"])
@pytest.mark.parametrize("system", ["epubjs", "foliate"])
def test_every_spine_item_is_shown(system: str, name: str) -> None:
    told = seen(name)[system]
    book = read_book(reading.finished(name))
    assert told.get("errors") == [], told
    assert [Path(section["href"]).name for section in told["sections"]] == book.spine
    for section in told["sections"]:
        letters = len("".join("".join(book.pages[Path(section["href"]).name].itertext()).split()))
        assert not section["broken"]
        assert section["letters"] >= letters - 400, section  # the title of the head is not shown
    assert told["pages"] == len(book.links("page-list"))


@in_node
def test_foliate_takes_every_note_for_a_note_and_keeps_its_language() -> None:
    """Rows 9 and 11: by foliate's own rule, the popup has the note, and the note its language."""
    notes = seen("epub")["foliate"]["notes"]
    book = read_book(reading.finished("epub"))
    assert len(notes) > 20
    for note in notes:
        _, element = book.ids[note["href"].partition("#")[2]]
        assert (note["type"], " ".join(note["text"].split())) == ("footnote", words(element))
        assert note["lang"] == element[0].get("lang")


@in_node
def test_nothing_overflows_and_all_can_be_read_by_night() -> None:
    """Rows 21 and 35: 320 and 360 px wide, in small and very large type, by day and by night, with Readium's styles."""
    told = seen("epub")["readium"]
    assert told["errors"] == []
    assert len(told["pages"]) == len(read_book(reading.finished("epub")).spine)
    variants = [(page["href"], each) for page in told["pages"] for each in page["variants"]]
    assert len(variants) == 8 * len(told["pages"])
    assert [(href, each) for href, each in variants if each["overflow"] > 0 or each["wide"]] == []
    assert [(href, each) for href, each in variants if each["dim"]] == []


@in_node
def test_pictures_of_the_pages_are_taken() -> None:
    pictures = seen("epub")["pictures"]
    wanted = {f"readium-treaty-{time}-{size}.png" for time in ("day", "night") for size in (100, 250)}
    assert wanted | {"epubjs-essay.xhtml.png", "foliate-comm-6.xhtml.png"} <= pictures.keys()
    assert min(pictures.values()) > 2000  # an empty page is smaller


@in_node
def test_han_is_set_in_our_faces_and_by_our_rules() -> None:
    """Rows 4 and 38, as Chromium computes and draws them."""
    told = seen("epub")["styles"]
    zh, ja = told["computed"]["zh"], told["computed"]["ja"]
    assert (zh["lineBreak"], zh["hyphens"], zh["indent"]) == ("strict", "none", 2)
    assert (ja["lineBreak"], ja["hyphens"]) == ("strict", "none")
    for name, position in (("zhEm", "under"), ("jaEm", "over")):
        assert told["computed"][name]["slant"] == "normal"
        assert position in told["computed"][name]["position"]
        assert told["computed"][name]["emphasis"] != "none"
    for selector, faces in told["faces"].items():
        assert any(face["own"] and face["glyphs"] > 3 for face in faces), selector


@in_node
def test_the_book_in_columns_is_turned_to_the_right_and_set_from_right_to_left() -> None:
    """Row 42, as foliate-js and Chromium see it."""
    told = seen("epub-vertical")
    assert told["foliate"]["dir"] == "rtl"
    assert {page["mode"] for page in told["readium"]["pages"]} == {"vertical-rl"}
    assert {page["mode"] for page in seen("epub")["readium"]["pages"]} == {"horizontal-tb"}
    assert {"epubjs-essay.xhtml.png", "foliate-essay.xhtml.png"} <= told["pictures"].keys()


@pytest.mark.skipif(not CALIBRE, reason="calibre is not installed: the way to AZW3 and back was not tried")
def test_calibre_converts_to_azw3_and_back_without_loss(tmp_path: Path) -> None:
    (tmp_path / "book.epub").write_bytes(reading.finished("epub"))
    for one, two in (("book.epub", "book.azw3"), ("book.azw3", "book.txt")):
        subprocess.run([CALIBRE, tmp_path / one, tmp_path / two], capture_output=True, check=True)
    got = re.sub(r"\W", "", (tmp_path / "book.txt").read_text("utf-8"))
    for name, page in read_book(reading.finished("epub")).texts.items():
        for paragraph in page.iter("{http://www.w3.org/1999/xhtml}p"):
            pieces = [piece for text in paragraph.itertext() if len(piece := re.sub(r"\W", "", text)) > 20]
            assert all(piece in got for piece in pieces), f"{name}: {pieces[:1]}"
