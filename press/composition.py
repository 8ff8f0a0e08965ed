"""Publication + product + templates → Document: finished words, with links, notes and folios in their places.

The only importer of Jinja2. A template prints what it is given; it builds no anchor and asks no product its name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path, PurePosixPath

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from markupsafe import Markup

from press.markup import Medium, quote, render_lemma, render_note, render_prose, tagged, titled, visible
from press.model import Comment, Document, Facts, Folios, Page, Part, Product, Publication, Remark, Style, Titles, Unit
from press.model import emendation_anchor, source_anchor
from press.problems import Location, Problem, PublicationError, did_you_mean
from press.prose import Note, Prose

UNKNOWN_FOLIO = "00"
"""Printed for a folio not yet known: as wide as most that it stands for, so the first layout is nearly right."""

_IDS = re.compile(r'\sid="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates and the style sheets, by name."""

    environment: Environment
    styles: Mapping[str, str]
    folder: PurePosixPath


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """What begins on a new page and is one file of an EPUB: a part, or one comment of the commentary.

    `opens` is true for the first chapter of its part, `ends` for the last.
    """

    name: str
    part: Part
    opens: bool
    ends: bool
    title: Titles
    units: tuple[Unit, ...] = ()
    comments: tuple[Comment, ...] = ()

    @property
    def notes(self) -> Iterator[tuple[Note, Prose]]:
        """Its notes in reading order, with the text that calls each."""
        proses = [unit.prose for unit in self.units]
        proses += [r.prose for comment in self.comments for section in comment.sections for r in section.remarks]
        return ((note, prose) for prose in proses for note in prose.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the contents."""

    label: str
    titles: Titles
    anchor: str
    href: str
    folio: str
    children: tuple[Entry, ...] = ()


def load_templates(folder: Path) -> Templates:
    """The templates of `folder`, each compiled once, and its style sheets. Raises PublicationError for bad syntax."""
    environment = Environment(
        loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"tagged": tagged, "titled": titled, "visible": visible, "quoted": quote, "emendation_anchor": emendation_anchor, "source_anchor": source_anchor}
    problems = list[Problem]()
    for name in environment.list_templates(extensions=["jinja"]):
        try:
            environment.get_template(name)
        except TemplateSyntaxError as error:
            at = Location(PurePosixPath(folder.name) / (error.name or name), error.lineno)
            problems.append(Problem(at, f"bad template: {error.message}"))
    if problems:
        raise PublicationError(problems)
    styles = {path.name: path.read_text("utf-8") for path in sorted((folder / "styles").glob("*.css"))}
    return Templates(environment, styles, PurePosixPath(folder.name))


def compose(publication: Publication, product: Product, templates: Templates, folios: Folios) -> Document:
    """A product in its finished words, with these folios. Raises PublicationError for an unknown style or a template's
    fault."""
    composer = _Composer(publication, product, templates, folios)
    try:
        pages = tuple(composer.epub() if product.format == "epub" else composer.book() if product.template else ())
    except TemplateError as error:
        raise PublicationError([_template_problem(error, templates)]) from error
    return Document(
        product=product, facts=facts(publication, product), pages=pages, styles=_styles(product, templates),
        arabic=composer.arabic,
    )  # fmt: skip


def facts(publication: Publication, product: Product) -> Facts:
    """The metadata of a product."""
    return Facts(
        title=publication.title, subtitle=publication.subtitle, identifier=publication.identifier,
        language=publication.language, languages=publication.languages, publisher=publication.publisher,
        description=publication.description, subjects=publication.subjects, rights=publication.rights,
        sources=tuple(right.url for right in publication.rights if right.url), moment=moment(publication),
    )  # fmt: skip


def moment(publication: Publication) -> str:
    """The time of everything: SOURCE_DATE_EPOCH (reproducible-builds.org) where it is set, else the date of issue."""
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        if not epoch.isdecimal():
            place = Location(PurePosixPath("SOURCE_DATE_EPOCH"))
            raise PublicationError([Problem(place, f"'{epoch}' is not a number of seconds", "unset it, or set it to whole seconds since 1970")])
        return datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return datetime.combine(publication.issued, time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def chapters(part: Part) -> tuple[Chapter, ...]:
    """The chapters of a part: one, but a commentary has one for each comment."""
    if not part.comments:
        return (Chapter(name=part.name, part=part, opens=True, ends=True, title=part.title, units=part.units),)
    last = len(part.comments) - 1
    return tuple(
        Chapter(
            name=comment.anchor, part=part, opens=index == 0, ends=index == last, title=comment.title, comments=(comment,)
        )
        for index, comment in enumerate(part.comments)
    )  # fmt: skip


class _Composer:
    """One composition: holds what every template of one product is given."""

    def __init__(self, publication: Publication, product: Product, templates: Templates, folios: Folios) -> None:
        self.publication, self.product, self.templates, self.folios = publication, product, templates, folios
        self.parts = [part for name in product.parts for part in publication.parts if part.name == name]
        self.chapters = [chapter for part in self.parts for chapter in chapters(part)]
        self.units = {unit.anchor: unit for part in publication.parts for unit in part.units}
        self.comments = {c.unit: c for part in self.parts for c in part.comments}
        self.arabic = next((part.anchor for part in self.parts if part.matter == "body"), "")
        self.printed = {anchor for part in self.parts for anchor in part.anchors()}
        self.labels = {unit.anchor: unit.label for unit in self.units.values()} | {
            paragraph.anchor: paragraph.label
            for unit in self.units.values()
            for paragraph in unit.prose.paragraphs
        }
        self.emended = {witness.text for witness in publication.witnesses}
        self.sources = {source.key: source for source in publication.sources}

    def book(self) -> Iterator[Page]:
        """All chapters in one text, for paper."""
        link = "#{}".format
        bodies = [self.chapter(chapter, self.paper(chapter.part)) for chapter in self.chapters]
        text = self.render(
            f"{self.product.template}.html.jinja",
            facts=facts(self.publication, self.product),
            chapters=list(zip(self.chapters, bodies, strict=True)),
            arabic=self.arabic,
        )
        title = self.publication.title[self.publication.language]
        yield Page(name="book.html", text=text, title=title, language=self.publication.language)

    def epub(self) -> Iterator[Page]:
        """One file for each chapter, and the nav and NCX that lead to them."""
        # Where an anchor lives is read from the files themselves: the first time round all links point within.
        files = {
            anchor: f"{chapter.name}.xhtml"
            for chapter in self.chapters
            for anchor in _IDS.findall(self.chapter(chapter, self.screen(chapter.part, {})))
        }
        shown = {"facts": facts(self.publication, self.product), "styles": self.product.styles}
        for chapter in self.chapters:
            medium = self.screen(chapter.part, files)
            language = chapter.part.language
            title = chapter.title.get(language) or next(iter(chapter.title.values()))
            page = Page(name=f"{chapter.name}.xhtml", text="", title=title, language=language)
            notes = [(note, prose.language, render_note(note, prose.language, medium)) for note, prose in chapter.notes]
            text = self.render(
                "epub/page.xhtml.jinja", page=page, chapter=chapter, body=self.chapter(chapter, medium), notes=notes, **shown
            )
            yield replace(page, text=text)
        contents, language = self.contents(lambda anchor: f"{files.get(anchor, '')}#{anchor}"), self.publication.language
        landmarks = [
            (chapter.part, f"{chapter.name}.xhtml") for chapter in self.chapters if chapter.opens
        ]
        for name, role in (("nav.xhtml", "nav"), ("toc.ncx", "ncx")):
            text = self.render(f"epub/{name}.jinja", contents=contents, landmarks=landmarks, **shown)
            assert role in ("nav", "ncx")
            yield Page(name=name, text=text, title=self.publication.words.contents[language], language=language, role=role)

    def chapter(self, chapter: Chapter, medium: Medium) -> Markup:
        """The words of one chapter, by the template of its part's kind."""
        return Markup(
            self.render(
                f"parts/{chapter.part.kind}.html.jinja",
                chapter=chapter,
                part=chapter.part,
                medium=medium,
                prose=lambda prose: render_prose(prose, medium),
                remarked=lambda remark, unit: render_prose(remark.prose, medium, self.lead(remark, unit, medium)),
                reference=medium.folio,
                cited=self.cited,
                link=medium.link,
                unit_of=self.units.get,
                comment_on=self.comments.get,
                contents=self.contents(medium.link) if chapter.part.kind == "contents" else (),
            )
        )

    def lead(self, remark: Remark, unit: Unit, medium: Medium) -> Markup:
        """The lemma of a remark, where it has one."""
        if not remark.lemma:
            return Markup("")
        return render_lemma(remark.lemma, (remark.places or (unit.anchor,))[0], unit.language, medium)

    def cited(self, anchor: str) -> str:
        """How a place in a text is cited: the label of a paragraph or of a unit."""
        return self.labels.get(anchor, "")

    def render(self, name: str, **context: object) -> str:
        return self.templates.environment.get_template(name).render(
            publication=self.publication, product=self.product, words=self.publication.words, **context
        )

    def paper(self, part: Part) -> Medium:
        """Notes at the foot of the page; the first reference to a place, in each chapter, tells its folio."""
        seen = set[str]()

        def folio(anchor: str, language: str) -> Markup:
            # A folio says where to turn to; a place a paragraph away, or told already, needs none.
            if anchor in seen or anchor not in self.printed:
                return Markup("")
            seen.add(anchor)
            page = self.publication.words.page
            words = page.get(language, page[self.publication.language])
            return Markup(' <span class="folio">{}</span>').format(words.format(n=self.folios.get(anchor, UNKNOWN_FOLIO)))

        def note(note: Note, text: Markup) -> Markup:
            return Markup('<span class="note {}" id="{}" data-number="{}">{}</span>').format(note.kind, note.anchor, note.number, text)

        return Medium(self.publication.language, "#{}".format, folio, note, self.sources, self.mark(part))

    def screen(self, part: Part, files: Mapping[str, str]) -> Medium:
        """Notes at the end of the chapter; no folios."""

        def link(anchor: str) -> str:
            return f"{files.get(anchor, '')}#{anchor}"

        def note(note: Note, text: Markup) -> Markup:
            return Markup(
                '<a class="noteref" epub:type="noteref" role="doc-noteref" id="{0}-call" href="#{0}">{1}</a>'
            ).format(note.anchor, note.number)

        return Medium(self.publication.language, link, lambda anchor, language: Markup(""), note, self.sources, self.mark(part))

    def mark(self, part: Part) -> Titles:
        """A note in a text that is a witness's is marked as ours."""
        return self.publication.words.editor_note if part.name in self.emended else {}

    def contents(self, link: Callable[[str], str]) -> tuple[Entry, ...]:
        """Parts and their units or comments, as the contents list them; the title page and the like are not listed."""
        return tuple(
            self.entry(part.anchor, "", part.title, link, self.children(part, link))
            for part in self.parts
            if part.matter != "front" or part.units
        )

    def children(self, part: Part, link: Callable[[str], str]) -> Iterator[Entry]:
        for comment in part.comments:
            unit = self.units[comment.unit]
            yield self.entry(comment.anchor, unit.title.get(part.language, ""), comment.title, link)
        if len(part.units) > 1:
            for unit in part.units:
                comment = self.comments.get(unit.anchor)
                yield self.entry(unit.anchor, "", unit.title, link) if comment is None else self.entry(unit.anchor, unit.title.get(part.language, ""), comment.title, link)

    def entry(self, anchor: str, label: str, titles: Titles, link: Callable[[str], str], children: Iterator[Entry] | tuple[()] = ()) -> Entry:
        folio = self.folios.get(anchor, UNKNOWN_FOLIO)
        return Entry(label=label, titles=titles, anchor=anchor, href=link(anchor), folio=folio, children=tuple(children))


def _styles(product: Product, templates: Templates) -> tuple[Style, ...]:
    """The style sheets that the product names. Raises for one that is not there."""
    problems = [
        Problem(Location(templates.folder / "styles"), f"product '{product.name}' asks for style '{name}'", did_you_mean(name, templates.styles))
        for name in product.styles
        if name not in templates.styles
    ]
    if problems:
        raise PublicationError(problems)
    return tuple(Style(name=name, text=templates.styles[name]) for name in product.styles)


def _template_problem(error: TemplateError, templates: Templates) -> Problem:
    """A fault in a template, at the template's own line."""
    place = Location(templates.folder)
    trace = error.__traceback__
    while trace:
        name = trace.tb_frame.f_code.co_filename
        if name.endswith(".jinja"):
            relative = name.rpartition(f"{templates.folder.name}/")[2]
            place = Location(templates.folder / relative, trace.tb_lineno)
        trace = trace.tb_next
    return Problem(place, f"bad template: {error}")
