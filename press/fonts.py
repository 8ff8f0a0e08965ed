"""The faces in `fonts/`: which characters they have, and a digest of them all. The only importer of fontTools."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePosixPath

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.unicodedata import script

from press.problems import Location, Problem, PublicationError, did_you_mean

PLACE = Location(PurePosixPath("content/publication.yaml"))
CONFIGURATION = "fonts.conf"
"""The fontconfig file that shows the renderer these faces and no others."""


LANGUAGES = {"zh-Hant": "ZHT", "zh-Hans": "ZHS", "ja": "JAN", "ko": "KOR"}
"""OpenType's names of languages."""

NAMES = [*range(7), 13, 14]
"""What a face says of itself that a subset keeps: its names, its license (OpenType, `name`)."""


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


def demand(names: Iterable[str], folder: Path) -> None:
    """Raise PublicationError for a face that a product names and `folder` has not."""
    known = sorted(path.name for path in folder.glob("*.[ot]tf"))
    if unknown := [name for name in names if name not in known]:
        raise PublicationError(
            [Problem(PLACE, f"there is no face fonts/{name}", did_you_mean(name, known)) for name in unknown]
        )


def show_only(folder: Path) -> None:
    """Hide all fonts of the system: with them visible, Chinese would be set, silently, in whatever face is at hand.

    The path is absolute, since fontconfig would look for another among the system's own files and then show them all.
    It must be called before the renderer starts; processes started later inherit it.
    """
    os.environ["FONTCONFIG_FILE"] = str(folder.resolve() / CONFIGURATION)


def subset(
    path: Path, characters: frozenset[int], language: str, *, features: Sequence[str] = (), flavor: str = ""
) -> bytes:
    """The face with these characters only, each in the form of the language, whatever a reader takes the text to be.

    The forms that OpenType's `locl` would choose become the characters' own, since many readers choose none. Other
    `features` are kept by name; `flavor` is "woff2" for a face that only browsers read. Raises ValueError for a face
    that may not be embedded (OS/2 `fsType`; 0 is "installable embedding").
    """
    with TTFont(path, lazy=True, recalcTimestamp=False) as face:
        if face["OS/2"].fsType:
            raise ValueError(f"{path.name} may not be embedded")
        own = forms(face, LANGUAGES.get(language, ""), "locl")
        for table in face["cmap"].tables:
            if table.isUnicode():
                table.cmap = {char: own.get(glyph, glyph) for char, glyph in table.cmap.items() if char in characters}
        options = Options(hinting=False, desubroutinize=True, notdef_outline=True, name_IDs=NAMES)
        options.layout_features = list(features)
        options.drop_tables += [] if features else ["GSUB", "GPOS"]
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=characters)
        subsetter.subset(face)
        face.flavor = flavor or None
        written = BytesIO()
        face.save(written, reorderTables=True)
    return written.getvalue()


def covered(path: Path) -> frozenset[int]:
    """The characters that a face has."""
    with TTFont(path, lazy=True) as face:
        return frozenset(face.getBestCmap())


def forms(face: TTFont, language: str, feature: str) -> dict[str, str]:
    """The glyph that a feature puts in place of another in a language: `locl` its own, `vert` those of columns."""
    if "GSUB" not in face:
        return {}
    table = face["GSUB"].table
    systems = [
        record.LangSys
        for script in table.ScriptList.ScriptRecord
        for record in script.Script.LangSysRecord
        if record.LangSysTag.strip() == language
    ]
    features = {index for system in systems for index in system.FeatureIndex}
    records = [table.FeatureList.FeatureRecord[index] for index in sorted(features)]
    lookups = {index for record in records if record.FeatureTag == feature for index in record.Feature.LookupListIndex}
    found = dict[str, str]()
    for index in sorted(lookups):
        for part in table.LookupList.Lookup[index].SubTable:
            found |= getattr(part, "ExtSubTable", part).mapping
    return found


def scripts(text: str) -> Iterator[str]:
    """The script of each character (ISO 15924: "Latn", "Hani", "Kana"; "Zyyy" for what belongs to all)."""
    return map(script, text)
