"""Tests fonts.py: which characters the faces have, that a changed byte is noticed, and which script is which."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from press.fonts import CONFIGURATION, Fonts, read_fonts, scripts, show_only
from tests.reading import dictionary, finished

FOLDER = Path(__file__).resolve().parents[1] / "fonts"
FACE = "SourceSerif4-It.otf"


def test_the_faces_have_what_a_book_is_printed_with(fonts: Fonts) -> None:
    assert {
        ord(char) for char in "AZaz09éßŌō–—“”‘’…§¶†第條約直骨令か゛ん々「」《》〈〉，。、；：！？〇 \u00a0"
    } <= fonts.characters
    assert not {0x1F54A, 0xD55C, 0x0E01, 0x2028} & fonts.characters


def test_a_folder_without_faces_has_no_characters(tmp_path: Path) -> None:
    assert read_fonts(tmp_path).characters == frozenset()


def test_the_digest_changes_with_any_face_and_with_the_configuration_alone(tmp_path: Path) -> None:
    for name in (FACE, CONFIGURATION):
        shutil.copy(FOLDER / name, tmp_path)
    digests = [read_fonts(tmp_path).digest]
    (tmp_path / CONFIGURATION).write_text("<fontconfig/>")
    digests.append(read_fonts(tmp_path).digest)
    (tmp_path / FACE).rename(tmp_path / "Other.otf")
    digests.append(read_fonts(tmp_path).digest)
    (tmp_path / "README.md").write_text("words")
    assert read_fonts(tmp_path).digest == digests[-1]
    assert len(set(digests)) == 3


def test_only_our_faces_are_shown_to_the_renderer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "other")
    monkeypatch.chdir(tmp_path)
    show_only(Path("faces"))
    import os  # noqa: PLC0415 - what the renderer will see

    assert os.environ["FONTCONFIG_FILE"] == str(tmp_path.resolve() / "faces" / CONFIGURATION)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("aé", "Latn"), ("第々〇", "Hani"), ("か", "Hira"), ("カ", "Kana"), ("ㄅ", "Bopo"), ("1。“ー", "Zyyy")],
)
def test_each_character_has_its_script(text: str, expected: str) -> None:
    assert set(scripts(text)) == {expected}


def test_the_sheet_of_specimens_shows_every_face_on_one_page() -> None:
    (page,) = PdfReader(BytesIO(finished("specimen"))).pages
    fonts = dictionary(dictionary(page["/Resources"])["/Font"]).values()
    shown = {str(dictionary(font)["/BaseFont"]).partition("+")[2] for font in fonts}
    assert len(shown) == len(list(FOLDER.glob("*.otf")))
