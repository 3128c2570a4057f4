"""Characters as a reader counts them: grapheme clusters, by the commoner rules of Unicode Standard Annex 29.

Prepended marks and Indic conjuncts are not treated.
"""

from __future__ import annotations

import unicodedata


def count(text: str) -> int:
    """The number of characters."""
    return len(text) if text.isascii() and "\r" not in text else len(clusters(text))


def clusters(text: str) -> list[str]:
    """The characters, each one code point or several that are shown as one."""
    if text.isascii() and "\r" not in text:
        return list(text)
    result: list[str] = []
    flags = 0
    for char in text:
        regional = 0x1F1E6 <= ord(char) <= 0x1F1FF
        joined = result and (_extends(char) or _joins(result[-1], char) or (regional and flags % 2))
        if joined and not _is_control(result[-1][-1], char):
            result[-1] += char
        else:
            result.append(char)
        flags = flags + 1 if regional else 0
    return result


def _is_control(before: str, char: str) -> bool:
    """Whether a control character keeps two code points apart."""
    if before == "\r" and char == "\n":
        return False
    return unicodedata.category(before) in ("Cc", "Zl", "Zp") or unicodedata.category(char) in ("Cc", "Zl", "Zp")


def _extends(char: str) -> bool:
    """Combining marks, joiners, variation selectors, skin tones and tags."""
    code = ord(char)
    if code in (0x200C, 0x200D) or 0xFF9E <= code <= 0xFF9F or 0x1F3FB <= code <= 0x1F3FF or 0xE0020 <= code <= 0xE007F:
        return True
    return unicodedata.category(char) in ("Mn", "Me", "Mc")


def _joins(before: str, char: str) -> bool:
    """CR before LF, a pictograph after a joiner, and Hangul syllables."""
    if before == "\r":
        return char == "\n"
    if before[-1] == "\u200d":
        return _is_pictograph(char) and _is_pictograph(before[0])
    return _hangul_joins(ord(before[-1]), ord(char))


def _is_pictograph(char: str) -> bool:
    code = ord(char)
    return 0x1F300 <= code <= 0x1FAFF or 0x2190 <= code <= 0x2BFF or code in (0xA9, 0xAE, 0x203C, 0x2049, 0x3030)


def _hangul_joins(a: int, b: int) -> bool:
    leading, vowel, trailing = 0x1100 <= a <= 0x115F, 0x1160 <= a <= 0x11A7, 0x11A8 <= a <= 0x11FF
    syllable = 0xAC00 <= a <= 0xD7A3
    open_syllable = syllable and (a - 0xAC00) % 28 == 0
    if leading:
        return 0x1100 <= b <= 0x11A7 or 0xAC00 <= b <= 0xD7A3
    if vowel or open_syllable:
        return 0x1160 <= b <= 0x11FF
    return (trailing or syllable) and 0x11A8 <= b <= 0x11FF
