"""Make the pictures of the README from the finished files: `.venv/bin/python docs/make_pictures.py`.

The e-book and the page for a browser are drawn by Chromium, which `make test` installs.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pypdfium2
from PIL import Image
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parent.parent
OUTPUT, PICTURES = ROOT / "output", ROOT / "docs" / "pictures"
SIZE = (360, 260)
"""Pixels, of each picture."""

GROUND = "#d8d4cc"
PAGES: Mapping[str, tuple[str, Sequence[str | int]]] = {
    "book": ("a4", ("part-cover", "comm-5")),
    "large": ("large", ("part-treaty", "part-essay")),
    "vertical": ("vertical", (8, 7)),
    "small": ("a5", ("part-titlepage", "part-parallel")),
    "booklet": ("booklet-text-a4", (0,)),
    "handout": ("handout-a4-art-5", (0, 1)),
    "wall": ("wall-a3", (0,)),
    "press": ("press-cover", (0,)),
    "specimen": ("specimen", (0,)),
}
"""Picture → the product, and the pages that it shows: by an anchor, or by their numbers from 0."""

SCREENS: Mapping[str, tuple[int, int]] = {"ebook": (390, 560), "online": (1000, 720)}
"""Width and height of the windows, in CSS pixels."""


def main() -> None:
    """Draw them all."""
    manifest = json.loads((OUTPUT / "manifest.json").read_text("utf-8"))
    files = {entry["product"]: OUTPUT / entry["file"] for entry in manifest["artifacts"]}
    for name, (product, places) in PAGES.items():
        data = files[product].read_bytes()
        found = PdfReader(BytesIO(data)).named_destinations
        reader = PdfReader(BytesIO(data))
        numbers = [
            place if isinstance(place, int) else reader.get_destination_page_number(found[place]) or 0
            for place in places
        ]
        pdf = pypdfium2.PdfDocument(data)
        save(name, [pdf[number].render(scale=1).to_pil().convert("RGB") for number in numbers])
    with TemporaryDirectory() as folder:
        ZipFile(files["epub"]).extractall(folder)
        save("ebook", [screen("ebook", next(Path(folder).rglob("comm-5.xhtml")), Path(folder))])
        save("online", [screen("online", OUTPUT / "read" / "comm-5.html", Path(folder))])


def screen(name: str, page: Path, folder: Path) -> Image.Image:
    """A page as Chromium shows it."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    width, height = SCREENS[name]
    picture = folder / f"{name}.png"
    subprocess.run(
        [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            f"--user-data-dir={folder}/{name}", f"--window-size={width},{height}", f"--screenshot={picture}",
            page.as_uri(),
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    return Image.open(picture).convert("RGB")


def save(name: str, pages: Sequence[Image.Image]) -> None:
    """Pages side by side on a ground, as large as there is room for."""
    gap = 10
    room = ((SIZE[0] - gap * (len(pages) + 1)) / len(pages), SIZE[1] - 2 * gap)
    scale = min(min(room[0] / page.width, room[1] / page.height) for page in pages)
    small = [
        page.resize((int(page.width * scale), int(page.height * scale)), Image.Resampling.LANCZOS) for page in pages
    ]
    whole = sum(page.width for page in small) + gap * (len(small) - 1)
    picture, left = Image.new("RGB", SIZE, GROUND), (SIZE[0] - whole) // 2
    for page in small:
        picture.paste(page, (left, (SIZE[1] - page.height) // 2))
        left += page.width + gap
    picture.quantize(128).save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
