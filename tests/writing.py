"""Writes what an editor might, at random, and knows what must come of it: strategies for Hypothesis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from hypothesis import strategies as st

from press.files import File
from press.markdown import Body, Setting, parse_prose, take_definitions
from press.problems import Location
from press.prose import Prose

PATH = PurePosixPath("content/text.md")
LETTERS = "aeiorstnézZ條約安保第ニ"
MARKS = [*",.;:?!…—–’”)」》，。、：；", ""]


@dataclass(frozen=True)
class Piece:
    """A stretch of Markdown, the words that are printed of it, and how many notes it calls."""

    written: str
    words: str
    notes: int = 0


@dataclass
class Manuscript:
    """A text as it is written, the words of its paragraphs in order, and its notes."""

    lines: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


words = st.builds(
    lambda letters, mark: letters + mark, st.text(LETTERS, min_size=1, max_size=5), st.sampled_from(MARKS)
)
sentences = st.lists(words, min_size=1, max_size=4).map(" ".join)
bare = st.text(LETTERS, min_size=1, max_size=6)

pieces = st.one_of(
    sentences.map(lambda text: Piece(text, text)),
    bare.map(lambda text: Piece(f"*{text}*", text)),
    bare.map(lambda text: Piece(f"**{text}**", text)),
    sentences.map(lambda text: Piece(f"[{text}]{{lang=ja}}", text)),
    sentences.map(lambda text: Piece(f"[{text}](#art-1)", text)),
    sentences.map(lambda text: Piece(f"[{text}](https://example.org/a_b?c=d)", text)),
    bare.map(lambda text: Piece(f"[*{text}* {text}]{{lang=fr}}", f"{text} {text}")),
    bare.map(lambda text: Piece(f"*[{text}](#art-1)*", text)),
    st.sampled_from([Piece("\\*", "*"), Piece("&amp;", "&"), Piece("\\[x\\]", "[x]"), Piece("5 < 6 & 7", "5 < 6 & 7")]),
    bare.map(lambda text: Piece(f"{text}[@KEY art. 1, para. 2; @OTHER]", text, notes=1)),
    bare.map(lambda text: Piece(f"{text}[^?]", text, notes=1)),
)


@st.composite
def manuscripts(draw: st.DrawFn) -> Manuscript:
    """Paragraphs, lists, quotations and tables, with all that may stand within them."""
    manuscript = Manuscript()
    for kind in draw(st.lists(st.sampled_from(sorted(_KINDS)), min_size=1, max_size=5)):
        lines = [_line(draw, manuscript) for _ in range(kind.count("{"))]
        manuscript.lines += [*kind.format(*(written for written, _ in lines)).split("\n"), ""]
        manuscript.paragraphs += _KINDS[kind]([words for _, words in lines])
    calls = sum(1 for note in manuscript.notes if note)
    manuscript.lines += (f"[^n{number}]: note {number}" for number in range(1, calls + 1))
    return manuscript


_KINDS: dict[str, Callable[[list[str]], list[str]]] = {
    "{}": list,
    "{}\n{}": lambda words: [" ".join(words)],
    # Two lists, one below the other, would be one.
    "- {}\n- {}\n\n## Between": lambda words: [*words, "Between"],
    "1. {}\n2. {}\n\n## Between": lambda words: [*words, "Between"],
    "- {}\n  1. {}\n  2. {}\n- - {}\n\n## Between": lambda words: [*words, "Between"],
    "- > {}\n\n  {}\n\n### Between": lambda words: [*words, "Between"],
    "> {}\n>\n> {}": list,
    "> - {}\n>   {}\n>\n> ## {}": lambda words: [" ".join(words[:2]), words[2]],
    "| {} | {} |\n| --- | --- |\n| {} | {} |": list,
}
"""Kinds of blocks, and what paragraphs come of the words in them."""


def _line(draw: st.DrawFn, manuscript: Manuscript) -> tuple[str, str]:
    """A line as it is written and as it is read."""
    found = draw(st.lists(pieces, min_size=1, max_size=4))
    written = ["w"]
    for piece in found:
        text = piece.written
        if "[^?]" in text:
            number = 1 + sum(1 for note in manuscript.notes if note)
            text = text.replace("[^?]", f"[^n{number}]")
            manuscript.notes.append(f"note {number}")
        elif piece.notes:
            manuscript.notes.append("")
        written.append(text)
    return " ".join(written), " ".join(["w", *(piece.words for piece in found)])


def read(text: str, *, language: str = "en", label: str = "{n}") -> Prose:
    """A text as `texts.py` reads it, from the first line of `content/text.md` on."""
    body, definitions = take_definitions(body_of(text))
    return parse_prose(body, Setting(anchor="text", language=language, label=label, definitions=definitions))


def body_of(text: str, line: int = 1) -> Body:
    return Body(tuple(File(PATH, text).text.removesuffix("\n").split("\n")), Location(PATH, line))
