"""Make the page pictures of the README from the finished A4 book: `.venv/bin/python docs/make_pictures.py`."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
from PIL import Image
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parent.parent
SCALE = 0.62
"""Pixels for a point: an A4 page becomes about 370 pixels wide."""

SPREADS = {
    "cover": ("part-cover", "part-titlepage"),
    "treaty": ("art-4", "part-chronology"),
    "essay": ("essay", "comm-5"),
    "notes": ("part-apparatus", "part-sources"),
}
"""Picture → the anchors of the two pages that it shows."""


def main() -> None:
    """Draw each pair of pages as one picture."""
    manifest = json.loads((ROOT / "output" / "manifest.json").read_text("utf-8"))
    book = ROOT / "output" / next(entry["file"] for entry in manifest["artifacts"] if entry["product"] == "a4")
    reader = PdfReader(book)
    places = {
        name: reader.get_destination_page_number(target) or 0 for name, target in reader.named_destinations.items()
    }
    pdf = pypdfium2.PdfDocument(book)
    for name, anchors in SPREADS.items():
        pages = [pdf[places[anchor]].render(scale=SCALE).to_pil().convert("RGB") for anchor in anchors]
        picture = Image.new("RGB", (sum(page.width for page in pages) + 12, pages[0].height), "#d8d4cc")
        picture.paste(pages[0], (0, 0))
        picture.paste(pages[1], (pages[0].width + 12, 0))
        picture.quantize(160).save(ROOT / "docs" / "pictures" / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
