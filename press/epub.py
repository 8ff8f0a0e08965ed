"""A `Document` in the bytes of an EPUB 3, the same bytes every time. The only importer of EbookLib.

EbookLib writes manifest, spine and archive well, but its classes for documents parse XHTML as HTML and print
it anew: markup is lost, and spaces appear between Han characters. So each page comes here finished and goes
in as bytes, untouched; what EbookLib cannot say, and its clock, are put right in the finished archive.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import PurePosixPath
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from ebooklib import epub

from press.accessibility import SCRIPTED, Trees, accessibility, names
from press.model import Contributor, Document, Enclosure, Facts, Page, Style, Titles
from press.problems import Location, Problem, PublicationError

FACTS, PAGES = Location(PurePosixPath("content/publication.yaml")), Location(PurePosixPath("templates/epub"))
PACKAGE, FIRST = "EPUB/content.opf", ("mimetype", "META-INF/container.xml", "EPUB/content.opf")
FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # a zip archive knows no earlier
SUFFIX = {"spine": ".xhtml", "nav": ".xhtml", "ncx": ".ncx", "style": ".css"}
MEDIA = {".xhtml": "application/xhtml+xml", ".ncx": "application/x-dtbncx+xml", ".css": "text/css"}

OPF, DC = "http://www.idpf.org/2007/opf", "http://purl.org/dc/elements/1.1/"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
BEFORE_DATE, AFTER_DATE = "identifier title creator contributor language publisher date", "subject source rights"
ORDER = [f"{{{DC}}}{name}" for name in BEFORE_DATE.split()] + ["dcterms:modified", f"{{{DC}}}description"]
ORDER += ["dcterms:abstract"] + [f"{{{DC}}}{name}" for name in AFTER_DATE.split()]
ARTICLES = re.compile(r"(The|An?) (.+)")
"""A title is sorted by the word behind its article."""

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Statement = tuple[str | None, str, str | None, dict[str, str]]
"""A statement of metadata as EbookLib takes it: namespace ("DC" or none), name, value, attributes."""


def make_epub(document: Document, enclosures: Sequence[Enclosure] = ()) -> bytes:
    """The EPUB of `document`: its pages by their names, the nav in the spine where it stands among them.

    Raises PublicationError for what content and templates can have wrong; any other error is our mistake.
    """
    facts, moment = document.facts, datetime.fromisoformat(document.facts.moment)
    if moment.utcoffset() != timedelta(0):
        raise ValueError(f"the moment '{facts.moment}' is not in UTC")
    trees = _parse(document)
    book = epub.EpubBook()
    book.set_identifier(facts.identifier)
    # Said outright: without it some readers turn a book with Chinese to the right.
    book.set_direction("rtl" if document.product.writing else "ltr")
    statements = [
        _meta(name, value, language="en" if name.endswith("Summary") else "")
        for name, value in accessibility(document, trees)
    ]
    for statement in (*_describe(facts), *statements):
        book.add_metadata(*statement)
    for page in document.pages:
        ident = "ncx" if page.role == "ncx" else page.name.replace(".", "-")
        item = epub.EpubItem(ident, page.name, MEDIA[SUFFIX[page.role]], page.text.encode())
        item.properties = list(_properties(page, trees[page.name]))
        book.add_item(item)
        book.spine += [ident] if page.role != "ncx" else []
    for style in document.styles:
        ident, name = f"styles-{_file(style).replace('.', '-')}", f"styles/{_file(style)}"
        book.add_item(epub.EpubItem(ident, name, MEDIA[".css"], style.text.encode()))
    for enclosure in enclosures:
        ident = re.sub("[^A-Za-z0-9]", "-", enclosure.name)
        item = epub.EpubItem(ident, enclosure.name, enclosure.media, enclosure.data)
        item.properties = ["cover-image"] if enclosure.is_cover else []
        book.add_item(item)
        if enclosure.is_cover:  # the older way of saying it, which Kindle's converter still goes by
            book.add_metadata(None, "meta", None, {"name": "cover", "content": ident})
    archive = BytesIO()
    without = {"epub2_guide": False, "epub3_landmark": False, "epub3_pages": False}
    with _records_are_errors():
        epub.write_epub(archive, book, {"mtime": moment, "raise_exceptions": True, **without})
    return _finish(archive.getvalue(), facts.language, moment)


def _parse(document: Document) -> Trees:
    """The pages. Raises PublicationError for all that is wrong with facts, names and XML."""
    roles = Counter(page.role for page in document.pages)
    if not roles["spine"] or roles["nav"] != 1 or roles["ncx"] != 1:
        raise ValueError(f"'{document.product.name}' needs pages, one nav and one ncx; it has {dict(roles)}")
    problems = [Problem(FACTS, message) for message in (*_bad_facts(document.facts), *_bad_names(document))]
    trees = {}
    for page in document.pages:
        try:
            trees[page.name] = ET.fromstring(page.text.encode())  # noqa: S314 - our own templates printed it
        except (ET.ParseError, UnicodeEncodeError) as error:
            problems.append(Problem(PAGES, f"{page.name} is not XML: {error}"))
    if problems:
        raise PublicationError(problems)
    return trees


def _bad_facts(facts: Facts) -> Iterator[str]:
    said = {"title": facts.title.get(facts.language, ""), "identifier": facts.identifier}
    said |= {"subtitle": facts.subtitle.get(facts.language, "")} if facts.subtitle else {}
    said |= {"language": facts.language, "publisher": facts.publisher, "description": facts.description}
    yield from (f"there is no {name} in '{facts.language}'" for name in said if not said[name].strip())
    texts = [*said.values(), *facts.title.values(), *facts.subtitle.values(), *facts.subjects, *facts.sources]
    texts += [text for right in facts.rights for text in (right.url, *right.text.values())]
    texts += [text for right in facts.rights for text in right.statement.values()]
    yield from (f"XML does not allow a character of {text!r}" for text in texts if NOT_XML.search(text))


def _bad_names(document: Document) -> Iterator[str]:
    names = [(page.name, SUFFIX[page.role]) for page in document.pages]
    names += [(_file(style), SUFFIX["style"]) for style in document.styles]
    for (name, suffix), count in Counter(names).items():
        if not re.fullmatch(f"[a-z][a-z0-9_-]*{re.escape(suffix)}", name):
            yield f"'{name}' cannot be a file of the EPUB: a name has only a-z, 0-9, '-', '_' and {suffix}"
        if count > 1:
            yield f"the EPUB has {count} files '{name}'"


def _file(style: Style) -> str:
    """The name of a style sheet in the archive, where all are in one folder."""
    return style.name.rpartition("/")[2]


def _properties(page: Page, tree: ET.Element) -> Iterator[str]:
    """What the manifest must say of a page."""
    tags = set(names(tree))
    handled = any(name.startswith("on") for element in tree.iter() for name in element.attrib)
    found = {"mathml": "math" in tags, "nav": page.role == "nav", "scripted": handled or tags & SCRIPTED}
    yield from (name for name, is_found in (found | {"svg": "svg" in tags}).items() if is_found)


def _dc(name: str, value: str, ident: str = "", language: str = "") -> Statement:
    return "DC", name, value, {key: text for key, text in (("id", ident), (LANG, language)) if text}


def _meta(name: str, value: str, refines: str = "", language: str = "") -> Statement:
    attributes = {"property": name, "refines": refines and f"#{refines}", LANG: language}
    return None, "meta", value, {key: text for key, text in attributes.items() if text}


def _titles(kind: str, wordings: Titles, language: str) -> Iterator[Statement]:
    """A title in the main language and, since most readers show only the first, the others as refinements."""
    yield _dc("title", wordings[language], f"title-{kind}", language)
    yield _meta("title-type", kind, f"title-{kind}")
    if article := ARTICLES.fullmatch(wordings[language]):
        yield _meta("file-as", f"{article[2]}, {article[1]}", f"title-{kind}")
    for other in (other for other in wordings if other != language):
        yield _meta("alternate-script", wordings[other], f"title-{kind}", other)


def _describe(facts: Facts) -> Iterator[Statement]:
    """What the book says of itself."""
    yield from _titles("main", facts.title, facts.language)
    yield from _titles("subtitle", facts.subtitle, facts.language) if facts.subtitle else ()
    yield from _titles("short", facts.short_title, facts.language) if facts.language in facts.short_title else ()
    for number, contributor in enumerate(facts.contributors, 1):
        yield from _contributor(contributor, number, facts.language)
    yield from (_dc("language", language) for language in dict.fromkeys((facts.language, *facts.languages)))
    main = facts.main if facts.main != facts.language else ""
    yield from (_dc("publisher", facts.publisher, language=main), _dc("date", facts.moment[:10]))
    yield _dc("description", facts.description, language=main)
    yield from (_meta("dcterms:abstract", text, language=language) for language, text in facts.abstract.items())
    yield from (_dc("subject", subject, language=main) for subject in facts.subjects)
    yield from (_dc("source", source) for source in facts.sources)
    for number, right in enumerate(facts.rights, 1):
        for language, statement in right.statement.items():
            ident, text = f"rights-{number}-{language}", right.text.get(language, "")
            colon = "：" if language.startswith(("zh", "ja")) else ": "
            yield _dc("rights", f"{text}{colon}{statement}" if text else statement, ident, language)
            if right.url:
                terms = {"refines": f"#{ident}", "rel": "dcterms:license", "href": right.url}
                yield None, "link", None, terms
    if facts.edition:
        yield None, "meta", facts.title[facts.language], {"property": "belongs-to-collection", "id": "edition"}
        yield _meta("collection-type", "set", "edition")
        yield _meta("dcterms:identifier", facts.edition, "edition")
    if facts.page_source:
        yield _meta("pageBreakSource", facts.page_source)


def _contributor(contributor: Contributor, number: int, language: str) -> Iterator[Statement]:
    """The first is the one under whose name readers list the book; the others have had a hand in it."""
    ident, wording = f"contributor-{number}", language if language in contributor.name else next(iter(contributor.name))
    yield _dc("creator" if number == 1 else "contributor", contributor.name[wording], ident, wording)
    yield None, "meta", contributor.role, {"property": "role", "refines": f"#{ident}", "scheme": "marc:relators"}
    yield _meta("file-as", contributor.file_as or contributor.name[wording], ident)
    yield _meta("display-seq", str(number), ident)
    for other in (other for other in contributor.name if other != wording):
        yield _meta("alternate-script", contributor.name[other], ident, other)


class _Raising(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        raise RuntimeError(f"EbookLib says: {record.getMessage()}")


@contextmanager
def _records_are_errors() -> Iterator[None]:
    """Raise whatever is logged, at any level: EbookLib logs what it could not write, and goes on."""
    handler, root = _Raising(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.NOTSET)
    try:
        yield
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


def _finish(archive: bytes, language: str, moment: datetime) -> bytes:
    """The archive anew: the package put right; order, dates and modes fixed; all but `mimetype` deflated."""
    with ZipFile(BytesIO(archive)) as old:
        entries = {name: old.read(name) for name in old.namelist()}
    entries[PACKAGE] = _finish_package(entries[PACKAGE], language)
    finished = BytesIO()
    with ZipFile(finished, "w") as new:
        for name in (*FIRST, *sorted(entries.keys() - FIRST)):
            info = ZipInfo(name, max(moment.timetuple()[:6], FIRST_DATE))
            info.create_system, info.external_attr = 3, 0o100644 << 16
            info.compress_type = ZIP_STORED if name == "mimetype" else ZIP_DEFLATED
            new.writestr(info, entries[name], compresslevel=9)
    return finished.getvalue()


def _finish_package(text: bytes, language: str) -> bytes:
    """The package document with its language and direction, and each refinement behind what it refines."""
    package = ET.fromstring(text)  # noqa: S314 - EbookLib printed it
    del package.attrib["prefix"]  # all the prefixes we use are reserved, and need not be declared
    package.set("dir", "ltr")
    package.set(LANG, language)
    # Without the name of EbookLib, which would change the bytes with its version.
    said = [element for element in package[0] if element.get("name") != "generator"]
    owners = {f"#{element.get('id')}": element for element in said}

    def place(element: ET.Element) -> tuple[int, int]:
        owner = owners.get(element.get("refines", ""), element)
        name = owner.get("property", owner.tag)
        return ORDER.index(name) if name in ORDER else len(ORDER), said.index(owner)

    package[0][:] = sorted(said, key=place)
    ET.register_namespace("", OPF)
    ET.register_namespace("dc", DC)
    ET.indent(package, "\t")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(package, "unicode")}\n'.encode()
