"""Publication + product + templates → Document: finished words, with links, notes and folios in their places.

The only importer of Jinja2. A template prints what it is given; it builds no anchor and asks no product its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from markupsafe import Markup

from press.chapters import UNKNOWN_FOLIO, Chapter, chapters, contents, landmarks
from press.facts import facts_of
from press.markup import Medium, quote, render_lemma, render_note, render_prose, tagged, titled, visible
from press.model import (
    Document,
    Folios,
    Page,
    Part,
    Product,
    Publication,
    Remark,
    Style,
    Titles,
    Unit,
    emendation_anchor,
)
from press.problems import Location, Problem, PublicationError, did_you_mean
from press.prose import Note, is_han

_IDS = re.compile(r'\sid="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates and the style sheets, by name."""

    environment: Environment
    styles: Mapping[str, str]
    folder: PurePosixPath


def load_templates(folder: Path) -> Templates:
    """The templates of `folder`, each compiled once, and its style sheets. Raises PublicationError for bad syntax."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "tagged": tagged, "titled": titled, "visible": visible, "quoted": quote, "emendation_anchor": emendation_anchor,
    }  # fmt: skip
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
    """A product in its finished words, with these folios.

    Raises PublicationError for an unknown style or a template's fault.
    """
    composer = _Composer(publication, product, templates, folios)
    pages = {"pdf": composer.book, "epub": composer.epub}.get(product.format, composer.nothing)
    try:
        return Document(
            product=product, facts=composer.facts, pages=tuple(pages()), styles=_styles(product, templates),
            arabic=composer.arabic,
        )  # fmt: skip
    except TemplateError as error:
        raise PublicationError([_template_problem(error, templates)]) from error


class _Composer:
    """One composition: holds what every template of one product is given."""

    def __init__(self, publication: Publication, product: Product, templates: Templates, folios: Folios) -> None:
        self.publication, self.product, self.templates, self.folios = publication, product, templates, folios
        self.facts = facts_of(publication, product)
        self.parts = [publication.part(name) for name in product.parts]
        self.chapters = [chapter for part in self.parts for chapter in chapters(part)]
        self.printed = {anchor for part in self.parts for anchor in part.anchors()}
        self.arabic = next((part.anchor for part in self.parts if part.matter == "body"), "")
        self.sources = {source.key: source for source in publication.sources}
        self.emended = {witness.text for witness in publication.witnesses}
        self.units = {unit.anchor: unit for part in publication.parts for unit in part.units}
        self.comments = {comment.unit: comment for part in self.parts for comment in part.comments}
        self.labels = {unit.anchor: unit.label for unit in self.units.values()} | {
            paragraph.anchor: paragraph.label for unit in self.units.values() for paragraph in unit.prose.paragraphs
        }

    def nothing(self) -> Iterator[Page]:
        """A product without words, such as one made from other products' bytes."""
        yield from ()

    def book(self) -> Iterator[Page]:
        """All chapters in one text, for paper."""
        bodies = [(chapter, self.chapter(chapter, self.paper(chapter.part))) for chapter in self.chapters]
        text = self.render(f"{self.product.template}.html.jinja", chapters=bodies, arabic=self.arabic)
        language = self.publication.language
        yield Page(name="book.html", text=text, title=self.publication.title[language], language=language)

    def epub(self) -> Iterator[Page]:
        """One file for each chapter, and the nav and NCX that lead to them."""
        # Where an anchor lives is read from the files themselves: the first time round all links point within.
        files = {
            anchor: f"{chapter.name}.xhtml"
            for chapter in self.chapters
            for anchor in _IDS.findall(self.chapter(chapter, self.screen(chapter.part, {})))
        }
        words, main = self.publication.words.contents, self.publication.language
        link = self.screen(self.parts[0], files).link
        shown = {
            "contents": contents(self.publication, self.parts, link, self.folios), "heading": words[main],
            "landmarks": tuple(landmarks(self.parts, words)), "language": main, "styles": self.product.styles,
        }  # fmt: skip
        for chapter in self.chapters:
            if chapter.part.anchor == self.arabic and chapter.opens:
                # The contents stand where a book has them, before the first text.
                text = self.render("epub/nav.xhtml.jinja", **shown)
                yield Page(name="nav.xhtml", text=text, title=words[main], language=main, role="nav")
            yield self.file(chapter, self.screen(chapter.part, files))
        text = self.render("epub/toc.ncx.jinja", **shown)
        yield Page(name="toc.ncx", text=text, title=words[main], language=main, role="ncx")

    def file(self, chapter: Chapter, medium: Medium) -> Page:
        """One chapter as a file of an EPUB, with its notes at its end."""
        language = chapter.part.language
        title = chapter.title.get(language) or next(iter(chapter.title.values()))
        page = Page(name=f"{chapter.name}.xhtml", text="", title=title, language=language)
        notes = [(note, prose.language, render_note(note, prose.language, medium)) for note, prose in chapter.notes]
        text = self.render(
            "epub/page.xhtml.jinja", page=page, kind=chapter.part.kind, matter=f"{chapter.part.matter}matter",
            styles=self.product.styles, body=self.chapter(chapter, medium),
            notes=self.safe("epub/notes.xhtml.jinja", chapter=chapter, notes=notes) if notes else "",
        )  # fmt: skip
        return Page(name=page.name, text=text, title=title, language=language)

    def chapter(self, chapter: Chapter, medium: Medium) -> Markup:
        """The words of one chapter, by the template of its part's kind."""
        return self.safe(
            f"parts/{chapter.part.kind}.html.jinja",
            chapter=chapter,
            part=chapter.part,
            prose=lambda prose: render_prose(prose, medium),
            remarked=lambda remark, unit: render_prose(remark.prose, medium, _lead(remark, unit, medium)),
            link=medium.link,
            reference=medium.folio,
            cited=self.labels.get,
            unit_of=self.units.get,
            comment_on=self.comments.get,
            contents=contents(self.publication, self.parts, medium.link, self.folios),
        )

    def safe(self, name: str, **context: object) -> Markup:
        """What a template of ours prints: markup, in which all content was escaped."""
        return Markup(self.render(name, **context))  # noqa: S704 - autoescaped

    def render(self, name: str, **context: object) -> str:
        """What a template prints, given its context and what all templates know."""
        known = {"publication": self.publication, "facts": self.facts, "words": self.publication.words}
        return self.templates.environment.get_template(name).render(known | context)

    def paper(self, part: Part) -> Medium:
        """Notes at the foot of the page; in each chapter and language, the first reference to a place tells its folio."""
        seen, page, main = set[tuple[str, str]](), self.publication.words.page, self.publication.language

        def folio(anchor: str, language: str) -> Markup:
            if (anchor, language) in seen or anchor not in self.printed:
                return Markup("")
            seen.add((anchor, language))
            words = page.get(language, page[main]).format(n=self.folios.get(anchor, UNKNOWN_FOLIO))
            space = "" if is_han(language) else " "
            return Markup('{}<span class="folio">{}</span>').format(space, words)

        def place(note: Note, text: Markup) -> Markup:
            span = Markup('<span class="note {}" id="{}" data-number="{}">{}</span>')
            return span.format(note.kind, note.anchor, note.number, text)

        return Medium(main, "#{}".format, folio, place, self.sources, self.mark(part))

    def screen(self, part: Part, files: Mapping[str, str]) -> Medium:
        """Notes at the end of the chapter, called by links; no folios."""

        def link(anchor: str) -> str:
            return f"{files.get(anchor, '')}#{anchor}"

        def folio(_anchor: str, _language: str) -> Markup:
            return Markup("")

        def call(note: Note, _text: Markup) -> Markup:
            attributes = Markup('class="noteref" epub:type="noteref" role="doc-noteref"')
            return Markup('<a {0} id="{1}-call" href="#{1}">{2}</a>').format(attributes, note.anchor, note.number)

        return Medium(self.publication.language, link, folio, call, self.sources, self.mark(part))

    def mark(self, part: Part) -> Titles:
        """A note in a text that is a witness's is marked as ours."""
        return self.publication.words.editor_note if part.name in self.emended else {}


def _lead(remark: Remark, unit: Unit, medium: Medium) -> Markup:
    """The lemma of a remark, where it has one."""
    if not remark.lemma:
        return Markup("")
    return render_lemma(remark.lemma, (remark.places or (unit.anchor,))[0], unit.language, medium)


def _styles(product: Product, templates: Templates) -> tuple[Style, ...]:
    """The style sheets that the product names. Raises for one that is not there."""
    place = Location(templates.folder / "styles")
    problems = [
        Problem(place, f"product '{product.name}' asks for style '{name}'", did_you_mean(name, templates.styles))
        for name in product.styles
        if name not in templates.styles
    ]
    if problems:
        raise PublicationError(problems)
    return tuple(Style(name=name, text=templates.styles[name]) for name in product.styles)


def _template_problem(error: TemplateError, templates: Templates) -> Problem:
    """A fault in a template, at the template's own line."""
    place, trace = Location(templates.folder), error.__traceback__
    while trace:
        name = trace.tb_frame.f_code.co_filename
        if name.endswith(".jinja"):
            relative = name.rpartition(f"{templates.folder.name}/")[2]
            place = Location(templates.folder / relative, trace.tb_lineno)
        trace = trace.tb_next
    return Problem(place, f"bad template: {error}")
