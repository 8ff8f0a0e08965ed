"""Faces for vertical text on a page that will be turned: Han stands in columns though the renderer sets lines.

WeasyPrint sets no vertical text. A line from left to right becomes a column that runs down if its page gets a quarter
turn clockwise; what must stand there has to lie the other way before. So each full-width glyph, in its form for
vertical text (OpenType, `vert`), is turned a quarter back about the middle of its square; Latin is left, and lies on
its side in the end, as words of it do in a column. All else of the face is kept: which character a glyph stands for,
the forms of Japan (`locl`), the marks that close up (`chws`). So text is set, broken, justified, copied and searched as
ever, and no other part of the press knows of the turn.

Figures stand where the feature `vert` is on: two together in one square, others one below the other (CSS Writing
Modes 4, 9.1; clreq 2.2.2; jlreq 3.2.5). In a number that a letter or a mark of Latin touches, as in 1.1, they lie.
Capitals stand one below the other, too, as in CC, unless small letters or figures touch them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from itertools import product
from pathlib import Path
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString
from fontTools.misc.transform import Transform
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.otTables import SubstLookupRecord
from fontTools.ttLib.tables.otTraverse import dfs_base_table

from press.fonts import demand, forms
from press.model import Document, Enclosure

FAMILY = "Standing Han"
"""What style sheets call the turned face, and it itself: a changed face does not keep its name."""

WEIGHTS = (400, 700)
"""Of the faces that a product names for a language, in their order."""

EM, MIDDLE = 1000, (500, 380)
"""A full-width glyph is as wide as this; its square reaches from 120 below the line to 880 above it."""

TURN = Transform().translate(*MIDDLE).rotate(1.5707963267948966).translate(-MIDDLE[0], -MIDDLE[1])
"""A quarter turn against the clock."""

PAIR = 940
"""How much of a square two figures may take."""

KEPT = ["ccmp", "liga", "locl", "chws", "kern", "vert"]
"""The features that are kept."""

WIDE, WIDE_CAPITALS = ("".join(chr(ord(char) + 0xFEE0) for char in row) for row in (digits, ascii_uppercase))
"""The figures and capitals that fill a square."""
ALWAYS = frozenset([*range(0x20, 0x7F), *range(0x2000, 0x2070), *map(ord, WIDE + WIDE_CAPITALS)])
"""Characters that style sheets and folios may add to a text."""
LATIN = f"{ascii_letters}.,:/-\u2013"
"""Beside one of these a figure lies, and all of its number."""
LONGEST = 8
"""Figures that such a number may have."""

_WORDS = re.compile(r"<[^>]*>")


def standing(document: Document, folder: Path) -> tuple[Enclosure, ...]:
    """The faces that the product names, turned, with the characters of the document.

    Raises PublicationError for a face that is not in `folder`.
    """
    names = next(iter(document.product.faces.values()), ())
    demand(names, folder)
    texts = [_WORDS.sub("", page.text) for page in document.pages] + [style.text for style in document.styles]
    characters = frozenset(map(ord, "".join(texts)))
    return tuple(
        Enclosure(name=f"standing-{weight}.otf", media="font/otf", data=turned(folder / name, characters, weight))
        for weight, name in zip(WEIGHTS, names, strict=False)
    )


def rules(faces: Iterable[Enclosure], base: str) -> str:
    """The style sheet that makes these faces known, at addresses that begin with `base`."""
    return "".join(
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {weight}; src: url("{base}{face.name}"); }}\n'
        for weight, face in zip(WEIGHTS, faces, strict=False)
    )


def turned(path: Path, characters: frozenset[int], weight: int) -> bytes:
    """A face with these characters only, its full-width glyphs turned: the same bytes every time.

    Raises ValueError for a face that may not be embedded (OS/2 `fsType`; 0 is "installable embedding").
    """
    with TTFont(path, lazy=True, recalcTimestamp=False) as face:
        if face["OS/2"].fsType:
            raise ValueError(f"{path.name} may not be embedded")
        options = Options(layout_features=KEPT, hinting=False, notdef_outline=True, name_IDs=["*"])
        options.drop_tables += ["BASE", "GDEF", "VORG", "vhea", "vmtx"]
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=characters | ALWAYS)
        subsetter.subset(face)
        return _rebuilt(face, weight)


def _rebuilt(face: TTFont, weight: int) -> bytes:
    """The face anew, under a name of its own, its glyphs named by what they were."""
    outlines = dict(_outlines(face))
    cmap, widths, family = face.getBestCmap(), face["hmtx"].metrics, f"{FAMILY} {weight}"
    builder = FontBuilder(EM, isTTF=False)
    builder.setupGlyphOrder(list(outlines))
    builder.setupCharacterMap(cmap)
    builder.setupCFF(family.replace(" ", ""), {"FullName": family, "FamilyName": FAMILY}, outlines, {})
    boxes = {name: outline.calcBounds(None) for name, outline in outlines.items()}
    metrics = {name: (widths.get(name, [EM])[0], int(box[0]) if box else 0) for name, box in boxes.items()}
    builder.setupHorizontalMetrics(metrics)
    builder.setupHorizontalHeader(ascent=face["hhea"].ascent, descent=face["hhea"].descent)
    kept = ("sTypoAscender", "sTypoDescender", "usWinAscent", "usWinDescent", "fsType")
    builder.setupOS2(usWeightClass=weight, **{name: getattr(face["OS/2"], name) for name in kept})
    builder.setupPost()
    builder.setupNameTable(_names(face, family))
    font = builder.font
    font["head"].created, font["head"].modified = face["head"].created, face["head"].modified
    font.recalcTimestamp = False
    for tag in ("GSUB", "GPOS"):
        face[tag].ensureDecompiled(recurse=True)
        font[tag] = face[tag]
    _stand_figures(font)
    data = BytesIO()
    font.save(data, reorderTables=True)
    return data.getvalue()


def _outlines(face: TTFont) -> Iterator[tuple[str, T2CharString]]:
    """The shapes of all glyphs: those that fill a square in their forms for columns, which are Taiwan's, and turned."""
    glyphs, cmap, vertical = face.getGlyphSet(), face.getBestCmap(), forms(face, "ZHT", "vert")
    for name in face.getGlyphOrder():
        pen = T2CharStringPen(glyphs[name].width, None)
        if glyphs[name].width == EM:
            glyphs[vertical.get(name, name)].draw(TransformPen(pen, TURN))
        else:
            glyphs[name].draw(pen)
        yield name, pen.getCharString()
    figures, box = [glyphs[cmap[ord(figure)]] for figure in digits], BoundsPen(glyphs)
    figures[0].draw(box)
    raised = MIDDLE[1] - (box.bounds[1] + box.bounds[3]) / 2
    for one, two in product(range(10), repeat=2):
        width = figures[one].width + figures[two].width
        scale = min(1, PAIR / width)
        at = TURN.translate((EM - width * scale) / 2, raised).scale(scale, 1)
        pen = T2CharStringPen(EM, None)
        figures[one].draw(TransformPen(pen, at))
        figures[two].draw(TransformPen(pen, at.translate(figures[one].width, 0)))
        yield f"figures{one}{two}", pen.getCharString()


def _stand_figures(font: TTFont) -> None:
    """Put rules for figures in place of those of the feature `vert`, whose forms the glyphs have already."""
    kept, cmap = font["GSUB"], font.getBestCmap()
    del font["GSUB"]
    addOpenTypeFeaturesFromString(font, _rules_for_figures(cmap), tables=["GSUB"])
    ours, table = font["GSUB"].table, kept.table
    font["GSUB"], first = kept, len(table.LookupList.Lookup)
    for path in dfs_base_table(ours.LookupList):
        if isinstance(record := path[-1].value, SubstLookupRecord):
            record.LookupListIndex += first
    table.LookupList.Lookup += ours.LookupList.Lookup
    table.LookupList.LookupCount = len(table.LookupList.Lookup)
    added = [first + index for index in ours.FeatureList.FeatureRecord[0].Feature.LookupListIndex]
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "vert":
            record.Feature.LookupListIndex, record.Feature.LookupCount = added, len(added)


def _rules_for_figures(cmap: Mapping[int, str]) -> str:
    """In the language of Adobe's feature files: which figures stand, two by two or alone."""
    figures, wide = ([cmap[ord(figure)] for figure in row] for row in (digits, WIDE))
    latin = " ".join(cmap[ord(char)] for char in LATIN if ord(char) in cmap)
    alone = " ".join(f"sub {one} by {other};" for one, other in zip(figures, wide, strict=True))
    pairs = " ".join(f"sub {figures[a]} {figures[b]} by figures{a}{b};" for a, b in product(range(10), repeat=2))
    capitals, tall = ([cmap[ord(char)] for char in row] for row in (ascii_uppercase, WIDE_CAPITALS))
    letters = " ".join(f"sub {one} by {other};" for one, other in zip(capitals, tall, strict=True))
    small = " ".join(cmap[ord(char)] for char in f"{ascii_lowercase}{digits}")
    words = " ".join(f"ignore sub @S {'@C ' * n}@C'; ignore sub @C' {'@C ' * n}@S;" for n in range(LONGEST))
    lying = " ".join(f"ignore sub @L {'@D ' * n}@D'; ignore sub @D' {'@D ' * n}@L;" for n in range(LONGEST))
    return f"""
        @D = [{" ".join(figures)}]; @L = [{latin}]; @C = [{" ".join(capitals)}]; @S = [{small}];
        lookup alone {{ {alone} }} alone;
        lookup pairs {{ {pairs} }} pairs;
        lookup letters {{ {letters} }} letters;
        lookup two {{
            ignore sub @L @D' @D'; ignore sub @D' @D' @L; ignore sub @D @D' @D'; ignore sub @D' @D' @D;
            sub @D' lookup pairs @D';
        }} two;
        lookup others {{ {lying} sub @D' lookup alone; }} others;
        lookup capitals {{ {words} sub @C' lookup letters; }} capitals;
        feature vert {{ lookup two; lookup others; lookup capitals; }} vert;
    """


def _names(face: TTFont, family: str) -> dict[str, str]:
    """What the face says of itself: its own name, and whose work and on what terms it is (OpenType, `name`)."""
    numbers = {"copyright": 0, "version": 5, "manufacturer": 8, "designer": 9, "licenseDescription": 13}
    numbers |= {"licenseInfoURL": 14}
    said = {name: face["name"].getDebugName(number) or "" for name, number in numbers.items()}
    said["version"] += ";turned by press/turning.py"
    compact, style = family.replace(" ", ""), family.rpartition(" ")[2]
    ours = {"familyName": FAMILY, "styleName": style, "fullName": family, "psName": compact}
    return {name: text for name, text in said.items() if text} | ours | {"uniqueFontIdentifier": compact}
