"""What the files say of themselves: titles, languages, sources, rights, and the moment at which all was made."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import PurePosixPath
from uuid import NAMESPACE_URL, uuid5

from press.model import Facts, Product, Publication, Titles, wording
from press.problems import Location, Problem, PublicationError


def facts_of(publication: Publication, product: Product) -> Facts:
    """The metadata of a product: its languages are those of the texts in it, its sources those of its witnesses."""
    parts = [part for part in publication.parts if part.name in product.parts]
    languages = [prose.language for part in parts for prose in part.proses()]
    records = {source.key: source for source in publication.sources}
    described = [
        f"{source.title}. {source.short}. {source.url}".removesuffix(". ")
        + (f" ({source.accessed})" if source.accessed else "")
        for witness in publication.witnesses
        if (source := records.get(witness.source))
    ]
    first = product.language or publication.language
    return Facts(
        # A handout is known by what it is on.
        title=led_by(product.title if product.sides else publication.title, first),
        subtitle=led_by(publication.subtitle, first),
        short_title=led_by(publication.short_title, first), identifier=identifier_of(publication, product),
        edition=publication.identifier, main=publication.language, language=first,
        languages=tuple(dict.fromkeys((first, publication.language, *languages))),
        publisher=publication.publisher, description=_description(publication, product), abstract=publication.abstract,
        subjects=publication.subjects,
        rights=publication.rights, sources=tuple(described), moment=moment(publication),
        contributors=tuple(each for each in publication.contributors if not each.part or each.part in product.parts),
        siblings=tuple(
            each.file
            for each in publication.products
            if each.format in ("pdf", "epub", "trim") and not each.printing and not each.sides and each != product
        ),
    )  # fmt: skip


def as_told_by(publication: Publication, product: Product) -> Publication:
    """The publication with what a product says of itself: of which edition it is, what is in it."""
    return replace(
        publication,
        edition=product.edition or publication.edition,
        subtitle=product.subtitle or publication.subtitle,
        description=product.description or publication.description,
    )


def facts_of_pages(publication: Publication, product: Product, name: str, folios: Sequence[str]) -> Facts:
    """The metadata of some pages of a product, in a file that is none of the edition's own; `name` tells which it is.

    The product is as it is now: with the parts that these pages have, and of another format if it has no tags.
    """
    facts, words = facts_of(publication, replace(product, name=name)), publication.words.page
    title = facts.title
    if folios:
        called = {language: wording(words, language).format(n=", ".join(folios)) for language in title}
        title = {language: f"{text} {called[language]}" for language, text in title.items()}
    return replace(facts, title=title)


def _description(publication: Publication, product: Product) -> str:
    """What it is; a booklet, which has no tags, also says which file has them."""
    if product.format != "booklet":
        return publication.description
    files = {each.name: each.file for each in publication.products}
    said = publication.words.untagged[publication.language].format(file=files[product.after[0]])
    return f"{publication.description} {said}"


def led_by(titles: Titles, language: str) -> Titles:
    """A wording with the one in this language first, if there is one."""
    return {each: titles[each] for each in sorted(titles, key=lambda each: each != language)}


def identifier_of(publication: Publication, product: Product) -> str:
    """The name of one file of the edition, as lasting as those of the edition and the product it is made from.

    Each file has its own, so that an e-book can say of which file it marks the pages (RFC 9562, 5.5: UUIDv5).
    """
    return uuid5(NAMESPACE_URL, f"{publication.identifier}/{product.name}").urn


def moment(publication: Publication) -> str:
    """The time of everything: SOURCE_DATE_EPOCH (reproducible-builds.org) where it is set, else the date of issue.

    Raises PublicationError if the variable does not hold a time.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    when = datetime.combine(publication.issued, time(), UTC)
    if epoch:
        try:
            when = datetime.fromtimestamp(int(epoch), UTC)
        except (ValueError, OverflowError, OSError):
            place = Location(PurePosixPath("SOURCE_DATE_EPOCH"))
            hint = "unset it, or set it to whole seconds since 1970"
            raise PublicationError([Problem(place, f"'{epoch}' is not a time in seconds", hint)]) from None
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
