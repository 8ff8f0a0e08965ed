"""Tests spacing.py: what stands together, what stands apart, and who takes the room that is left on a line."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press.spacing import (
    GAP,
    Place,
    blank_before,
    blank_behind,
    gap,
    has_letters,
    kept_whole,
    line_end,
    may_part,
    opens,
    overlap,
    share,
    widths,
)

CHARACTERS = st.sampled_from("安全あアー々「」（）。，…—‧1aÉ -’%\u2060")
PLACES = st.lists(st.builds(Place, st.booleans(), st.floats(6, 40)), max_size=50)


@pytest.mark.parametrize("pair", ["年1", "9年", "的f", "y條", "アm", "6月", "ō氏"])
def test_a_gap_stands_between_han_and_letters_or_figures(pair: str) -> None:
    assert gap(*pair) == GAP


@pytest.mark.parametrize(
    "pair", ["年月", "19", "ab", "（1", "1）", "，a", "a。", "約 ", " 1", "約(", "”約", "—1", "年\u2060"]
)
def test_no_gap_stands_beside_marks_and_spaces_or_within_a_script(pair: str) -> None:
    assert gap(*pair) == 0


def test_a_gap_is_less_than_what_programs_take_for_a_space() -> None:
    assert 0.08 < GAP < 0.1


@pytest.mark.parametrize("pair", ["安全", "約。"[::-1], "》的", "於「", "」「", "，而", "及び", "約—", "…的"])
def test_a_line_opens_between_characters(pair: str) -> None:
    assert opens(*pair)


@pytest.mark.parametrize(
    "pair", ["約。", "約」", "「安", "。」", "……", "——", "約、", "·安", "‧里", "杜‧", "於1", "9年", "ab"]
)
def test_a_line_never_opens_inside_brackets_before_stops_or_within_dashes(pair: str) -> None:
    assert not opens(*pair)


@pytest.mark.parametrize(
    ("before", "after", "language", "expected"),
    [
        ("）", "，", "zh-Hant", 0.5), ("」", "「", "zh-Hant", 0.5), ("：", "「", "zh-Hant", 0.5),
        ("。", "」", "ja", 0.5), ("。", "」", "zh-Hant", 0), ("？", "」", "zh-Hant", 0), ("」", "？", "ja", 0),
        ("約", "「", "ja", 0), ("「", "約", "ja", 0),
    ],
)  # fmt: skip
def test_marks_that_meet_close_up_by_the_blank_that_they_share(
    before: str, after: str, language: str, expected: float
) -> None:
    assert overlap(before, after, language) == expected


def test_brackets_lose_their_blank_at_the_ends_of_a_line_and_taiwans_stops_do_not() -> None:
    assert [blank_before(char) for char in "「《（安。」"] == [0.5, 0.5, 0.5, 0, 0, 0]
    assert [blank_behind(char, "zh-Hant") for char in "」》）。，安「"] == [0.5, 0.5, 0.5, 0, 0, 0, 0]
    assert [blank_behind(char, "ja") for char in "」。、？安"] == [0.5, 0.5, 0.5, 0, 0]
    assert blank_before("") == blank_behind("", "ja") == 0


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("於1960年1月19日簽署", ["於", "1960年", "1月", "19日", "簽", "署"]),
        ("依第五條第2項", ["依", "第五條", "第2項"]),
        ("1958–60年，50％的", ["1958–60年，", "50％", "的"]),
        ("他說：「是……」——不", ["他", "說：", "「是……」", "——", "不"]),
        ("きゃあ、データ々", ["きゃ", "あ、", "デー", "タ々"]),
    ],
)
def test_numbers_and_marks_stay_with_what_they_belong_to(text: str, parts: list[str]) -> None:
    whole = kept_whole(text)
    places = [0, *(at for at in range(1, len(text)) if at not in whole), len(text)]
    assert [text[begin:end] for begin, end in pairwise(places)] == parts


@given(st.text(CHARACTERS, max_size=40))
def test_what_must_not_part_as_two_characters_is_kept_in_any_text(text: str) -> None:
    whole = kept_whole(text)
    assert all(at in whole for at in range(1, len(text)) if not may_part(text[at - 1], text[at]))
    assert all(0 < at < len(text) for at in whole)


def test_only_han_kana_and_their_marks_are_set_by_these_rules() -> None:
    assert all(map(has_letters, ("article 五", "。", "ア")))
    assert not has_letters("Treaty, art. V “1960” é ¶ –")


@given(st.text(CHARACTERS, max_size=40), st.floats(5, 40))
def test_gaps_widen_a_text_by_as_many_as_there_are(text: str, size: float) -> None:
    reaches = [size * count for count in range(len(text) + 1)]
    found = widths(text, reaches, size)
    assert len(found) == len(text) + 1
    assert all(one <= two for one, two in pairwise(found))
    assert found[-1] == pytest.approx(reaches[-1] + GAP * size * sum(gap(*pair) > 0 for pair in pairwise(text)))


@given(st.dictionaries(st.integers(1, 60), st.floats(0, 500), max_size=20), st.floats(0, 500))
def test_a_line_ends_at_the_last_place_that_fits(ends: dict[int, float], room: float) -> None:
    end = line_end(room, ends)
    fitting = [at for at, width in ends.items() if width <= room]
    assert end == (max(fitting) if fitting else min(ends, default=0))


@given(st.floats(0, 300), PLACES)
def test_the_shares_are_all_the_room_and_none_is_taken_away(room: float, places: list[Place]) -> None:
    shares = share(room, places)
    assert len(shares) == len(places)
    assert sum(shares) == pytest.approx(room if places else 0, abs=1e-6)
    assert all(each >= 0 for each in shares)


@given(st.floats(0, 300), st.integers(1, 10), st.integers(1, 30))
def test_like_places_take_like_shares_and_spaces_more(room: float, spaces: int, others: int) -> None:
    shares = share(room, [*[Place(space=True, size=10)] * spaces, *[Place(space=False, size=10)] * others])
    assert max(shares[:spaces]) == pytest.approx(min(shares[:spaces]))
    assert max(shares[spaces:]) == pytest.approx(min(shares[spaces:]))
    assert shares[0] >= shares[-1] - 1e-9


def test_spaces_give_way_before_they_gape() -> None:
    few, many = Place(space=True, size=10), Place(space=False, size=10)
    assert share(3.3, [few, *[many] * 30]) == pytest.approx([0.3, *[0.1] * 30])
    assert share(30, [few, *[many] * 30])[0] == few.most
