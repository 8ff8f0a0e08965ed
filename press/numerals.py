"""Numbers as books write them: Roman for articles and front matter, Han for 第五條."""

from __future__ import annotations

_ROMAN = {1000: "M", 900: "CM", 500: "D", 400: "CD", 100: "C", 90: "XC", 50: "L", 40: "XL", 10: "X", 9: "IX"}
_ROMAN |= {5: "V", 4: "IV", 1: "I"}
_HAN = "〇一二三四五六七八九"


def roman(number: int) -> str:
    """5 → "V"; 0 is the empty string, as there is no Roman nought."""
    for value, letters in _ROMAN.items():
        if number >= value:
            return letters + roman(number - value)
    return ""


def han(number: int) -> str:
    """5 → "五", 10 → "十", 24 → "二十四", 110 → "一百一十"; for 1 to 999, enough for any treaty."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    words = f"{_HAN[hundreds]}百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else _HAN[tens]) + "十"
    elif hundreds and ones:
        words += "〇"
    return words + (_HAN[ones] if ones else "")
