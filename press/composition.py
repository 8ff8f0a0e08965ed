"""Publication + product + templates → Document: finished words, with links, notes and folios in their places.

The only importer of Jinja2. A template prints what it is given; it builds no anchor and asks no product its name.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from hashlib import sha256
from os.path import relpath
from pathlib import Path, PurePosixPath

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from markupsafe import Markup

from press.chapters import UNKNOWN_FOLIO, Chapter, Entry, Step, Way, chapters, contents, landmarks, ways_on
from press.dates import dated, in_its_year, shortly
from press.expansions import expand, forms
from press.exports import attachments
from press.facts import as_told_by, facts_of, led_by
from press.handouts import headings, on_side, once, only, passages, rows, sheets, terms_of
from press.heads import heads_of
from press.lemmata import incipit
from press.markup import (
    Locators,
    Medium,
    cite,
    link_to,
    nothing,
    render_law,
    render_lemma,
    render_note,
    render_prose,
    tagged,
    titled,
    unpaged,
    visible,
)
from press.model import (
    Booklet,
    Document,
    Folios,
    Leaf,
    Leaves,
    Page,
    Part,
    Product,
    Publication,
    Remark,
    Shelf,
    Style,
    Titles,
    Unit,
    call_anchor,
    emendation_anchor,
    leaf_anchor,
    notes_anchor,
    section_anchor,
    wording,
)
from press.online import as_html, body_of, html_name, promoted
from press.problems import Location, Problem, PublicationError, did_you_mean
from press.prose import Note, is_han
from press.quotable import citation_forms, described, media_of
from press.screen import identified, led_on, marked, named, piled, standing
from press.terms import Uses, first_uses
from press.timeline import Timeline, draw

NO_LEAVES = Leaves()
SEMANTICS = {
    "titlepage": ("titlepage", ""),
    "imprint": ("copyright-page", ""),
    "glossary": ("glossary", "doc-glossary"),
    "bibliography": ("bibliography", "doc-bibliography"),
    "index": ("", "doc-index"),  # the term would bind it to the form of EPUB Indexes 1.0
}
"""What a chapter of this class is in an e-book: its term (EPUB Structural Semantics Vocabulary 1.1), its role."""

COVER = "cover.html.jinja"
COVER_STYLES = ("base/tokens.css", "base/text.css", "book/front.css")
BESIDE = frozenset({"see"})
"""Classes of paragraphs that lead from a text to what is said of it."""

_IDS = re.compile(r'\sid="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates, the style sheets and the ICC profiles, by name."""

    environment: Environment
    styles: Mapping[str, str]
    folder: PurePosixPath
    profiles: Mapping[str, bytes] = field(default_factory=dict)


def load_templates(folder: Path) -> Templates:
    """The templates of `folder`, each compiled once, and its style sheets. Raises PublicationError for bad syntax."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["in_arabic"] = str.isdecimal
    environment.filters["in_file"] = lambda address: address.partition("#")[0]
    environment.globals |= {
        "tagged": tagged, "titled": titled, "visible": visible, "incipit": incipit, "is_han": is_han,
        "emendation_anchor": emendation_anchor, "section_anchor": section_anchor, "leaf_anchor": leaf_anchor,
    }  # fmt: skip
    problems = list[Problem]()
    for name in environment.list_templates(extensions=["jinja"]):
        try:
            environment.get_template(name)
        except TemplateSyntaxError as error:
            at = Location(PurePosixPath(folder.name) / (error.name or name), error.lineno)
            problems.append(Problem(at, f"bad template: {error.message}"))
        except UnicodeDecodeError:
            problems.append(_not_utf8(PurePosixPath(folder.name) / name))
    styles = dict[str, str]()
    for path in sorted((folder / "styles").rglob("*.css")):
        name = path.relative_to(folder / "styles").as_posix()
        try:
            styles[name] = path.read_text("utf-8")
        except UnicodeDecodeError:
            problems.append(_not_utf8(PurePosixPath(folder.name) / "styles" / name))
    if problems:
        raise PublicationError(problems)
    profiles = {path.name: path.read_bytes() for path in sorted((folder / "color").glob("*.icc"))}
    return Templates(environment, styles, PurePosixPath(folder.name), profiles)


def _not_utf8(path: PurePosixPath) -> Problem:
    return Problem(Location(path), "the file is not UTF-8", "save it as UTF-8")


def compose(
    publication: Publication,
    product: Product,
    templates: Templates,
    folios: Folios,
    known: Leaves | Shelf | Booklet = NO_LEAVES,
) -> Document:
    """A product in its finished words, with these folios.

    `known` is what it is told of the products that it is made from: where the pages of a printed book begin, which an
    e-book marks; what is on the shelf; how many sheets a booklet has. Raises PublicationError for an unknown style or a
    template's fault.
    """
    styles = _styles(publication, product, templates)
    leaves = known if isinstance(known, Leaves) else NO_LEAVES
    shelf = known if isinstance(known, Shelf) else Shelf()
    booklet = known if isinstance(known, Booklet) else Booklet()
    publication = as_told_by(publication, product)
    composer = _Composer(publication, product, templates, folios, leaves)
    makers: dict[str, Callable[[], Iterator[Page]]] = {
        "pdf": composer.book, "cover": composer.book, "epub": composer.epub, "html": composer.online,
        "site": partial(composer.site, shelf), "booklet": partial(composer.leaflet, booklet),
    }  # fmt: skip
    pages = makers.get(product.format, composer.nothing)
    printed = product.format == "pdf"
    try:
        texts = tuple(pages())
        anchors = _IDS.findall(texts[0].text) if printed else ()
        book = printed and not product.sides
        return Document(
            # What the page of downloads says of a file does not go into it, and need not make it anew.
            product=replace(product, group="", purpose={}, record=0),
            facts=replace(composer.facts, page_source=leaves.source), pages=texts,
            styles=styles, arabic=composer.arabic,
            heads=() if product.sides else heads_of(publication, composer.parts, anchors),
            attachments=attachments(publication, product) if book else (),
            cover=composer.cover(), profile=_profile(publication, product, templates),
            sheets=sheets(publication, product, composer.chapters),
        )  # fmt: skip
    except TemplateError as error:
        raise PublicationError([_template_problem(error, templates)]) from error


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of texts set side by side: a paragraph, or the caption or a name of signatures, in both.

    A paragraph has the anchor and the label of the text that is set beside the other.
    """

    kind: str
    theirs: str
    ours: str
    anchor: str = ""
    label: str = ""


class _Composer:
    """One composition: holds what every template of one product is given."""

    def __init__(
        self, publication: Publication, product: Product, templates: Templates, folios: Folios, leaves: Leaves
    ) -> None:
        publication = _fitted(publication, product)
        self.publication, self.product, self.templates, self.folios = publication, product, templates, folios
        self.leaves, self.language = leaves, product.language or publication.language
        self.facts = facts_of(publication, product)
        self.parts = [publication.part(name) for name in product.parts]
        self.chapters = only(product.unit, (chapter for part in self.parts for chapter in chapters(part)))
        self.led = _led(publication, self.language)
        self.led_parts = [self.led.part(part.name) for part in self.parts]
        self.printed = {anchor for part in self.parts for anchor in publication.anchors_in(part)}
        self.arabic = next((part.anchor for part in self.parts if part.matter == "body"), "")
        self.sources = {source.key: source for source in publication.sources}
        self.witnessed = {witness.text: witness.source for witness in publication.witnesses}
        self.units = {unit.anchor: unit for part in publication.parts for unit in part.units}
        self.comments = {comment.unit: comment for part in self.parts for comment in part.comments}

    @cached_property
    def labels(self) -> dict[str, str]:
        """What units, comments and numbered paragraphs are called, by their anchors."""
        parts = self.publication.parts
        units = {unit.anchor: unit.label or wording(unit.title, unit.language) for unit in self.units.values()}
        comments = {comment.anchor: comment.label for part in parts for comment in part.comments}
        paragraphs = {
            paragraph.anchor: paragraph.label
            for part in parts
            for prose in part.proses()
            for paragraph in prose.paragraphs
        }
        return units | comments | paragraphs

    @cached_property
    def terms(self) -> dict[str, Uses]:
        """Where each text of the product first uses a term of the glossary, by part."""
        glossed = self.publication.lists.glossary if any(part.kind == "glossary" for part in self.parts) else ()
        return {
            part.name: first_uses(part, glossed, self.publication.language)
            for part in self.parts
            if part.kind in ("treaty", "commentary")
        }

    def nothing(self) -> Iterator[Page]:
        """A product without words, such as one made from other products' bytes."""
        yield from ()

    def book(self) -> Iterator[Page]:
        """All chapters in one text, for paper."""
        known, seen, bodies = forms(self.publication.lists.abbreviations), dict[str, set[tuple[str, str]]](), []
        for chapter, words in self.handout() if self.product.sides else self.bound():
            met = seen.setdefault(chapter.name if self.product.sides else chapter.part.name, set())
            says_them = chapter.part.kind == "abbreviations"
            bodies.append((chapter, words if says_them else expand(words, known, self.publication.language, met)))
        text = self.render(f"{self.product.template}.html.jinja", chapters=bodies, arabic=self.arabic)
        text, language = piled(text) if self.product.writing else text, self.language
        yield Page(name="book.html", text=text, title=self.publication.title[language], language=language)

    def leaflet(self, booklet: Booklet) -> Iterator[Page]:
        """What is printed on the outermost sheet of each signature of a booklet, beside the pages."""
        text = self.render(f"{self.product.template}.html.jinja", booklet=booklet)
        yield Page(name="sheets.html", text=text, title=self.facts.title[self.language], language=self.language)

    def bound(self) -> Iterator[tuple[Chapter, Markup]]:
        """The chapters of a book, each with the notes that stand at its end."""
        for chapter in self.chapters:
            notes = list[tuple[Note, Markup]]()
            body = self.chapter(chapter, self.paper(chapter.part, notes))
            if notes:
                anchor, language = notes_anchor(chapter.part.anchor), chapter.part.language
                body += self.safe("book/notes.html.jinja", notes=notes, anchor=anchor, language=language)
            yield chapter, body

    def handout(self) -> Iterator[tuple[Chapter, Markup]]:
        """The sheets of a handout. What is on them is read from them, as in an e-book: links lead nowhere else."""
        self.printed = {each for chapter in self.chapters for each in _IDS.findall(self.sheet(chapter))}
        seen, notes = set[str](), {note.anchor: note for part in self.publication.parts for note in _notes(part)}
        for chapter in self.chapters:
            yield chapter, Markup(once(self.sheet(chapter), seen, notes))  # noqa: S704 - it was markup

    def sheet(self, chapter: Chapter) -> Markup:
        """One sheet. It calls notes as an e-book does and prints them where its template says; it tells no folios."""
        called = list[tuple[Note, Markup]]()

        def call(note: Note, text: Markup) -> Markup:
            called.append((note, text))
            return Markup('<a class="call" id="{0}-call" href="#{0}">\u2060{1}</a>').format(note.anchor, note.number)

        def taken() -> list[tuple[Note, Markup]]:
            """The notes called since this was last asked, each once."""
            notes = list({note.anchor: (note, text) for note, text in called}.values())
            called.clear()
            return notes

        medium = replace(
            self.paper(chapter.part, []), folio=lambda _anchor, _language: Markup(""), note=call, beside=nothing,
            page=unpaged, terms={},
        )  # fmt: skip
        return self.chapter(
            chapter, medium, notes=taken, on_side=on_side, rows=partial(rows, self.publication),
            headings=partial(headings, self.publication), terms_of=partial(terms_of, self.publication),
            law_anchors=self.law_anchors(),
            passages=lambda comment: [
                (each, render_prose(each.prose, replace(medium, note_mark=self.mark(each.part))))
                for each in passages(self.publication, comment)
            ],
        )  # fmt: skip

    def law_anchors(self) -> set[str]:
        """The places in texts of law that nothing is set beside: their units, and their paragraphs."""
        return {each for part in self.publication.parts if part.kind == "treaty" for each in part.anchors()}

    def epub(self) -> Iterator[Page]:
        """One file for each chapter, and the nav and NCX that lead to them and to the pages of the printed book."""
        spine, files = self.spine, self.files
        bare = [self.file(chapter, self.screen(chapter.part, files)) for chapter in spine]
        pages = [replace(page, text=marked(page.text, self.leaves_of(page))) for page in bare]
        words, main, entries, parts = self.led.words.contents, self.language, self.entries, self.led_parts
        leaves = tuple(leaf for page in pages for leaf in self.leaves_of(page))
        shown = {
            "contents": entries, "heading": words[main],
            "landmarks": tuple(landmarks(parts, words)), "language": main, "styles": self.sheets,
            "leaves": leaves, "orders": _orders(pages, entries, leaves),
        }  # fmt: skip
        for chapter, page in zip(spine, pages, strict=True):
            if chapter.part.anchor == self.arabic and chapter is next(c for c in spine if c.part is chapter.part):
                # The contents stand where a book has them, before the first text.
                text = self.render("epub/nav.xhtml.jinja", **shown)
                yield Page(name="nav.xhtml", text=text, title=words[main], language=main, role="nav")
            yield page
        text = self.render("epub/toc.ncx.jinja", **shown)
        yield Page(name="toc.ncx", text=text, title=words[main], language=main, role="ncx")

    @cached_property
    def spine(self) -> list[Chapter]:
        """The chapters in the order of the files of an e-book."""
        return [chapter for part in self.parts for chapter in _turned(chapters(part), self.language)]

    @cached_property
    def files(self) -> Mapping[str, str]:
        """Where each anchor lives, read from the files themselves: the first time round all links point within."""
        return {
            anchor: f"{chapter.name}.xhtml"
            for chapter in self.spine
            for anchor in _IDS.findall(self.chapter(chapter, self.screen(chapter.part, {})))
        }

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The contents of an e-book."""
        starts, link = _starts(self.spine), self.screen(self.parts[0], self.files).link
        return contents(self.led, self.led_parts, lambda anchor: starts.get(anchor) or link(anchor), self.folios)

    def online(self) -> Iterator[Page]:
        """The pages of the e-book as pages for a browser, the contents first: only what is around them differs."""
        made = [page for page in self.epub() if page.role != "ncx"]
        pages = sorted(made, key=lambda page: page.role != "nav")
        site = next((each for each in self.publication.products if each.format == "site"), None)
        for number, page in enumerate(pages):
            classes, body = body_of(page.text)
            text = self.render(
                f"{self.product.template}.html.jinja", page=page, classes=classes,
                body=Markup(promoted(body)),  # noqa: S704 - our own templates printed it
                contents=self.entries, styles=self.sheets, web=self.publication.web, **self.script("epub/titles.js"),
                before=pages[number - 1] if number else None,
                after=pages[number + 1] if number + 1 < len(pages) else None,
                site=relpath(site.file, self.product.folder) if site else "",
            )  # fmt: skip
            name = html_name(page.name)
            leaves = [leaf for leaf in self.leaves.places if leaf.file == name]
            yield replace(page, name=name, text=as_html(marked(as_html(text), leaves)), role="spine")

    def site(self, shelf: Shelf) -> Iterator[Page]:
        """The page from which all is downloaded: what there is, made from what is finished."""
        online = next((each for each in self.publication.products if each.format == "html"), None)
        files = _Composer(self.publication, online, self.templates, {}, NO_LEAVES).files if online else dict[str, str]()
        there = {anchor: f"{online.folder if online else ''}{html_name(file)}" for anchor, file in files.items()}
        medium = replace(
            self.screen(self.parts[0], {}),
            link=lambda anchor: f"{there[anchor]}#{anchor}" if anchor in there else "",
            note=lambda _, text: Markup(" <small>({})</small>").format(text),
        )  # fmt: skip
        others = [each for each in self.publication.products if each != self.product]
        text = self.render(
            f"{self.product.template}.html.jinja", web=self.publication.web, product=self.product, online=online,
            parts=self.parts, prose=lambda prose: render_prose(prose, medium), styles=self.sheets,
            groups=_groups(self.publication, others), holdings={each.product: each for each in shelf.holdings},
            views=shelf.views, called={anchor: self.called(anchor) for anchor in {v.anchor for v in shelf.views}},
            products={each.name: each for each in others}, linked=medium.link, media_of=media_of,
            forms=citation_forms(self.publication), **self.script("site/copy.js"),
            described=Markup(described(self.publication, _listed(others), shelf.holdings)),  # noqa: S704 - escaped
        )  # fmt: skip
        title = wording(self.publication.title, self.language)
        yield Page(name="index.html", text=as_html(text), title=title, language=self.language)

    def called(self, anchor: str) -> Titles:
        """What the part, the unit or the comment is called that begins at an anchor, in its languages."""
        titles = {part.anchor: part.title for part in self.publication.parts}
        titles |= {unit.anchor: unit.title for unit in self.units.values()}
        comments = [comment for part in self.publication.parts for comment in part.comments]
        titles |= {comment.anchor: comment.title for comment in comments}
        return titles.get(anchor, {})

    def script(self, name: str) -> Mapping[str, str]:
        """A script among the templates as it stands, and the digest by which a page allows it (CSP Level 3, 2.3.1)."""
        environment = self.templates.environment
        text = environment.loader.get_source(environment, name)[0] if environment.loader else ""
        digest = b64encode(sha256(text.encode()).digest()).decode()
        return {"script": Markup(text), "script_digest": digest}  # noqa: S704 - our own

    def cover(self) -> str:
        """The page that becomes the picture on the cover of an e-book, where the publication has a cover."""
        part = next((part for part in self.publication.parts if part.kind == "cover"), None)
        if self.product.format != "epub" or not part:
            return ""
        sheets = [Markup(self.templates.styles[name]) for name in COVER_STYLES]  # noqa: S704 - our own
        return self.render(f"epub/{COVER}", part=part, sheets=sheets)

    @property
    def sheets(self) -> tuple[str, ...]:
        """The style sheets as the pages of an e-book name them, where all are in one folder."""
        return tuple(name.rpartition("/")[2] for name in self.product.styles)

    def leaves_of(self, page: Page) -> list[Leaf]:
        """The pages of the printed book that begin in a file."""
        return [leaf for leaf in self.leaves.places if leaf.file == page.name]

    def file(self, chapter: Chapter, medium: Medium) -> Page:
        """One chapter as a file of an EPUB, with its notes at its end."""
        language = chapter.language
        title = wording(chapter.title, language)
        page = Page(name=f"{chapter.name}.xhtml", text="", title=title, language=language)
        notes = [(note, prose.language, render_note(note, prose.language, medium)) for note, prose in chapter.notes]
        body = self.chapter(chapter, medium)
        text = self.render(
            "epub/page.xhtml.jinja", page=page, kind=chapter.part.kind, matter=f"{chapter.part.matter}matter",
            styles=self.sheets, body=body,
            notes=self.safe("epub/notes.xhtml.jinja", chapter=chapter, notes=notes) if notes else "",
        )  # fmt: skip
        ways = {way.anchor: self.way(way, medium) for way in ways_on(self.publication, chapter)}
        text = identified(named(led_on(text, ways), chapter.name, SEMANTICS), BESIDE)
        return replace(page, text=standing(text) if self.product.writing else text)

    def way(self, way: Way, medium: Medium) -> Markup:
        """Where a reader may go from the end of a unit, as far as the product has it."""

        def led(steps: Sequence[Step]) -> list[Markup]:
            return [
                link_to(
                    step.anchor,
                    step.words,
                    medium,
                    tagged(step.language) if step.language != way.language else Markup(""),
                )
                for step in steps
                if medium.link(step.anchor)
            ]

        return self.safe(
            "epub/way.xhtml.jinja", way=way, before=led(way.before), after=led(way.after), others=led(way.others),
            passages=led(way.passages),
        )  # fmt: skip

    def chapter(self, chapter: Chapter, medium: Medium, **more: object) -> Markup:
        """The words of one chapter, by the template of its part's kind, which is given `more` on a sheet."""
        return self.safe(
            self.template(chapter.part.kind),
            publication=self.led if chapter.part.kind == "title" else self.publication,
            chapter=chapter,
            part=chapter.part,
            prose=lambda prose: render_prose(prose, medium),
            remarked=lambda remark, unit: render_prose(remark.prose, medium, _lead(remark, unit, medium)),
            law=lambda unit, comment: render_law(unit, comment, medium),
            linked=lambda anchor, words: link_to(anchor, words, medium),
            reference=medium.folio,
            page_of=medium.page,
            unit_of=self.units.get,
            comment_on=self.comments.get,
            labels=self.labels,
            lists=self.publication.lists,
            dated=self.dated,
            in_its_year=lambda iso, language: in_its_year(iso, self.locale(language)),
            shortly=lambda iso, language, form: shortly(iso, self.locale(language), form),
            timeline=self.timeline() if chapter.part.kind == "chronology" else None,
            drawing=f"{PurePosixPath(self.product.template).parent}/timeline.html.jinja",
            cite=lambda items, language: cite(items, language, medium),
            source=self.sources.get(self.witnessed.get(chapter.part.name, "")),
            facing=lambda unit: self.facing(chapter.part, unit),
            pairs=lambda unit: self.pairs(chapter.part, unit),
            locators=medium.locate,
            contents=lambda: contents(self.led, self.led_parts, medium.link, self.folios),
            **more,
        )

    def template(self, kind: str) -> str:
        """The template of a kind of part: one of those beside the product's own, or else the common one."""
        own = f"{self.product.template.partition('/')[0]}/parts/{kind}.html.jinja"
        return own if own in self.templates.environment.list_templates() else f"parts/{kind}.html.jinja"

    def dated(self, iso: str, language: str) -> str:
        """A date as the publication has it written in a language."""
        return dated(iso, self.locale(language))

    def locale(self, language: str) -> str:
        """How a language writes dates."""
        return self.publication.locales.get(language, language.replace("-", "_"))

    def timeline(self) -> Timeline:
        """The chronology drawn in the room that the product has, labelled in its first two languages."""
        events = self.publication.lists.chronology
        labelled = [each for each in self.publication.languages if any(each in event.label for event in events)]
        try:
            return draw(
                events, self.product.timeline, labelled[:2],
                lambda iso, language, form: shortly(iso, self.locale(language), form),
            )  # fmt: skip
        except ValueError as error:
            at = self.publication.place_of(self.product, "timeline")
            hint = "give it more room or smaller type, or shorten labels in chronology.yaml"
            raise PublicationError([Problem(at, f"the timeline cannot be drawn: {error}", hint)]) from error

    def facing(self, part: Part, unit: Unit) -> Unit:
        """The unit of the text that the part is set beside, which says the same."""
        others = {(other.kind, other.number): other for other in self.publication.part(part.of).units}
        return others[unit.kind, unit.number]

    def pairs(self, part: Part, unit: Unit) -> tuple[Pair, ...]:
        """The paragraphs, captions and names of a unit beside those of the text that the part is set beside."""
        other = self.facing(part, unit)
        rows = [
            Pair("paragraph", p.text, q.text, q.anchor, q.label)
            for p, q in zip(other.prose.paragraphs, unit.prose.paragraphs, strict=True)
        ]
        for theirs, ours in zip(other.signatures, unit.signatures, strict=True):
            rows.append(Pair("caption", theirs.caption, ours.caption))
            rows += [Pair("name", a, b) for a, b in zip(theirs.names, ours.names, strict=True)]
        return tuple(rows)

    def safe(self, name: str, **context: object) -> Markup:
        """What a template of ours prints: markup, in which all content was escaped."""
        return Markup(self.render(name, **context))  # noqa: S704 - autoescaped

    def render(self, name: str, **context: object) -> str:
        """What a template prints, given its context and what all templates know."""
        known = {
            "publication": self.publication, "product": self.product, "facts": self.facts,
            "words": self.publication.words,
        }  # fmt: skip
        return self.templates.environment.get_template(name).render(known | context)

    def paper(self, part: Part, notes: list[tuple[Note, Markup]]) -> Medium:
        """Notes at the foot of the page, or gathered in `notes` where the product has them at the end.

        The first reference to a place, in a chapter and language, tells its folio. An index names places by their
        folios, each once.
        """
        seen, page, main = set[tuple[str, str]](), self.publication.words.page, self.publication.language

        def folio(anchor: str, language: str) -> Markup:
            if (anchor, language) in seen or anchor not in self.printed:
                return Markup("")
            seen.add((anchor, language))
            words = page.get(language, page[main]).format(n=self.page_of(anchor))
            space = "" if is_han(language) else " "
            return Markup('{}<span class="folio">{}</span>').format(space, words)

        def link(anchor: str) -> str:
            return f"#{anchor}" if anchor in self.printed else ""

        def locate(anchors: Sequence[str]) -> Locators:
            told: dict[str, str] = {}
            for anchor in sorted(anchors, key=lambda anchor: _page_order(self.page_of(anchor))):
                if anchor in self.printed:
                    told.setdefault(self.page_of(anchor), anchor)
            return tuple((anchor, folio) for folio, anchor in told.items())

        # Where no part of the product has the synopses, each stands beside its paragraph.
        apart = any(each.kind == "synopses" for each in self.parts)
        synopses = (
            {}
            if apart or self.product.monolingual
            else {synopsis.paragraph: synopsis for synopsis in self.publication.lists.synopses}
        )

        def beside(anchor: str) -> Markup:
            if anchor not in synopses:
                return Markup("")
            return self.safe(
                "beside.html.jinja", synopsis=synopses[anchor], labels=self.labels,
                linked=lambda anchor, words: link_to(anchor, words, medium),
            )  # fmt: skip

        at_end = part.name in self.product.endnotes
        note = partial(self.at_end, notes) if at_end else partial(self.at_foot, part.language)
        terms = self.terms.get(part.name, {})
        medium = Medium(
            main, link, folio, note, self.sources, self.mark(part), terms, locate, beside, self.page_of,
            says_again=not self.product.monolingual,
        )  # fmt: skip
        return medium

    def at_foot(self, language: str, note: Note, text: Markup) -> Markup:
        """A note at the foot of a page, and what the links between it and its call are called aloud."""
        words = self.publication.words
        call, back = (wording(each, language).format(n=note.number) for each in (words.note_call, words.note_back))
        span = Markup('<span class="note {}" id="{}" data-number="{}" data-call="{}" data-back="{}">{}</span>')
        return span.format(note.kind, note.anchor, note.number, call, back, text)

    def at_end(self, notes: list[tuple[Note, Markup]], note: Note, text: Markup) -> Markup:
        """The call of a note at the end of a chapter; the note waits in `notes`."""
        notes.append((note, text))
        call = Markup('<a class="call" id="{}" href="#{}">{}</a>')
        return call.format(call_anchor(note.anchor), note.anchor, note.number)

    def page_of(self, anchor: str) -> str:
        """The folio of the page on which an anchor begins."""
        return self.folios.get(anchor, UNKNOWN_FOLIO)

    def screen(self, part: Part, files: Mapping[str, str]) -> Medium:
        """Notes at the end of the chapter, called by links; no folios, so an index names places by their labels."""

        def link(anchor: str) -> str:
            return f"{files.get(anchor, '')}#{anchor}" if anchor in self.printed else ""

        def locate(anchors: Sequence[str]) -> Locators:
            return tuple((anchor, self.labels.get(anchor, anchor)) for anchor in anchors if anchor in self.printed)

        def folio(_anchor: str, _language: str) -> Markup:
            return Markup("")

        def call(note: Note, _text: Markup) -> Markup:
            attributes = Markup('class="noteref" epub:type="noteref" role="doc-noteref"')
            return Markup('<a {0} id="{1}-call" href="#{1}">{2}</a>').format(attributes, note.anchor, note.number)

        main, terms = self.publication.language, self.terms.get(part.name, {})
        again = not self.product.monolingual
        return Medium(main, link, folio, call, self.sources, self.mark(part), terms, locate, says_again=again)

    def mark(self, part: Part) -> Titles:
        """A note in a text that is a witness's is marked as ours."""
        return self.publication.words.editor_note if part.name in self.witnessed else {}


def _listed(products: Sequence[Product]) -> list[Product]:
    """What a reader may take: not the lists of checksums."""
    return [each for each in products if each.format != "checksums"]


def _groups(publication: Publication, products: Sequence[Product]) -> list[tuple[Titles, list[Product]]]:
    """The products under their headings; those that have none come last, under one of their own."""
    if not publication.web:
        return []
    heads = [*publication.web.groups.items(), ("", publication.web.further)]
    found = [(titles, [each for each in products if each.group == group]) for group, titles in heads]
    return [(titles, members) for titles, members in found if members]


def _notes(part: Part) -> Iterator[Note]:
    """All notes of a part."""
    return (note for prose in part.proses() for note in prose.notes)


def _led(publication: Publication, language: str) -> Publication:
    """The publication with all its titles in this language first."""

    def part(part: Part) -> Part:
        units = tuple(replace(unit, title=led_by(unit.title, language)) for unit in part.units)
        if part.kind == "page":
            units = tuple(sorted(units, key=lambda unit: unit.language != language))
        comments = tuple(replace(comment, title=led_by(comment.title, language)) for comment in part.comments)
        return replace(part, title=led_by(part.title, language), units=units, comments=comments)

    if language == publication.language:
        return publication
    words = replace(publication.words, contents=led_by(publication.words.contents, language))
    return replace(
        publication, language=language, words=words, title=led_by(publication.title, language),
        subtitle=led_by(publication.subtitle, language), parts=tuple(map(part, publication.parts)),
    )  # fmt: skip


def _fitted(publication: Publication, product: Product) -> Publication:
    """The publication with its parts as the product has them: what it calls them, and pages in its language alone."""
    language = product.language or publication.language

    def fitted(part: Part) -> Part:
        ours = tuple(unit for unit in part.units if unit.language == language)
        alone = product.monolingual and part.kind == "page" and ours
        units = ours if alone else part.units
        return replace(part, title=product.titles.get(part.name, part.title), units=units)

    return replace(publication, parts=tuple(map(fitted, publication.parts)))


def _turned(chapters: Sequence[Chapter], language: str) -> list[Chapter]:
    """Chapters that say the same in several languages, with those in this language first."""
    pages = bool(chapters) and chapters[0].part.kind == "page"
    return sorted(chapters, key=lambda chapter: pages and chapter.language != language)


def _starts(spine: Sequence[Chapter]) -> dict[str, str]:
    """Where a part begins whose first chapter in the spine is not that which bears its anchor: address by anchor."""
    first: dict[str, Chapter] = {}
    for chapter in spine:
        first.setdefault(chapter.part.anchor, chapter)
    return {
        anchor: f"{chapter.name}.xhtml#{chapter.units[0].anchor}"
        for anchor, chapter in first.items()
        if not chapter.opens
    }


def _orders(pages: Sequence[Page], entries: Sequence[Entry], leaves: Sequence[Leaf]) -> dict[str, int]:
    """The order, from 1, of the places that the contents and the list of printed pages lead to."""
    places = [place for page in pages for place in (page.name, *(f"{page.name}#{i}" for i in _IDS.findall(page.text)))]
    found = {entry.href for entry in entries} | {child.href for entry in entries for child in entry.children}
    found |= {f"{leaf.file}#{leaf_anchor(leaf.label)}" for leaf in leaves}
    return {place: number for number, place in enumerate((each for each in places if each in found), 1)}


def _page_order(folio: str) -> tuple[bool, int, str]:
    """Roman folios before Arabic ones, each in their order."""
    return (folio.isdecimal(), int(folio) if folio.isdecimal() else 0, folio)


def _lead(remark: Remark, unit: Unit, medium: Medium) -> Markup:
    """The lemma of a remark, where it has one."""
    if not remark.lemma:
        return Markup("")
    return render_lemma(remark.lemma, (remark.places or (unit.anchor,))[0], unit.language, medium)


def _styles(publication: Publication, product: Product, templates: Templates) -> tuple[Style, ...]:
    """The style sheets that the product names, a folder (`book/`) standing for its sheets in the order of their names.

    Raises for one that is not there, and for a template that is not.
    """
    problems, names = list[Problem](), list[str]()
    for number, name in enumerate(product.styles):
        named = [each for each in templates.styles if each == name or (name.endswith("/") and each.startswith(name))]
        names += named
        if not named:
            at, hint = publication.place_of(product, "styles", str(number)), did_you_mean(name, templates.styles)
            problems.append(Problem(at, f"there is no style sheet {templates.folder}/styles/{name}", hint))
    known = [name.partition(".")[0] for name in templates.environment.list_templates(extensions=["jinja"])]
    if product.template and product.template not in known:
        at, hint = publication.place_of(product, "template"), did_you_mean(product.template, known)
        problems.append(Problem(at, f"there is no template {templates.folder}/{product.template}", hint))
    if problems:
        raise PublicationError(problems)
    return tuple(Style(name=name, text=templates.styles[name]) for name in names)


def _profile(publication: Publication, product: Product, templates: Templates) -> bytes:
    """The ICC profile that the product names. Raises for one that is not there."""
    if not product.printing:
        return b""
    name = product.printing.profile
    if name not in templates.profiles:
        at = publication.place_of(product, "printing", "profile")
        hint = did_you_mean(name, templates.profiles)
        raise PublicationError([Problem(at, f"there is no profile {templates.folder}/color/{name}", hint)])
    return templates.profiles[name]


def _template_problem(error: TemplateError, templates: Templates) -> Problem:
    """A fault in a template, at the template's own line; a template that another asks for and is not there."""
    if isinstance(error, TemplateNotFound):
        return Problem(Location(templates.folder / (error.name or "")), "the template is missing")
    place, trace = Location(templates.folder), error.__traceback__
    while trace:
        name = trace.tb_frame.f_code.co_filename
        if name.endswith(".jinja"):
            relative = name.rpartition(f"{templates.folder.name}/")[2]
            place = Location(templates.folder / relative, trace.tb_lineno)
        trace = trace.tb_next
    return Problem(place, f"bad template: {error}")
