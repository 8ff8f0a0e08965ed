"""Remake every file of this folder that comes from a package: `python fonts/remake.py`, some minutes.

Needs npm, apt-get and dpkg-deb (Debian 12) and, from PyPI, fonttools and chws-tool. The files here were made
with fonttools 4.68.0 and chws-tool 1.4.5; other versions may write other bytes for the same shapes.

Source Serif 4 is copied as it is: the name "Source" is reserved, so a changed file could not keep it. Noto
Serif CJK reserves no name. Its Traditional Chinese face is cut down to the characters and features that this
edition can use, and gets the feature `chws`, which closes up full-width punctuation that meets. README.md
says what is kept and why.

Every original is compared with the SHA-256 written here before it is used.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.otBase import BaseTable

FOLDER = Path(__file__).resolve().parent

SOURCE_PACKAGE = "source-serif@4.5.1"  # on npm
SOURCE_LICENSE = "package/LICENSE.md"
SOURCE_FOLDER = "package/OTF"
NOTO_PACKAGE = "fonts-noto-cjk"  # 1:20220127+repack1-1 in Debian 12, which holds Noto Serif CJK 2.001
NOTO_COPYRIGHT = "usr/share/doc/fonts-noto-cjk/copyright"
NOTO_FOLDER = "usr/share/fonts/opentype/noto"
NOTO_FACE = 3  # of the collection's five: JP, KR, SC, TC, HK

# What is taken from the packages -> its SHA-256. To add a cut of Source Serif 4, add its line.
LICENSES: Mapping[str, str] = {
    SOURCE_LICENSE: "c21d7293d87b6d7ab1d0229a2f55b77f33a7613a6a4e66f6693d68d7d8d09464",
    NOTO_COPYRIGHT: "5bb218343ded506b258d86186d460fc47d9b6b28f0e642cf32676c396b7df763",
}
SOURCE_FACES: Mapping[str, str] = {
    "SourceSerif4-Regular.otf": "edf160d0d584deee8a3bb2c3371b2a7624ca63580fbe02c57c1f4c91e84d8787",
    "SourceSerif4-It.otf": "f8062257f4693e438a8e317c9fe2b4393f0d4eed84d897edcbfd733c30a1c1a1",
    "SourceSerif4-Semibold.otf": "25e034392847d9965c92f98971b3646436b7ab919ece9118b0c0e5ec94c02efc",
    "SourceSerif4-SemiboldIt.otf": "fc22addcea5d5ab982dfef6d388fff6bdb3e31ae46c37e0015b8312e634a6e9b",
    "SourceSerif4-Bold.otf": "f5fb9a7b1611353fdfebcf8b1e46c7d9108470f25999b841816d8b643b1856ff",
    "SourceSerif4-BoldIt.otf": "ebb5394e1e11e09480619c9bb10f020aded9530833edcbdb735a4702ae6fa09e",
    "SourceSerif4SmText-Regular.otf": "760327b0f9ef55310f11ed5c955693f4841f9b859407e98570d3654422a34d70",
    "SourceSerif4SmText-It.otf": "220a0bf6d2a0c3fde644db2b2b602e725170ac1a90b0ce79994b7598c12980d1",
    "SourceSerif4SmText-Semibold.otf": "1e32888469460231d1d43369a1cf88d2f8279571893418e653945171ac91bcb8",
    "SourceSerif4SmText-SemiboldIt.otf": "965a1732d7d1b4550d2db3a7fe8aea5c9245fc1e98bb88077d089acd995ac71a",
    "SourceSerif4Caption-Regular.otf": "312a15e15369b7b54527c288e2391ff14cb73bcf41520d3a5c34b4c259e99a3a",
    "SourceSerif4Caption-It.otf": "eac5467fa1e9eefe466da00e5ac409857cb7610aa4e07611dcb82c52e5d5b9dd",
    "SourceSerif4Caption-Semibold.otf": "9efb82f0a6310771d7bec17dfe38c30b145b857f5781a554990b48edadf54cb0",
    "SourceSerif4Caption-SemiboldIt.otf": "49456d846253d8930e9f139349df61b84e56178f01ea7e39d41ef3f013925e26",
    "SourceSerif4Display-Light.otf": "c9be4e41a96e3778fe2518165d5cddfbcb40ad8d857a7d926f9e098531e7fcd8",
    "SourceSerif4Display-Regular.otf": "0525aba71e1d7293d3ef645f5a9b56101432d1f6c676cba388f800523c7b2111",
    "SourceSerif4Display-It.otf": "653bba042213020d624a147c55d84662b3c20c1e12355bc691ae53c7051785ca",
    "SourceSerif4Display-Semibold.otf": "0f2b3699c57dd032db8c8d93b34f7dac72e60fa2638d209aa2e428dfb6eb6400",
    "SourceSerif4Display-SemiboldIt.otf": "2f548ebe7b4e535e4e5e9a3d6f7bff4436387e837c0925fef782be2736b6f982",
    "SourceSerif4Subhead-Regular.otf": "28f0d716f1a8fbf81fc87c2ef04603b24be81721a8b32b9538fc8ea390454edd",
    "SourceSerif4Subhead-It.otf": "3435a97741d90c9d844f8129ae2408890e0f50d848408237122bc88260fe1fad",
    "SourceSerif4Subhead-Semibold.otf": "0c2d843db6ba7357c2b50c1418a7897518ffb309681b7291767dea533132a9c0",
    "SourceSerif4Subhead-SemiboldIt.otf": "41c79f4f0f019ab1f3bfa63af52d1b33229ef0557b8ff70cd3d2dd29f0685d7b",
}
NOTO_COLLECTIONS: Mapping[str, str] = {
    "NotoSerifCJK-Regular.ttc": "a04178ec485dffdff7cc0c0c20e1fce9202d7e2160d805e8e44a4c8841c58481",
    "NotoSerifCJK-Bold.ttc": "a5d4b046c127da3d7c72f98b46c41489cd29bf52abfdf18aba920903e920d4ac",
}

# Blocks kept as far as the face has them, beside the characters of the national standards.
BLOCKS = (
    range(0x0020, 0x007F),  # Basic Latin
    range(0x00A0, 0x0180),  # Latin-1 and Latin Extended-A, with the macrons of Japanese names
    range(0x02B0, 0x0370),  # tone marks of 注音, combining marks
    range(0x2000, 0x20C0),  # punctuation, superior and inferior figures, currencies
    range(0x2100, 0x2200),  # letter-like signs, fractions, roman numerals, arrows
    range(0x2460, 0x2500),  # circled and bracketed numbers
    range(0x25A0, 0x2600),  # geometric shapes
    range(0x3000, 0x3130),  # CJK punctuation with 々 and 〇, kana, 注音
    range(0xFF00, 0xFFF0),  # full-width and half-width forms
)
BEYOND_JIS = "𠮟塡剝頰"  # in the 常用漢字表 of 2010 but not in JIS X 0208
LATIN_END = 0x2000  # Latin, Greek and Cyrillic stand before it
HAN_BLOCKS = (range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x40000))

VERSION_NAME = 5  # in the table of names
SCRIPTS = ("DFLT", "cyrl", "grek", "hani", "kana", "latn")
LANGUAGES = ("dflt", "JAN", "ZHT")  # not KOR, ZHS, ZHH: their forms would be a fifth of the file
FEATURES = (
    "ccmp",  # —— as one unbroken dash
    "chws",  # full-width marks that meet close up
    "halt",  # marks of half the width, for one that opens a line
    "kern",  # between Latin letters only: see keep_latin_kerning
    "liga",  # ff, ffi, ffl
    "locl",  # Japanese forms
    "mark",  # tones over 注音
    "vchw",  # as chws, in vertical setting
    "vert",  # vertical forms of brackets and other marks, which the vertical edition turns
    "vhal",  # as halt, in vertical setting
)


class RemakeError(Exception):
    """A package could not be had, or an original is not the file that this script was written for."""


def main() -> int:
    """Remake the files, or with --check say which of them would change. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Remake the font files from their packages.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file would change")
    parser.add_argument(
        "--packages",
        type=Path,
        metavar="FOLDER",
        help="take source-serif-*.tgz and fonts-noto-cjk_*.deb from this folder instead of fetching them",
    )
    arguments = parser.parse_args()
    changed = 0
    try:
        with tempfile.TemporaryDirectory() as scratch:
            for name, data in remake(Path(scratch), arguments.packages):
                path = FOLDER / name
                if path.is_file() and path.read_bytes() == data:
                    state = "unchanged"
                else:
                    changed += 1
                    state = "differs" if arguments.check else "written"
                    if not arguments.check:
                        replace(path, data)
                print(f"{state:9} {len(data):9,} bytes  {name}", flush=True)
    except RemakeError as error:
        print(f"remake.py: {error}", file=sys.stderr)
        return 1
    return 1 if arguments.check and changed else 0


def remake(scratch: Path, packages: Path | None) -> Iterator[tuple[str, bytes]]:
    """Give each file's name and bytes, made in an empty folder; packages not given are fetched into it."""
    source, noto = scratch / "source-serif", scratch / "noto"
    unpack_source_serif(packages or scratch, source, fetch=packages is None)
    unpack_noto(packages or scratch, noto, fetch=packages is None)

    yield "LICENSE-SourceSerif4.txt", read_original(source / SOURCE_LICENSE, LICENSES[SOURCE_LICENSE])
    for name, digest in SOURCE_FACES.items():
        yield name, read_original(source / SOURCE_FOLDER / name, digest)

    faces = {name: read_face(noto / NOTO_FOLDER / name, digest) for name, digest in NOTO_COLLECTIONS.items()}
    copyright_file = read_original(noto / NOTO_COPYRIGHT, LICENSES[NOTO_COPYRIGHT]).decode()
    yield "LICENSE-NotoSerifCJK.txt", noto_license(copyright_file, faces["NotoSerifCJK-Regular.ttc"])
    for name, face in faces.items():
        yield name.replace("CJK-", "CJKtc-").replace(".ttc", ".otf"), make_noto(face, scratch)


def replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; the new file also tells fontconfig that the folder has changed."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        file.write(data)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)


# Packages and originals


def unpack_source_serif(packages: Path, folder: Path, *, fetch: bool) -> None:
    """Unpack the npm package; fetched by its name, from whatever registry npm is set up with."""
    if fetch:
        run(["npm", "pack", SOURCE_PACKAGE, "--silent"], packages, "it comes with Node.js")
    package = find_one(packages, "source-serif-*.tgz")
    folder.mkdir()
    wanted = [SOURCE_LICENSE, SOURCE_FOLDER]  # a tenth of it
    run(["tar", "-xzf", str(package), "-C", str(folder), *wanted], packages, "GNU tar")


def unpack_noto(packages: Path, folder: Path, *, fetch: bool) -> None:
    """Unpack the Debian package without installing it."""
    if fetch:
        run(["apt-get", "download", NOTO_PACKAGE], packages, "needs Debian 12 and a first `apt-get update`")
    package = find_one(packages, f"{NOTO_PACKAGE}_*.deb")
    run(["dpkg-deb", "-x", str(package), str(folder)], packages, "it comes with dpkg")


def run(command: list[str], folder: Path, hint: str) -> None:
    """Run a command in a folder; what it prints is shown only when it fails."""
    try:
        done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError:
        raise RemakeError(f"{command[0]} was not found ({hint})") from None
    if done.returncode:
        raise RemakeError(f"`{' '.join(command)}` failed ({hint}):\n{(done.stderr or done.stdout).strip()}")


def find_one(folder: Path, pattern: str) -> Path:
    """Find the one file that a pattern fits."""
    found = sorted(folder.resolve().glob(pattern))
    if len(found) != 1:
        raise RemakeError(f"expected one file {pattern} in {folder}, found {len(found)}")
    return found[0]


def read_original(path: Path, expected: str) -> bytes:
    """Read an original, refusing one whose SHA-256 is another."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise RemakeError(f"the package has no {path.name}: is it of another version?") from None
    actual = hashlib.sha256(data).hexdigest()
    if actual != expected:
        raise RemakeError(
            f"{path.name} is not the file this script was written for; is the package of another version?\n"
            f"  SHA-256 expected {expected}\n"
            f"             found {actual}\n"
            f"  packages expected {SOURCE_PACKAGE} (npm), {NOTO_PACKAGE} 1:20220127+repack1-1 (Debian 12)"
        )
    return data


# Noto Serif CJK TC


def read_face(path: Path, digest: str) -> TTFont:
    """Read the Traditional Chinese face of a collection."""
    return TTFont(BytesIO(read_original(path, digest)), fontNumber=NOTO_FACE, recalcTimestamp=False)


def noto_license(copyright_file: str, face: TTFont) -> bytes:
    """Make the license file: the notices in the face, then the OFL from Debian's copyright file."""
    _, _, rest = copyright_file.partition("\nLicense: SIL-1.1\n -")
    lines = f" -{rest}".partition("\n\n")[0].splitlines()
    text = "\n".join("" if line == " ." else line.removeprefix(" ") for line in lines)
    notices = [face["name"].getDebugName(number) for number in (0, 7, 13, 14)]
    return "\n\n".join((*notices, text, "")).rstrip("\n").encode() + b"\n"


def make_noto(face: TTFont, scratch: Path) -> bytes:
    """Add `chws` to the Traditional Chinese face and keep what the edition can use."""
    whole, spaced = scratch / "whole.otf", scratch / "spaced.otf"
    face.save(whole)
    add_chws = [sys.executable, "-m", "chws_tool.add_chws", str(whole), "-o", str(spaced)]
    run(add_chws, scratch, "chws-tool is on PyPI")
    with TTFont(spaced, recalcTimestamp=False) as font:
        font["head"].modified = face["head"].modified  # add-chws writes the time of day
        drop_variation_selectors(font)
        keep_japanese_forms(font, japanese_characters())
        keep_latin_kerning(font)
        subset(font, noto_characters())
        mark_as_changed(font)
        data = BytesIO()
        font.save(data)
    return number_cids(data.getvalue())


def number_cids(data: bytes) -> bytes:
    """Give each glyph the character identifier (CID) that is its place in the font.

    A PDF names the glyphs of a CID-keyed font by CID. WeasyPrint writes places, and in the original face the two are
    the same; after the subset they are not, and viewers that look (MuPDF does) then show nothing or another glyph.
    Adobe Technical Note 5176, 13 and 18; ISO 32000-1, 9.7.4.2.
    """
    with TTFont(BytesIO(data), recalcTimestamp=False) as font:
        top = font["CFF "].cff[0]
        names = [".notdef", *(f"cid{number:05}" for number in range(1, len(top.charset)))]
        places = top.CharStrings.charStrings
        top.CharStrings.charStrings = {new: places[old] for old, new in zip(top.charset, names, strict=True)}
        top.charset, top.CIDCount = names, len(names)
        renumbered = BytesIO()
        font.save(renumbered)
    return renumbered.getvalue()


def noto_characters() -> frozenset[int]:
    """Big5 with the seven characters that Taiwan's computers add, JIS X 0208, part of GB 2312, BLOCKS.

    The 3,755 common characters of GB 2312 are for mainland titles and texts quoted as they were printed.
    """
    return frozenset().union(
        encoded("big5", range(0xA1, 0xFA), range(0x40, 0xFF)),
        encoded("cp950", range(0xA1, 0xFA), range(0x40, 0xFF)),
        encoded("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF)),
        japanese_characters(),
        *BLOCKS,
    )


def japanese_characters() -> frozenset[int]:
    """JIS X 0208 and what the 常用漢字表 has beyond it."""
    return encoded("euc_jp", range(0xA1, 0xFF), range(0xA1, 0xFF)) | set(map(ord, BEYOND_JIS))


def encoded(codec: str, leads: Iterable[int], trails: range) -> frozenset[int]:
    """Ask a codec of Python's which characters its pairs of bytes stand for."""
    pairs = (bytes((lead, trail)).decode(codec, "ignore") for lead in leads for trail in trails)
    return frozenset(ord(text) for text in pairs if len(text) == 1)


def drop_variation_selectors(font: TTFont) -> None:
    """Drop the forms that a selector after a character asks for: no text here has one."""
    font["cmap"].tables = [table for table in font["cmap"].tables if table.format != 14]


def keep_japanese_forms(font: TTFont, characters: frozenset[int]) -> None:
    """Drop the localized forms of Han characters that Japanese does not write; 11,885 forms are too many.

    Such a character keeps its Taiwan form under `lang="ja"`.
    """
    unwanted = {
        glyph
        for character, glyph in font.getBestCmap().items()
        if character not in characters and any(character in block for block in HAN_BLOCKS)
    }
    for subtable in subtables(font, "GSUB", "locl"):
        for glyph in unwanted & subtable.mapping.keys():
            del subtable.mapping[glyph]


def keep_latin_kerning(font: TTFont) -> None:
    """Drop the kerning pairs that begin with a kana or another full-width glyph.

    They are meant for proportional kana, but HarfBuzz applies them always: アメ in アメリカ would close up.
    """
    latin = {glyph for character, glyph in font.getBestCmap().items() if character < LATIN_END}
    for subtable in subtables(font, "GPOS", "kern"):
        first = subtable.Coverage.glyphs
        if subtable.Format == 1:
            pairs = zip(first, subtable.PairSet, strict=True)
            subtable.PairSet = [pair_set for glyph, pair_set in pairs if glyph in latin]
        subtable.Coverage.glyphs = [glyph for glyph in first if glyph in latin]


def subtables(font: TTFont, table: str, feature: str) -> Iterator[BaseTable]:
    """Give each subtable of the lookups that a feature uses, in any script and language."""
    layout = font[table].table
    records = [record.Feature for record in layout.FeatureList.FeatureRecord if record.FeatureTag == feature]
    for index in sorted({index for record in records for index in record.LookupListIndex}):
        for subtable in layout.LookupList.Lookup[index].SubTable:
            yield getattr(subtable, "ExtSubTable", subtable)


def subset(font: TTFont, characters: frozenset[int]) -> None:
    """Keep these characters, FEATURES for SCRIPTS and LANGUAGES, and all names; drop the hints.

    Hints would be a sixth of the file, and WeasyPrint drops them when it puts a face into a PDF.
    """
    options = Options()
    options.layout_features = list(FEATURES)
    options.layout_scripts = [f"{script}.{language}" for script in SCRIPTS for language in LANGUAGES]
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.notdef_outline = True
    options.hinting = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)


def mark_as_changed(font: TTFont) -> None:
    """Say in the version that this is not the face as it was published."""
    for record in font["name"].names:
        if record.nameID == VERSION_NAME:
            record.string = f"{record.toUnicode()};subset and chws by fonts/remake.py"


if __name__ == "__main__":
    sys.exit(main())
