"""The edition as others cite it: in words, as BibTeX, RIS and CSL-JSON; and as schema.org describes a book."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from press.model import Contributor, Holding, Product, Publication, wording
from press.prose import is_han

_SPECIAL = re.compile(r"([#$%&_{}])")


_IN_SCRIPT = {ord(char): f"\\u{ord(char):04x}" for char in "<>&"}
"""Within a script these would end it, or not be XML."""


class Form(NamedTuple):
    """A form in which the edition is cited. `language` is that of its words, empty where it is for programs."""

    name: str
    language: str
    text: str


def citation_forms(publication: Publication) -> tuple[Form, ...]:
    """The forms: in words, in each language that has a subtitle; for BibTeX, RIS and CSL-JSON."""
    languages = [language for language in publication.languages if language in publication.subtitle]
    return (
        *(Form("", language, _in_words(publication, language)) for language in languages),
        Form("BibTeX", "", _bibtex(publication)),
        Form("RIS", "", _ris(publication)),
        Form("CSL-JSON", "", json.dumps([_csl(publication)], ensure_ascii=False, indent=1)),
    )


def _in_words(publication: Publication, language: str) -> str:
    title, subtitle = publication.title[language], publication.subtitle[language]
    edition, publisher = wording(publication.edition, language), publication.publisher
    year, name = publication.issued.year, publication.identifier
    if is_han(language):
        return f"《{title}：{subtitle}》。{edition}。{publisher}，{year}年。{name}。"
    return f"{title}: {subtitle}. {edition}. {publisher}, {year}. {name}."


def _editors(publication: Publication) -> Iterator[Contributor]:
    """Those who have edited all of it."""
    return (each for each in publication.contributors if each.role == "edt" and not each.part)


def _fields(publication: Publication) -> Mapping[str, str]:
    main = publication.language
    return {
        "title": publication.title[main], "subtitle": wording(publication.subtitle, main),
        "edition": wording(publication.edition, main), "publisher": publication.publisher,
    }  # fmt: skip


def _bibtex(publication: Publication) -> str:
    """An entry for BibTeX and biblatex; braces keep capitals, and a name whole."""
    names = " and ".join(f"{{{wording(each.name, publication.language)}}}" for each in _editors(publication))
    known = {"editor": names, **_fields(publication), "date": publication.issued.isoformat()}
    known |= {"year": str(publication.issued.year), "url": publication.identifier}
    known["langid"] = publication.language
    known = {key: value if key == "editor" else _SPECIAL.sub(r"\\\1", value) for key, value in known.items() if value}
    lines = [f"  {key:<9} = {{{value}}}," for key, value in known.items()]
    return "\n".join([f"@book{{{publication.slug},", *lines, "}"])


def _ris(publication: Publication) -> str:
    """The tags of RIS, each on a line with two spaces before its hyphen."""
    known, issued = _fields(publication), publication.issued
    lines = [("TY", "BOOK"), ("TI", f"{known['title']}: {known['subtitle']}")]
    lines += [("ED", wording(each.name, publication.language)) for each in _editors(publication)]
    lines += [("ET", known["edition"]), ("PB", known["publisher"]), ("PY", str(issued.year))]
    lines += [("DA", f"{issued:%Y/%m/%d}"), ("LA", publication.language), ("ID", publication.slug)]
    lines += [("UR", publication.identifier), *(("KW", each) for each in publication.subjects), ("ER", "")]
    return "\n".join(f"{tag}  - {value}".rstrip() if tag != "ER" else "ER  - " for tag, value in lines)


def _csl(publication: Publication) -> Mapping[str, object]:
    known, issued = _fields(publication), publication.issued
    return {
        "id": publication.slug, "type": "book", "title": f"{known['title']}: {known['subtitle']}",
        "title-short": wording(publication.short_title, publication.language),
        "editor": [{"literal": wording(each.name, publication.language)} for each in _editors(publication)],
        "edition": known["edition"], "publisher": known["publisher"],
        "issued": {"date-parts": [[issued.year, issued.month, issued.day]]}, "language": publication.language,
        "URL": publication.identifier,
    }  # fmt: skip


MEDIA = {
    "pdf": "application/pdf", "epub": "application/epub+zip", "html": "text/html", "site": "text/html",
    "checksums": "text/plain",
}  # fmt: skip
"""The type of the files of a format."""


def media_of(file: str) -> str:
    """The type of a file by how its name ends; nothing where that is not known."""
    return {".pdf": MEDIA["pdf"], ".epub": MEDIA["epub"], ".html": MEDIA["html"], ".sha256": MEDIA["checksums"]}.get(
        file[file.rfind(".") :], ""
    )


def described(publication: Publication, products: Sequence[Product], holdings: Sequence[Holding]) -> str:
    """The edition as JSON-LD of schema.org: a Book, and each of its files as an example of it. Safe within a script.

    Addresses are relative: the edition does not know where it will be found.
    """
    held = {each.product: each for each in holdings}
    licenses = list(dict.fromkeys(right.url for right in publication.rights if right.url))
    book = {
        "@context": "https://schema.org", "@type": "Book", "@id": publication.identifier,
        "name": publication.title[publication.language],
        "alternateName": [title for language, title in publication.title.items() if language != publication.language],
        "alternativeHeadline": wording(publication.subtitle, publication.language),
        "description": publication.description, "inLanguage": list(publication.languages),
        "bookEdition": wording(publication.edition, publication.language),
        "datePublished": publication.issued.isoformat(),
        "publisher": {"@type": "Organization", "name": publication.publisher},
        "about": list(publication.subjects), "license": licenses, "isAccessibleForFree": True,
        "workExample": [_example(publication, each, held.get(each.name)) for each in products],
    }  # fmt: skip
    return json.dumps(book, ensure_ascii=False, indent=1).translate(_IN_SCRIPT)


def _example(publication: Publication, product: Product, holding: Holding | None) -> Mapping[str, object]:
    media = {"@type": "MediaObject", "contentUrl": product.file, "encodingFormat": media_of(product.file)}
    if holding:
        media |= {"contentSize": f"{holding.bytes} B", "sha256": holding.sha256}
    return {
        "@type": "Book", "name": product.title[publication.language], "url": product.file,
        "bookFormat": "https://schema.org/EBook", "inLanguage": product.language or publication.language,
        **({"numberOfPages": holding.pages} if holding and holding.pages else {}), "encoding": media,
    }  # fmt: skip
