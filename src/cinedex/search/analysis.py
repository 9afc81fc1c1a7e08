"""How titles, people and queries become words: the same for the writer and for the query.

Everything starts from folded text (`foundation.folding`). Beside its raw form a word has a canonical one, so
that "II", "two" and "2" meet; an article at the end of a catalogue title is turned to the front; runs of
Chinese and Japanese characters become overlapping pairs, since nothing parts their words.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import msgspec

from cinedex.foundation.folding import APOSTROPHES, fold_key

ARTICLES = frozenset("the a an le la les l un une el los las lo il gli der die das ein eine een het".split())

# Articles at the end of a query that are no word just begun: "chain l" and "john an" go on.
_WHOLE_ARTICLES = frozenset(["the", "le", "la", "les", "el", "los", "las", "il", "der", "die", "das"])

# Words that people leave out or put in at will; a film need not have them to be found by the others.
OPTIONAL_WORDS = ARTICLES | frozenset(
    "of and in on at to for from with by part pt vol volume episode chapter".split()
)

_ROMAN = ["ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv"]
_NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]

_CANONICAL = (
    {roman: str(value) for value, roman in enumerate(_ROMAN, 2)}
    | {word: str(value) for value, word in enumerate(_NUMBERS, 1)}
    | {
        "doctor": "dr",
        "mister": "mr",
        "saint": "st",
        "versus": "vs",
        "brothers": "bros",
        "volume": "vol",
        "pt": "part",
    }
)

_TRAILING_ARTICLE = re.compile(
    r"^(?P<title>.+?)\s*[;,]\s*(?P<article>the|an?|le|la|les|l['’]|une?|el|l[oa]s?|il|gli|der|die|das|ein|eine|o|os)$",
    re.IGNORECASE,
)
# Little words of French and Italian that lose their vowel before the next word, which people look for without them.
_ELISION = re.compile(
    rf"(?<![\w{APOSTROPHES}])([cdjlmnst]|qu|un|all|dall|dell|nell|quell|sull)[{APOSTROPHES}](?=\w)",
    re.IGNORECASE,
)
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_YEAR_DIGITS, _FIRST_YEAR, _LAST_YEAR = 4, 1880, 2039
_CJK_RUN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_SUBTITLE = re.compile(r":| - | – |;")
_SHORTEST_ACRONYM = 3
# A film's name is read more than once, and people come back in other films.
_MOST_REMEMBERED = 4096


class Title(msgspec.Struct, frozen=True):
    """A title (or a query, read as a title) in words.

    `raw` and `canonical` run in parallel, an article in front. `joined` is the canonical words without spaces,
    and `article` the length of the article it begins with, 0 if none. `spelling` is the words as they stood;
    `is_turned` says that the article stood behind.
    """

    raw: tuple[str, ...]
    canonical: tuple[str, ...]
    joined: str
    article: int
    spelling: str
    is_turned: bool = False

    @property
    def needed_words(self) -> int:
        """How many of the words are not optional; all of them when every one is."""
        return sum(word not in OPTIONAL_WORDS for word in self.raw) or len(self.raw)

    @property
    def without_article(self) -> str:
        """The joined title, its leading article left out."""
        return self.joined[self.article :]


def analyse_title(text: str) -> Title:
    """Read a title; "Shining, The" and "Shining;The" are read as "The Shining"."""
    spelling = " ".join(words_of(text))
    # Looking at every place of a title for an article takes longer than all else here.
    turned = _TRAILING_ARTICLE.match(text) if "," in text or ";" in text else None
    if turned:
        text = f"{turned['article']} {turned['title']}"
    return _title(words_of(text), spelling, is_turned=turned is not None)


def analyse_query(text: str) -> Title:
    """Read a query as if it were a title; an article at its end belongs in front ("shining the", "shining the 1980")."""
    query = analyse_title(text)
    words = query.raw
    end = len(words)
    while end > 1 and year_of(words[end - 1]) is not None:
        end -= 1
    if end > 1 and words[end - 1] in _WHOLE_ARTICLES and not query.article:
        turned = (words[end - 1], *words[: end - 1], *words[end:])
        return _title(turned, query.spelling, is_turned=True)
    return query


def as_it_stands(title: Title) -> Title:
    """Return a title whose article was turned to the front with its article where it stood."""
    return _title(tuple(title.spelling.split()), title.spelling, is_turned=False)


def without_years(query: Title) -> Title | None:
    """Return the query without the words that may be a year; None when there are none, or nothing else."""
    words = tuple(word for word in query.raw if year_of(word) is None)
    if not words or len(words) == len(query.raw):
        return None
    return _title(words, query.spelling, is_turned=query.is_turned)


@lru_cache(maxsize=_MOST_REMEMBERED)
def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of a text; CJK runs as pairs of characters."""
    folded = fold_key(text)
    if not folded.isascii():
        folded = _CJK_RUN.sub(_pairs, folded)
    return tuple(folded.split())


def elisions(text: str) -> list[re.Match[str]]:
    """Return where words are elided: "d'" of "d'Amélie", the little word being the first group."""
    return [*_ELISION.finditer(text)] if _APOSTROPHE.search(text) else []


def words_after_elisions(text: str) -> list[str]:
    """Return the folded words that stand after an elision, which folding closes up: "amelie" of "d'Amélie"."""
    rests = (text[found.end() :].split(maxsplit=1)[0] for found in elisions(text))
    return [words[0] for rest in rests if (words := words_of(rest))]


def canonical(word: str) -> str:
    """Return the form in which spellings of one word meet: numerals as digits, usual short forms."""
    return _CANONICAL.get(word, word)


def is_canonical(words: Sequence[str]) -> bool:
    """Say whether none of the words has another canonical form."""
    return _CANONICAL.keys().isdisjoint(words)


def year_of(word: str) -> int | None:
    """Return the year that a word may name, or None."""
    is_number = len(word) == _YEAR_DIGITS and word.isascii() and word.isdigit()
    return int(word) if is_number and _FIRST_YEAR <= int(word) <= _LAST_YEAR else None


def neighbours(words: Sequence[str]) -> list[str]:
    """Return each two neighbouring words joined: "spider man" may be typed "spiderman"."""
    return [first + second for first, second in pairwise(words)]


def acronym(text: str) -> str | None:
    """Return the first letters of a title of three words or more, up to its subtitle: "lotr"."""
    words = words_of(_SUBTITLE.split(text, maxsplit=1)[0])
    if words and words[0] in ARTICLES:
        words = words[1:]
    return "".join(word[0] for word in words) if len(words) >= _SHORTEST_ACRONYM else None


def _title(words: tuple[str, ...], spelling: str, *, is_turned: bool) -> Title:
    # A first word of one letter is no numeral: X-Men, V for Vendetta.
    forms = tuple(map(canonical, words))
    if words and len(words[0]) == 1:
        forms = (words[0], *forms[1:])
    article = len(words[0]) if len(words) > 1 and words[0] in ARTICLES else 0
    return Title(words, forms, "".join(forms), article, spelling, is_turned)


def _pairs(run: re.Match[str]) -> str:
    characters = run[0]
    if len(characters) == 1:
        return f" {characters} "
    return " " + " ".join(map("".join, pairwise(characters))) + " "
