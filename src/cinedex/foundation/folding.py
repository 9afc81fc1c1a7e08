"""One way to fold text, for the writer, the query, the cache key and the uniqueness key.

Two spellings that a person would call the same fold to the same string: lower case, no accents,
letters that do not decompose replaced, apostrophes closed up, every other mark a space. Scripts
keep their letters: Cyrillic, Greek, Indic and CJK text stays readable and searchable.
"""

import re
import unicodedata

APOSTROPHES = "'`´‘’‚‛ʹʻʼʽʾʿˈ′＇"

# Letters that NFKD leaves whole, in the spelling that people type on a plain keyboard.
_LETTERS = {
    "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h",
    "ŧ": "t", "ŋ": "n", "ĸ": "k", "ƶ": "z", "ɨ": "i", "ə": "e", "ŀ": "l", "ʒ": "z", "ǥ": "g",
    "¢": "c", "&": " and ", "＆": " and ", "﹠": " and ",
}  # fmt: skip

# Raised and vulgar digits stand for a word of their own: Alien³ is "alien 3", 8½ is "8 1 2".
_RAISED = {character: f" {unicodedata.normalize('NFKD', character)} " for character in "¹²³⁴⁵⁶⁷⁸⁹½⅓⅔¼¾⅕⅛"}

# Characters that are not seen and do not part words: soft hyphen, joiners, marks of direction, byte order mark.
_UNSEEN = "\u00ad\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"

_BEFORE = str.maketrans(_RAISED | dict.fromkeys(APOSTROPHES + _UNSEEN, ""))
_AFTER = str.maketrans(_LETTERS | dict.fromkeys(APOSTROPHES, ""))

_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)} | str.maketrans(
    {"'": "", "`": "", "&": " and "}
)

# Accents of Latin, Greek and Cyrillic, and the optional vowel points of Hebrew and Arabic. Marks of
# other scripts (Devanagari vowels, kana voicing) change the word, and stay.
_OPTIONAL_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]"
)

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def fold(text: str) -> str:
    """Return `text` as folded words parted by single spaces; empty when it holds no letter or digit.

    Folding twice changes nothing more.
    """
    if text.isascii():
        return " ".join(text.translate(_ASCII).split())
    plain = unicodedata.normalize("NFKD", text.translate(_BEFORE)).casefold()
    plain = _OPTIONAL_MARKS.sub("", unicodedata.normalize("NFKD", plain)).translate(_AFTER)
    plain = unicodedata.normalize("NFC", plain)
    return " ".join("".join(c if _is_word_character(c) else " " for c in plain).split())


def fold_key(text: str) -> str:
    """Return the folded text, or the bare text in lower case where folding leaves nothing ("!!!").

    Use it where two different texts must not share an empty key.
    """
    return fold(text) or " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def has_control_characters(text: str) -> bool:
    """Say whether `text` holds characters that no title, name or query has: controls, lone surrogates."""
    return _CONTROL.search(text) is not None


def _is_word_character(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"
