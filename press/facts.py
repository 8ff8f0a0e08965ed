"""What the files say of themselves: titles, languages, sources, rights, and the moment at which all was made."""

from __future__ import annotations

import os
from datetime import UTC, datetime, time
from pathlib import PurePosixPath

from press.model import Facts, Product, Publication
from press.problems import Location, Problem, PublicationError


def facts_of(publication: Publication, product: Product) -> Facts:
    """The metadata of a product: its languages are those of the texts in it, its sources those of its witnesses."""
    parts = [part for part in publication.parts if part.name in product.parts]
    languages = [prose.language for part in parts for prose in part.proses()]
    records = {source.key: source for source in publication.sources}
    described = [
        f"{source.title}. {source.short}. {source.url}".removesuffix(". ")
        for witness in publication.witnesses
        if (source := records.get(witness.source))
    ]
    return Facts(
        title=publication.title, subtitle=publication.subtitle, identifier=publication.identifier,
        language=publication.language, languages=tuple(dict.fromkeys((publication.language, *languages))),
        publisher=publication.publisher, description=publication.description, subjects=publication.subjects,
        rights=publication.rights, sources=tuple(described), moment=moment(publication),
        contributors=tuple(each for each in publication.contributors if not each.part or each.part in product.parts),
        siblings=tuple(
            each.file for each in publication.products if each.format in ("pdf", "epub") and each != product
        ),
    )  # fmt: skip


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
