"""A title as people type it. Each takes the title as it is written, and answers None where it does not apply."""

import re
from random import Random

from cinedex.foundation.folding import fold
from cinedex.search.evaluation.slips import slipped

_SHORTEST_TITLE = 5
_SHORTEST_TYPO_PREFIX = 6
_SHORTEST_TYPO2 = 8
_SHORTEST_TO_SPLIT = 6
_FEWEST_TO_ORDER = 3
# Words of other languages are left out here: "die" and "des" are little ones only where the title is German or French.
_LITTLE_WORDS = frozenset("the a an of and in on at to for from with by".split())

# Not I and X, which are people (Malcolm X), nor V inside a title, which is versus or vendetta.
_ROMAN = re.compile(r"(?<=\s)(?:III|II|IV|VIII|VII|VI|IX|XIII|XII|XI|V(?=$|:))\b")
_DIGITS = {
    roman: str(value)
    for value, roman in enumerate("II III IV V VI VII VIII IX X XI XII XIII".split(), start=2)
}


def exact(name: str, _chance: Random) -> str | None:
    """Return the title as it is."""
    return name


def prefix(name: str, chance: Random) -> str | None:
    """Return the first 60 to 75 % of the folded title, as while typing."""
    title = fold(name)
    if len(title) < _SHORTEST_TITLE:
        return None
    shortest, longest = -(-len(title) * 3 // 5), len(title) * 3 // 4
    ends = [end for end in range(shortest, longest + 1) if title[end - 1] != " "]
    return title[: chance.choice(ends)] if ends else None


def typo1(name: str, chance: Random) -> str | None:
    """Return the folded title with one slip."""
    return slipped(fold(name), 1, chance)


def typo2(name: str, chance: Random) -> str | None:
    """Return the folded title with two slips, where it is long enough to bear them."""
    title = fold(name)
    return slipped(title, 2, chance) if len(title) >= _SHORTEST_TYPO2 else None


def typo_prefix(name: str, chance: Random) -> str | None:
    """Return the first 60 to 75 % of the folded title with one slip."""
    begun = prefix(name, chance)
    return slipped(begun, 1, chance) if begun and len(begun) >= _SHORTEST_TYPO_PREFIX else None


def joined(name: str, chance: Random) -> str | None:
    """Return the folded title with two neighbouring words run together."""
    words = fold(name).split()
    if len(words) == 1:
        return None
    at = chance.randrange(len(words) - 1)
    return " ".join([*words[:at], words[at] + words[at + 1], *words[at + 2 :]])


def split(name: str, chance: Random) -> str | None:
    """Return the folded title with a long word broken in two, two letters or more on either side."""
    words = fold(name).split()
    long = [at for at, word in enumerate(words) if len(word) >= _SHORTEST_TO_SPLIT]
    if not long:
        return None
    at = chance.choice(long)
    gap = chance.randint(2, len(words[at]) - 2)
    return " ".join([*words[:at], words[at][:gap], words[at][gap:], *words[at + 1 :]])


def dropped(name: str, _chance: Random) -> str | None:
    """Return the folded title without its little words, where two other words are left."""
    words = fold(name).split()
    kept = [word for word in words if word not in _LITTLE_WORDS]
    return " ".join(kept) if 1 < len(kept) < len(words) else None


def order(name: str, chance: Random) -> str | None:
    """Return the folded title with its words in another order, where it has three or more."""
    words = fold(name).split()
    shuffled = chance.sample(words, len(words))
    return " ".join(shuffled) if len(words) >= _FEWEST_TO_ORDER and shuffled != words else None


def roman(name: str, _chance: Random) -> str | None:
    """Return the folded title with its roman numbers as digits: "psycho 2"."""
    typed = _ROMAN.sub(lambda number: _DIGITS[number[0]], name)
    return fold(typed) if typed != name else None


def accents(name: str, _chance: Random) -> str | None:
    """Return the folded title, where the title has letters that a plain keyboard lacks and its folded form none."""
    title = fold(name)
    is_accented = any(character.isalpha() and not character.isascii() for character in name)
    return title if is_accented and title.isascii() else None
