"""A page of an e-book as a page for a browser, which reads HTML: the same words, the same anchors.

Works on finished XHTML, as `screen.py` does. What comes out is well-formed XML as well.
"""

from __future__ import annotations

import re

_ONLY_XML = re.compile(r'\s(?:xml:lang|epub:type|xmlns:epub)="[^"]*"')
_BODY = re.compile(r'<body class="([^"]*)"[^>]*>\n?(.*)</body>', re.DOTALL)
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


def as_html(page: str) -> str:
    """A page without the attributes that HTML does not know, and with links to pages for a browser."""
    return _ADDRESS.sub(lambda found: html_name(found[1]), _ONLY_XML.sub("", page))
