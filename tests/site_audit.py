"""What must hold in the folder of pages for a browser, read as files: each fault in a line that tells where."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from hashlib import sha256
from itertools import pairwise
from posixpath import dirname, join, normpath
from typing import NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree as ET

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
"""Elements that HTML ends by itself (HTML Living Standard, 13.1.2)."""

FETCHED = {"src", "srcset", "poster", "data", "action", "formaction", "background", "ping"}
"""Attributes whose address a browser fetches, or sends to, by itself."""

_EMPTY = re.compile(r"<([a-z][a-z0-9]*)[^<>]*/>")
_URL = re.compile(r"url\(\s*[\"']?([^\"')]+)|@import\s+[\"']?([^\"';]+)")
_SVG = re.compile(r"<svg.*?</svg>", re.DOTALL)


class Folder(NamedTuple):
    """Files by their places, and the pages among them as trees."""

    files: Mapping[str, bytes]
    pages: Mapping[str, ET.Element]

    def ids(self, page: str) -> Counter[str]:
        """How often each id stands in a page."""
        return Counter(element.attrib["id"] for element in self.pages[page].iter() if "id" in element.attrib)


def read_folder(files: Mapping[str, bytes]) -> tuple[Folder, list[str]]:
    """The folder, and what is wrong with pages that are no XML."""
    pages, faults = dict[str, ET.Element](), list[str]()
    for name, data in files.items():
        if name.endswith(".html"):
            try:
                pages[name] = ET.fromstring(data)
            except ET.ParseError as error:
                faults.append(f"{name}: is not well-formed: {error}")
    return Folder(files, pages), faults


def site_faults(files: Mapping[str, bytes]) -> list[str]:
    """All that is wrong in a folder of pages."""
    folder, faults = read_folder(files)
    for name in folder.pages:
        for check in (structure, headings, links, loaded, policy, languages, pictures):
            faults += [f"{name}: {fault}" for fault in check(folder, name)]
    for name in files:
        if name.endswith(".css"):
            faults += [f"{name}: {fault}" for fault in styles(folder, name)]
    return faults


def structure(folder: Folder, name: str) -> Iterator[str]:
    """Ids once, a title, a main part; what HTML reads as XML does."""
    tree, text = folder.pages[name], folder.files[name].decode()
    yield from (f"id '{ident}' is there {count} times" for ident, count in folder.ids(name).items() if count > 1)
    for attribute in ("aria-labelledby", "aria-describedby"):
        for element in tree.iter():
            for ident in element.get(attribute, "").split():
                if ident not in folder.ids(name):
                    yield f"{attribute} names '{ident}', which is not there"
    if not text.startswith("<!DOCTYPE html>\n"):
        yield "has no doctype"
    if not (tree.findtext("head/title") or "").strip():
        yield "has no title"
    if len(list(tree.iter("main"))) != 1:
        yield "has no main part, or several"
    for empty in _EMPTY.findall(_SVG.sub("", text)):
        if empty not in VOID:
            yield f"<{empty}/> is not ended for HTML"


def headings(folder: Folder, name: str) -> Iterator[str]:
    """One heading of the first level, which stands first; no level is left out."""
    levels = [HEADINGS.index(element.tag) + 1 for element in folder.pages[name].iter() if element.tag in HEADINGS]
    if levels.count(1) != 1 or levels[0] != 1:
        yield f"headings of levels {levels[:8]}: one of the first is to stand first"
    yield from (f"a heading of level {two} under one of {one}" for one, two in pairwise(levels) if two > one + 1)


def languages(folder: Folder, name: str) -> Iterator[str]:
    """The language is said, by `lang` alone; nothing is left of an e-book's attributes."""
    if not folder.pages[name].get("lang"):
        yield "has no language"
    for element in folder.pages[name].iter():
        yield from (f"has the attribute {key}" for key in element.attrib if key.startswith("{"))


def links(folder: Folder, name: str) -> Iterator[str]:
    """Every link within the folder leads to something."""
    for element in folder.pages[name].iter("a"):
        address = element.get("href", "")
        if re.match(r"https?:|mailto:", address):
            continue
        path, _, fragment = address.partition("#")
        target = normpath(join(dirname(name), unquote(path))) if path else name
        if target not in folder.files:
            yield f"the link to {address} leads nowhere"
        elif fragment and target in folder.pages and fragment not in folder.ids(target):
            yield f"the link to {address} leads to no place"


def loaded(folder: Folder, name: str) -> Iterator[str]:
    """What a browser fetches by itself is in the folder."""
    for element in folder.pages[name].iter():
        addresses = [element.attrib[key] for key in element.attrib.keys() & FETCHED]
        if element.tag == "link":
            addresses.append(element.get("href", ""))
        for address in addresses:
            if normpath(join(dirname(name), address.partition("#")[0])) not in folder.files:
                yield f"<{element.tag}> loads {address}, which is not in the folder"
        yield from _outside(
            folder,
            name,
            f"{element.get('style', '')} {element.text or ''}" if element.tag == "style" else element.get("style", ""),
        )
    if any(element.tag in ("iframe", "object", "embed", "form", "base") for element in folder.pages[name].iter()):
        yield "has an element that the page does without"


def styles(folder: Folder, name: str) -> Iterator[str]:
    """What a style sheet loads is in the folder."""
    yield from _outside(folder, name, folder.files[name].decode())


def _outside(folder: Folder, name: str, text: str) -> Iterator[str]:
    for groups in _URL.findall(text):
        address = next(filter(None, groups))
        if normpath(join(dirname(name), address)) not in folder.files:
            yield f"loads {address}, which is not in the folder"


def policy(folder: Folder, name: str) -> Iterator[str]:
    """The page says that nothing may come from elsewhere, and allows its own script only (CSP Level 3)."""
    metas = {meta.get("http-equiv"): meta.get("content", "") for meta in folder.pages[name].iter("meta")}
    said = metas.get("Content-Security-Policy", "")
    if not said.startswith("default-src 'none'; "):
        yield "lets things be loaded from anywhere"
    for script in folder.pages[name].iter("script"):
        if script.get("type") == "application/ld+json":
            try:
                json.loads(script.text or "")
            except ValueError as error:
                yield f"its data are not JSON: {error}"
            continue
        digest = b64encode(sha256((script.text or "").encode()).digest()).decode()
        if f"'sha256-{digest}'" not in said:
            yield "has a script that it does not allow"


def pictures(folder: Folder, name: str) -> Iterator[str]:
    """A picture has words, and the size that is said of it."""
    for image in folder.pages[name].iter("img"):
        if not image.get("alt", "").strip():
            yield f"the picture {image.get('src')} has no words"
        data = folder.files.get(normpath(join(dirname(name), image.get("src", ""))), b"")
        size = tuple(int.from_bytes(data[start : start + 4], "big") for start in (16, 20))
        if size != (int(image.get("width", 0)), int(image.get("height", 0))):
            yield f"the picture {image.get('src')} is of {size[0]} by {size[1]} pixels"


def unlisted(files: Mapping[str, bytes], manifest: Mapping[str, object]) -> list[str]:
    """Files of a folder that its manifest does not have as they are."""
    artifacts = manifest["artifacts"]
    assert isinstance(artifacts, list)
    said = {each["file"]: each for artifact in artifacts for each in (artifact, *artifact["others"])}
    found = partial(_differs, said)
    return [name for name, data in files.items() if found(name, data)] + sorted(said.keys() - files.keys())


def _differs(said: Mapping[str, Mapping[str, object]], name: str, data: bytes) -> bool:
    known = said.get(name, {})
    return (known.get("bytes"), known.get("sha256")) != (len(data), sha256(data).hexdigest())
