"""The faces in `fonts/`: which characters they have, and a digest of them all. The only importer of fontTools."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.unicodedata import script

CONFIGURATION = "fonts.conf"
"""The fontconfig file that shows the renderer these faces and no others."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """All faces together. `digest` changes with any byte of any file in the folder."""

    characters: frozenset[int]
    digest: str


def read_fonts(folder: Path) -> Fonts:
    """Read the character maps of every face. A folder without faces covers nothing, so every character is a problem."""
    characters, digest = set[int](), sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in (".otf", ".ttf", ".conf"):
            digest.update(f"{path.name}\0".encode() + sha256(path.read_bytes()).digest())
    for path in sorted(folder.glob("*.[ot]tf")):
        with TTFont(path, lazy=True) as face:
            characters.update(face.getBestCmap())
    return Fonts(frozenset(characters), digest.hexdigest())


def show_only(folder: Path) -> None:
    """Hide all fonts of the system: with them visible, Chinese would be set, silently, in whatever face is at hand.

    The path is absolute, since fontconfig would look for another among the system's own files and then show them all.
    It must be called before the renderer starts; processes started later inherit it.
    """
    os.environ["FONTCONFIG_FILE"] = str(folder.resolve() / CONFIGURATION)


def scripts(text: str) -> Iterator[str]:
    """The script of each character (ISO 15924: "Latn", "Hani", "Kana"; "Zyyy" for what belongs to all)."""
    return map(script, text)
