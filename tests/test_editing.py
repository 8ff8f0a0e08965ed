"""Tests editing.py and flows.py: each kind of slip in our own words is found where it is; right words are let be."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from press.content import read_publication
from press.dates import find_days
from press.editing import find_slips
from press.problems import PublicationError

SPECIMEN = Path(__file__).parent / "specimen/content"
EDITING = """\
mentions:
  en:
    names: {article: ["article {roman}", "articles {roman}"], closing: [the closing words]}
    joined: [", ", " and ", " to "]
    before: [its]
    after: [of]
    ours: [of this treaty]
  zh-Hant:
    names: {article: ["第{han}條"]}
    before: [憲章, 》]
unfinished: [TODO, to be checked, 待補]
"""
REMARK = "commentary/article-02.md", "Nor does it matter how they arose."
"""A paragraph of the commentary whose words are replaced, and where it stands."""
PLACE = "article-02.md:21:"
NOTE = "essay/history.md", "兩人的次序正好相反。"
RECORD = "chronology.yaml", "en: The treaty is signed at Paris."


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The specimen's content, with a file editing.yaml."""
    shutil.copytree(SPECIMEN, tmp_path / "content")
    (tmp_path / "content/editing.yaml").write_text(EDITING, "utf-8")
    return tmp_path / "content"


def change(content: Path, file: str, old: str, new: str) -> None:
    text = (content / file).read_text("utf-8")
    assert text.count(old) == 1, f"{file} has {text.count(old)} times {old!r}"
    (content / file).write_text(text.replace(old, new), "utf-8")


def slips(content: Path) -> list[str]:
    """What is found: file, line and column, message, and the remedy behind an arrow."""
    found = sorted(set(find_slips(read_publication(content))))
    return [f"{slip.at.path.name}:{slip.at.line}:{slip.at.column} {slip.message} → {slip.hint}" for slip in found]


def test_the_specimen_has_no_slips(content: Path) -> None:
    assert slips(content) == []


def test_without_its_file_nothing_is_read_for_slips(content: Path) -> None:
    change(content, *REMARK, "TODO")
    (content / "editing.yaml").unlink()
    assert slips(content) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("As article II says.", ["4 “article II” is not a link → write [article II](#art-2)"]),
        ("Articles I and III.", [
            "1 “Articles I” is not a link → write [Articles I](#art-1)",
            "16 “III” is not a link → write [III](#art-3)",
        ]),
        ("See *the* [article I](#art-2).", ["12 “article I” leads to #art-2 → write [article I](#art-1)"]),
        ("[Articles I](#art-1), [II](#art-2-p1) and [III](#art-2).", [
            "44 “III” leads to #art-2 → write [III](#art-3)",
        ]),
        ("See the closing words.", ["5 “the closing words” is not a link → write [the closing words](#closing)"]),
        ("By article II of this treaty.", ["4 “article II” is not a link → write [article II](#art-2)"]),
        ("So [依第二條，]{lang=zh-Hant} then.", ["6 “第二條” is not a link → write [第二條](#art-2)"]),
    ],
)  # fmt: skip
def test_a_unit_that_is_named_without_a_link_to_it_is_found(content: Path, words: str, found: list[str]) -> None:
    change(content, *REMARK, words)
    assert slips(content) == [PLACE + each for each in found]


@pytest.mark.parametrize(
    "words",
    [
        "By [article II](#art-2) and [the closing words](#closing).",
        "By [articles I to III](#art-1) and [articles I](#fr-art-1), [II](#comm-2) and [III](#comm-3-p1).",
        "Article 2 of the Charter, article II of the Covenant, article II(1) of another and its article I.",
        "“All disputes of article II”, and *Article II*, a book.",
        "Particle II, article IIa, article IV and articles in general.",
        "[憲章第二條、《某約》第二條、第十二條、「第二條」。]{lang=zh-Hant}",
        "[第二条]{lang=ja} and [l’article II]{lang=fr}.",
        "> By article II.",
        "| Article | What |\n| --- | --- |\n| article II | peace |",
    ],
)
def test_other_instruments_quotations_and_tables_need_no_link(content: Path, words: str) -> None:
    change(content, *REMARK, words)
    assert slips(content) == []


def test_a_note_that_says_the_same_twice_needs_one_link(content: Path) -> None:
    change(content, *NOTE, "[第二條](#art-2)如此。[So article II has it, not article I.]{lang=en}")
    assert slips(content) == ["history.md:9:89 “article I” is not a link → write [article I](#art-1)"]


def test_the_texts_of_others_may_name_units_as_they_do(content: Path) -> None:
    assert "第一條中的" in (content / "essay/history.md").read_text("utf-8")
    assert slips(content) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("On 27 August 1928.", ["4 “27 August 1928” is not how the edition writes a day → write August 27, 1928"]),
        ("On August 27th.", ["4 “August 27th” is not how the edition writes a day → write August 27"]),
        ("On the 27th of August.", ["8 “27th of August” is not how the edition writes a day → write August 27"]),
        ("On Aug. 27, 1928.", ["4 “Aug. 27, 1928” is not how the edition writes a day → write August 27, 1928"]),
        ("On February 29, 1929, on June 31.", [
            "4 no calendar has the day February 29, 1929 → ",
            "26 no calendar has the day June 31 → ",
        ]),
        ("So [1928年08月27日與8月32日]{lang=zh-Hant} then.", [
            "5 “1928年08月27日” is not how the edition writes a day → write 1928年8月27日",
            "17 no calendar has the day 8月32日 → ",
        ]),
        ("On August 27, 1928, “27 August 1928”, in May 1928, by 90 to 2 in May, on February 29.", []),
    ],
)  # fmt: skip
def test_a_day_is_written_in_the_way_of_its_language_and_is_one(content: Path, words: str, found: list[str]) -> None:
    change(content, *REMARK, words)
    assert slips(content) == [PLACE + each for each in found]


def test_days_are_read_with_their_parts() -> None:
    text = "from 18–19 June 1960 to January 5"
    assert [tuple(day) for day in find_days(text, "en_GB")] == [
        (8, 20, 1960, 6, 19, "19 June 1960"),
        (24, 33, 0, 1, 5, "5 January"),
    ]
    assert [tuple(day) for day in find_days("昭和35年6月23日", "ja_JP")] == [(5, 10, 0, 6, 23, "6月23日")]


@pytest.mark.parametrize(
    ("english", "french", "differ"),
    [
        (
            "It is signed on August 27, 1928.",
            "Signé le 26 août 1928.",
            "'en' has August 27, 1928, 'fr' has 26 août 1928",
        ),
        (
            "It is signed on August 27, 1928.",
            "Signé le 27 août 1929.",
            "'en' has August 27, 1928, 'fr' has 27 août 1929",
        ),
        (
            "On August 27 and July 24, 1929.",
            "Le 27 août et le 27 juillet.",
            "'en' has July 24, 1929, 'fr' has 27 juillet",
        ),
        ("It is signed on August 27, 1928.", "Signé le 27 août.", ""),
        ("On August 27, 1928, and July 24, 1929.", "Le 27 août 1928.", ""),
        ("It is signed in 1928.", "Signé le 27 août 1928.", ""),
    ],
)
def test_the_languages_of_a_record_agree_on_days(content: Path, english: str, french: str, differ: str) -> None:
    change(content, "chronology.yaml", "The treaty is signed at Paris.", english)
    change(content, "chronology.yaml", "Le traité est signé à Paris.", french)
    hint = "one is wrong, or each leaves out a day"
    assert slips(content) == ([f"chronology.yaml:1:3 {differ} → {hint}"] if differ else [])


def test_the_languages_of_a_note_agree_on_days(content: Path) -> None:
    change(content, *NOTE, "8月26日簽署。[It was signed on August 27, 1928.]{lang=en}")
    (slip,) = slips(content)
    assert slip.startswith("history.md:9:11 'en' has August 27, 1928, 'zh-Hant' has 8月26日")


def test_the_short_title_of_a_source_has_the_day_of_the_source(content: Path) -> None:
    change(content, "sources.yaml", "short: 46 Stat. 2343", "short: Treaty of August 28, 1928")
    message = "the short title has August 28, 1928, but the source is of 1928-08-27"
    assert slips(content) == [f"sources.yaml:1:8 {message} → mend one of them"]


def test_a_source_that_nothing_cites_is_found(content: Path) -> None:
    change(content, "guide/reader.md", "[關於廢棄戰爭作為國家政策工具的普遍公約]{lang=zh-Hant} ([@ZH-WS])", "Chinese")
    change(content, "essay/history.md", "[@STAT; @ZH-WS]", "[@STAT]")
    (slip,) = slips(content)
    assert slip.endswith("source 'ZH-WS' is cited nowhere → cite it, or delete its entry")
    assert slip.startswith("sources.yaml:22:8")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("They were 15.[@STAT] They are more. So be it “now”.[@STAT]", []),
        ("They were 15.[@STAT] They are “more”. So be it.", ["25:31 no source bears out “They are “more”.”"]),
        ("So it is.[@STAT] In 1928 they were fifteen.", ["25:21 no source bears out “In 1928 they were fifteen.”"]),
        ("So it is.[@STAT] For 1928 see [the comment](#comm-3).", []),
        ("So it is.[@STAT] That is [¶5](#essay-p2) of it.", []),
        ("He said so (46 Stat. 2343, by J. B. Scott).[@STAT]", []),
        (
            "In 1928 it was signed by Dr. A. Briand. So it was.[@STAT]",
            ["25:4 no source bears out “In 1928 it was signed by Dr. A. Briand.”"],
        ),
        ("It is so.", ["25:1 the paragraph names no source"]),
        ("| Year | Parties |\n| --- | --- |\n| 1928 | 15[@STAT] |\n\nSo.[@STAT]", []),
        ("| Year | Parties |\n| --- | --- |\n| In 1928 | 15 |", ["27:6 no source bears out “In 1928 15”"]),
        ("It is so.[^n]\n\n[^n]: As the text has it ([@STAT]).", []),
        ("It is so.[^n]\n\n[^n]: As the text has it.", ["25:1 the paragraph names no source"]),
    ],
)
def test_a_paragraph_and_what_it_tells_have_sources(content: Path, words: str, found: list[str]) -> None:
    (content / "editing.yaml").write_text("cited: [further]\n", "utf-8")
    change(content, "publication.yaml", "{en: Further}, language: en,", "{en: Further}, language: en, numbered: true,")
    change(content, "abbreviations.yaml", "- short: art.", "- short: Stat., Dr.\n  long: {en: x}\n- short: art.")
    for file, section in (("article-01", ""), ("article-02", f"\n# further\n\n{words}\n")):
        path = content / f"commentary/{file}.md"
        path.write_text(path.read_text("utf-8").partition("\n# further")[0] + section, "utf-8")
    lines = [slip.removeprefix("article-02.md:").partition(" → ")[0] for slip in slips(content)]
    assert lines == found


def test_a_simplified_character_is_found_in_traditional_chinese_alone(content: Path) -> None:
    change(content, *NOTE, "两個次序。[両国]{lang=ja}")
    change(content, "publication.yaml", "zh-Hant: 關於廢棄戰爭", "zh-Hant: 關於废棄戰爭")
    assert slips(content) == [
        "history.md:9:46 两 is a simplified character → write its traditional form, or [两]{lang=…}",
        "publication.yaml:8:12 废 is a simplified character → write its traditional form",
    ]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("公約,簽署。", ["3 a narrow , among wide characters: “公約,簽署。” → write ，"]),
        ("簽署於（1928年)公約。", ["10 a narrow ) among wide characters: “928年)公約。” → write ）"]),
        ("[公約](#art-1);公約。", ["13 a narrow ; among wide characters: “公約;公約。” → write ；"]),
        ("公約，1.5倍，1:2，[Pact (1928), 公約, and so on.]{lang=en}", []),
    ],
)
def test_narrow_marks_are_found_among_wide_characters(content: Path, words: str, found: list[str]) -> None:
    path = content / "essay/history.md"
    path.write_text(f"{path.read_text('utf-8')}\n[^more]: {words}\n", "utf-8")
    change(content, "essay/history.md", "十五國；", "十五國；[^more]")
    column = len("[^more]: ")
    assert slips(content) == [
        f"history.md:11:{column + int(each.split()[0])} {each.partition(' ')[2]}" for each in found
    ]


@pytest.mark.parametrize("words", ["TODO: more.", "Todo", "That is to be checked."])
def test_words_that_keep_the_place_of_others_are_found(content: Path, words: str) -> None:
    change(content, *REMARK, words)
    (slip,) = slips(content)
    assert "is not to be printed" in slip


def test_words_that_only_hold_such_words_are_let_be(content: Path) -> None:
    change(content, *REMARK, "Todos os direitos; the TODOs; to be checkedly.")
    assert slips(content) == []


@pytest.mark.parametrize(
    ("editing", "message"),
    [
        ("cited: [note]", "no commentary has a section 'note' → did you mean 'notes'?"),
        ("mentions: {de: {names: {article: ['Artikel {n}']}}}", "the edition has no language 'de'"),
        ("mentions: {fr: {names: {article: [article]}}}", "the name 'article' has no number → write {roman}, {n}"),
    ],
)
def test_a_file_that_names_what_is_not_there_is_told_so(content: Path, editing: str, message: str) -> None:
    (content / "editing.yaml").write_text(f"{editing}\n", "utf-8")
    (slip,) = slips(content)
    assert slip.startswith(f"editing.yaml:1:1 {message}")


@pytest.mark.parametrize("editing", ["cite: [notes]", "mentions: {en: {names: {artikel: [x]}}}", "unfinished: TODO"])
def test_a_file_that_is_not_understood_is_told_so(content: Path, editing: str) -> None:
    (content / "editing.yaml").write_text(f"{editing}\n", "utf-8")
    with pytest.raises(PublicationError) as caught:
        read_publication(content)
    assert caught.value.problems[0].at.path.name == "editing.yaml"
