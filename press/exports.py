"""The texts of law for programs, and what else a reader can take along: as plain text, as JSON, as CSL-JSON.

Both forms have the anchors of the edition, so that a place found in one is found in all, in the PDF and the e-book too.
`docs/exports.md` describes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from press.citations import csl_json
from press.model import Attachment, Part, Product, Publication, Titles, Unit

LAW = ("treaty", "parallel")
"""The kinds of parts that print a text of law."""


def attachments(publication: Publication, product: Product) -> tuple[Attachment, ...]:
    """What a file of this product takes along: the texts of law that are in it, and its sources."""
    parts = [publication.part(name) for name in product.parts]
    law, words, found = [part for part in parts if part.kind in LAW], publication.words, list[Attachment]()
    if law:
        found += [
            Attachment(
                name=f"{publication.slug}.txt", media="text/plain", relationship="Alternative",
                description=_line(words.export_text), text=plain_text(publication, law),
            ),
            Attachment(
                name=f"{publication.slug}.json", media="application/json", relationship="Supplement",
                description=_line(words.export_data), text=structured_text(publication, law),
            ),
        ]  # fmt: skip
    if any(part.kind == "bibliography" for part in parts):
        found.append(
            Attachment(
                name=f"{publication.slug}-sources.json", media="application/vnd.citationstyles.csl+json",
                relationship="Data", description=_line(words.export_sources), text=csl_json(publication.sources),
            )
        )  # fmt: skip
    return tuple(found)


def _line(titles: Titles) -> str:
    return " / ".join(titles.values())


def plain_text(publication: Publication, parts: Sequence[Part]) -> str:
    """Texts of law, one after the other: a line for each heading, paragraph and name, with its anchor before it."""
    lines = [*publication.title.values(), publication.identifier]
    for part in parts:
        lines += ["", "", f"[{part.anchor}] {part.title[next(iter(part.title))]} ({part.language})"]
        for unit in part.units:
            lines += ["", f"[{unit.anchor}] {unit.heading or unit.title.get(part.language) or _line(unit.title)}"]
            lines += [f"[{paragraph.anchor}] {paragraph.text}" for paragraph in unit.prose.paragraphs]
            lines += [line for column in unit.signatures for line in (column.caption, *column.names)]
    return "\n".join(lines) + "\n"


def structured_text(publication: Publication, parts: Sequence[Part]) -> str:
    """The same as JSON."""
    rights = [
        {"text": right.text, "statement": right.statement, "licence": right.licence, "url": right.url}
        for right in publication.rights
    ]
    everything = {
        "identifier": publication.identifier, "title": publication.title, "edition": publication.edition,
        "issued": publication.issued.isoformat(), "publisher": publication.publisher, "rights": rights,
        "texts": [_text(part) for part in parts],
    }  # fmt: skip
    return json.dumps(everything, ensure_ascii=False, indent=1) + "\n"


def _text(part: Part) -> Mapping[str, object]:
    return {
        "id": part.anchor, "language": part.language, "title": part.title,
        "units": [dict(_unit(unit)) for unit in part.units],
    }  # fmt: skip


def _unit(unit: Unit) -> Iterator[tuple[str, object]]:
    """An article and its like; what it has not is left out."""
    yield from (("id", unit.anchor), ("kind", unit.kind))
    if unit.number:
        yield "number", unit.number
    yield "title", unit.title
    if unit.heading:
        yield "heading", unit.heading
    yield "paragraphs", [{"id": each.anchor, "label": each.label, "text": each.text} for each in unit.prose.paragraphs]
    if unit.signatures:
        yield "signatures", [{"caption": column.caption, "names": column.names} for column in unit.signatures]
