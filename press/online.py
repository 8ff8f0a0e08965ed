"""A page of an e-book as a page for a browser, which reads HTML: the same words, the same anchors.

Works on finished XHTML, as `screen.py` does. What comes out is well-formed XML as well.
"""

from __future__ import annotations

import re

_ONLY_XML = re.compile(r'\s(?:xml:lang|epub:type|xmlns:epub)="[^"]*"')
_BODY = re.compile(r'<body class="([^"]*)"[^>]*>\n?(.*)</body>', re.DOTALL)
_LABEL = re.compile(r'(role="doc-pagebreak" id="[^"]*") aria-label="\s*([^".]*)\.\s*"')
_HEADING = re.compile(r"(</?h)([2-6])(?=[\s>])")
_ADDRESS = re.compile(r'(?<=\shref=")([\w-]+\.xhtml)(?=["#])')
RENAMED = {"nav.xhtml": "index.html", "index.xhtml": "book-index.html"}
"""A browser looks for the first page of a folder, which is the contents, where a book may have its index."""


def html_name(name: str) -> str:
    """What a page of an e-book is called among pages for a browser."""
    return RENAMED.get(name, name.replace(".xhtml", ".html"))


def body_of(page: str) -> tuple[str, str]:
    """The classes of a page's body, and what is in it. Raises ValueError for what is no page of ours."""
    if not (found := _BODY.search(page)):
        raise ValueError("a page has no body")
    return found[1], found[2]


def promoted(body: str) -> str:
    """A body whose first heading is of the first level: in an e-book a chapter may stand below one of another file.

    The heading of the notes is not part of the chapter, and stays of the second.
    """
    chapter, notes, behind = body.partition('<section class="notes-section"')
    if "<h1" not in chapter:
        chapter = _HEADING.sub(lambda tag: f"{tag[1]}{int(tag[2]) - 1}", chapter)
    return chapter + notes + behind


def as_html(page: str) -> str:
    """A page without the attributes that HTML does not know, and with links to pages for a browser.

    The label of a marker becomes its title: the checkers of HTML want no label without a role of WAI-ARIA itself.
    """
    page = _LABEL.sub(r'\1 title="\2"', _ONLY_XML.sub("", page))
    return _ADDRESS.sub(lambda found: html_name(found[1]), page)
