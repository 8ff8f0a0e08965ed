"""Covers and title pages of other publications: whatever their titles are, these fit, apart from each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import combinations

import pytest

from press.composition import compose
from press.content import read_publication
from press.model import Publication, Titles
from press.pdf import make_pdf
from tests.reading import ROOT, Pdf, Run, array, printed, templates

TITLES: Mapping[str, Titles] = {
    "short": {"en": "Peace", "zh-Hant": "和約", "ja": "平和条約"},
    "long": {
        "en": "Convention on the Prohibition of the Development, Production, Stockpiling and Use of Chemical Weapons",
        "fr": "Convention sur l’interdiction de la mise au point, de la fabrication et de l’emploi des armes chimiques",
        "zh-Hant": "關於禁止發展、生產、儲存和使用化學武器及銷毀此種武器的公約",
        "ja": "化学兵器の開発、生産、貯蔵及び使用の禁止並びに廃棄に関する条約",
    },
    "Latin": {"en": "A Treaty of Extraterritoriality", "fr": "Traité d’exterritorialité"},
    "Chinese": {"en": "Covenant", "zh-Hant": "「公約」（節錄）"},
}


@cache
def specimen() -> Publication:
    return read_publication(ROOT / "tests/specimen/content")


def laid_out(part: str, titles: Titles) -> Pdf:
    """One page of the specimen, with these titles."""
    publication = replace(specimen(), title=titles, short_title=titles)
    product = replace(publication.products[0], parts=(part,))
    data = make_pdf(lambda folios: compose(publication, product, templates(), folios), lambda _stage, _page: None).data
    return Pdf(data)


def boxes(pdf: Pdf) -> list[tuple[Run, float, float, float, float]]:
    """Each line with its left, right, lower and upper edge in points."""
    return [(run, run.x, run.end, run.y - run.size * 0.2, run.y + run.size * 0.75) for run in pdf.runs]


@pytest.mark.parametrize("part", ["cover", "titlepage"])
@pytest.mark.parametrize("name", TITLES)
def test_titles_of_every_length_fit_on_one_page(name: str, part: str) -> None:
    pdf = laid_out(part, TITLES[name])
    assert len(pdf.pages) == 1
    words = "".join(printed(pdf.runs).split())
    for title in TITLES[name].values():
        assert "".join(title.split()) in words
    width, height = (float(each) for each in array(pdf.pages[0]["/MediaBox"])[2:])
    for run, left, right, low, high in boxes(pdf):
        assert left > 20, run
        assert right < width - 20, run
        assert low > 20, run
        assert high < height - 20, run
    for (one, *a), (two, *b) in combinations(boxes(pdf), 2):
        assert not (a[0] < b[1] - 1 and b[0] < a[1] - 1 and a[2] < b[3] - 1 and b[2] < a[3] - 1), (one, two)


def test_a_title_in_han_goes_down_the_page_and_is_read_in_one_piece() -> None:
    pdf = laid_out("cover", TITLES["short"])
    chinese = [run for run in pdf.runs if run.language == "zh-Hant"]
    assert [run.text for run in chinese] == ["和", "約"]
    assert len({run.block for run in chinese}) == len({round(run.x) for run in chinese}) == 1
    assert chinese[0].y > chinese[1].y


def test_a_cover_has_no_heading_and_a_title_page_one() -> None:
    for part, titles in (("cover", []), ("titlepage", ["Peace"])):
        assert [run.text.strip() for run in laid_out(part, TITLES["short"]).runs if "H1" in run.tags] == titles
