"""The faces that an e-book brings with it: for each language that names some, the characters it is written with.

Readers without Chinese and Japanese faces show boxes, others show the characters in the forms of the wrong country.
So each language has a subset with its own forms, applied by class: some know neither `:lang()` nor `unicode-range`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from xml.etree import ElementTree as ET

from press.fonts import covered, demand, scripts, subset
from press.model import Document, Enclosure
from press.prose import is_han

OTHERS = frozenset({"Latn", "Grek", "Cyrl"})
"""Scripts that are left to the reader's own face."""

COMMON = frozenset({"Zyyy", "Zinh"})
"""What belongs to no script: figures, marks."""

BOLD = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "th", "b", "strong"})
"""What is bold without any style sheet."""

WEIGHTS = ("normal", "bold")
SHAPES = (("normal", "normal"), ("bold", "normal"), ("normal", "italic"))
"""Weight and style of the faces of an alphabet, in the order in which a product names them."""

FEATURES = ("kern", "liga", "smcp", "c2sc", "onum", "pnum")
"""What a face of an alphabet keeps (OpenType features): a browser sets small capitals and old figures with it."""

COLUMNS = ("vert", "vchw")
"""What a face keeps for text in columns: the forms of marks, and how they close up."""

LICENSE = "LICENSE-"

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BOLD_RULE = re.compile(r"([^{}]+)\{[^{}]*font-weight:\s*bold[^{}]*\}")


def embedded(document: Document, folder: Path, flavor: str = "") -> tuple[Document, tuple[Enclosure, ...]]:
    """The document with the rules for its faces before its first style sheet, and the faces with their licenses.

    With the `flavor` "woff2" they are for browsers: an alphabet may have faces too. Raises PublicationError for a face
    that is not in `folder`.
    """
    faces, rules, enclosures = document.product.faces, list[str](), list[Enclosure]()
    files = [name for names in faces.values() for name in names]
    demand(files, folder)
    needed = _characters(document)
    written = _written(document) if flavor else frozenset()
    for language, names in faces.items():
        alphabet = bool(flavor) and not is_han(language)
        for (weight, style), name in zip(SHAPES, names, strict=False):
            characters = written if alphabet else needed.get((language, weight), frozenset())
            if characters := characters & covered(folder / name):
                short = language.partition("-")[0]
                shape = weight if style == "normal" else style
                file = f"{short}-{shape}{f'.{flavor}' if flavor else Path(name).suffix}"
                features = FEATURES if alphabet else COLUMNS if document.product.writing else ()
                data = subset(folder / name, characters, language, features=features, flavor=flavor)
                enclosures.append(Enclosure(name=f"fonts/{file}", media=f"font/{flavor or 'otf'}", data=data))
                rules.append(_rule(f"Edition {short}", file, weight, style, swap=bool(flavor)))
    for path in sorted(folder.glob(f"{LICENSE}*")):
        if any(name.startswith(path.stem.removeprefix(LICENSE)) for name in files):
            enclosures.append(Enclosure(name=f"fonts/{path.name}", media="text/plain", data=path.read_bytes()))
    if not rules:
        return document, ()
    first, *others = document.styles
    return replace(document, styles=(replace(first, text="".join([*rules, first.text])), *others)), tuple(enclosures)


def _rule(family: str, file: str, weight: str, style: str, *, swap: bool) -> str:
    source = f'src: url("../fonts/{file}")' + ("; font-display: swap" if swap else "")
    return f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style}; {source}; }}\n'


def _written(document: Document) -> frozenset[int]:
    """All characters of alphabets in a document and its style sheets, and those that any script has."""
    texts = (text for page in document.pages for text in ET.fromstring(page.text).itertext())  # noqa: S314 - ours
    found = {char for text in chain(texts, (style.text for style in document.styles)) for char in text if char > " "}
    return frozenset(ord(char) for char in found if next(scripts(char)) in OTHERS | COMMON)


def _characters(document: Document) -> dict[tuple[str, str], frozenset[int]]:
    """By language and weight, the characters of its runs that are not of an alphabet.

    The normal weight has them all: a reader may set in it what we would have bold.
    """
    sheets = "".join(_COMMENT.sub("", style.text) for style in document.styles)
    selectors = {each.split()[-1] for rule in _BOLD_RULE.findall(sheets) for each in rule.split(",") if each.split()}
    found: dict[tuple[str, str], set[str]] = {}
    for page in document.pages:
        if page.role != "ncx":
            for language, bold, text in _runs(ET.fromstring(page.text), "", selectors):  # noqa: S314 - our own templates
                for weight in WEIGHTS[: 1 + bold]:
                    found.setdefault((language, weight), set()).update(text)
    return {key: frozenset(map(ord, filter(_is_ours, chars))) for key, chars in found.items()}


def _runs(
    element: ET.Element, language: str, selectors: set[str], *, bold: bool = False
) -> Iterator[tuple[str, bool, str]]:
    """The text of an element in its pieces, the language of each, and whether it is bold."""
    language = element.get("lang", language)
    names = {element.tag.rpartition("}")[2], *(f".{name}" for name in element.get("class", "").split())}
    bold = bold or bool(names & (BOLD | selectors))
    yield language, bold, element.text or ""
    for child in element:
        yield from _runs(child, language, selectors, bold=bold)
        yield language, bold, child.tail or ""


def _is_ours(char: str) -> bool:
    """Whether a character is set in the faces that we bring: full-width letters are."""
    is_wide = "\uff00" <= char <= "\uffef"
    return char > "\x7f" and not char.isspace() and (is_wide or next(scripts(char)) not in OTHERS)
