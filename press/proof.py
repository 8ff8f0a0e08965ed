"""One file of content on paper, at once: what an editor wants to see after changing a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from press.model import Part, Product, Publication


def proof(publication: Publication, path: PurePosixPath) -> tuple[Publication, Product] | None:
    """The publication with only the unit or comment of the file `path` to print, and a product that prints it.

    The product is the first that is a book on paper, so a proof looks as the book does. None if no file of text has
    this path, or there is no such product.
    """
    book = next((product for product in publication.products if product.format == "pdf"), None)
    for part in publication.parts:
        units = tuple(unit for unit in part.units if unit.at.path == path)
        comments = tuple(comment for comment in part.comments if comment.at.path == path)
        if book and (units or comments):
            excerpt = replace(part, units=units, comments=comments)
            parts = tuple(excerpt if each is part else each for each in publication.parts)
            return replace(publication, parts=parts), replace(book, name="proof", parts=(part.name,), after=())
    return None


def proofable(parts: Iterable[Part]) -> list[str]:
    """Paths of the files that can be proofed."""
    places = [unit.at for part in parts for unit in part.units]
    places += [comment.at for part in parts for comment in part.comments]
    return [str(at.path) for at in places]
