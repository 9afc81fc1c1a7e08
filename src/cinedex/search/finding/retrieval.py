"""Finding candidates: term look-ups first, typo expansion only for unknown words, wider only when that is weak."""

from collections.abc import Callable, Hashable, Iterable, Sequence

import msgspec

from cinedex.search.analysis import Title, without_years, year_of
from cinedex.search.finding.facts import Facts, pack_spelling
from cinedex.search.finding.lexicon import MOST_WORDS, Lexicon, needed_places
from cinedex.search.finding.port import PREFIX_LETTERS, Handle, Hits, Postings, Row, Term, Tier, WordList
from cinedex.search.finding.slips import title_slips
from cinedex.search.ranking import Candidate
from cinedex.search.standing import prominence_of

_MOST_CORRECTED = 3
_LONGEST_SLIP = 12
# What a title is worth that only begins with the query, beside one that has all its words.
_BEGINS = 0.95


class FoundFilm(msgspec.Struct, frozen=True, gc=False):
    """A film that was found: its rank, its facts, how its answer is read, and what the ranking needs of it."""

    rank: int
    facts: Facts
    handle: Handle
    candidate: Candidate


class Retrieval:
    """Look-ups of one query on one snapshot of the index, each adding to what was found before."""

    def __init__(self, postings: Postings, words: WordList, query: Title) -> None:
        self._postings = postings
        self._words = words
        self._query = query
        self._lexicon = Lexicon(words, postings.wanted, query)
        self._terms = [self._lexicon.known(at) for at in range(min(len(query.raw), MOST_WORDS))]
        self._needed = needed_places(query.raw[:MOST_WORDS])
        self._unknown = [at for at in self._needed if not self._terms[at]]
        self._coverage: dict[Hashable, float] = {}
        self._handles: dict[Hashable, Handle] = {}
        self._by_director: set[Hashable] = set()
        self._changed: set[Hashable] = set()
        self._spelling = pack_spelling(query.spelling)
        self._years = {year for word in query.raw if (year := year_of(word)) is not None}
        self._year_words = [str(year).encode() for year in self._years]

    @property
    def steps(self) -> tuple[Callable[[], None], ...]:
        """The look-ups in order, each wider than the one before."""
        return (self.first, self.wider, self.widest)

    def first(self) -> None:
        """Look up the title, as a whole and as a beginning, and all words; unknown words by near spellings."""
        query = self._query
        yearless = without_years(query)
        readings = (query, yearless) if yearless else (query,)
        titles = {form for one in readings for form in (one.joined, one.without_article)}
        titles |= {"".join(query.raw), query.spelling.replace(" ", "")}
        self._take_titles(titles, 1.0)
        self._take_beginnings({query.joined, query.without_article, query.spelling.replace(" ", "")}, 1.0)
        for at in self._unknown:
            self._add_near(at, 1)
            if not self._terms[at]:
                self._add_near(at, 2)
            if self._words.may_lack:
                # A film that is newer than the list of words may have it as it was typed.
                self._add(at, [Term("words", query.raw[at], 1.0, 0)])
        last = self._needed[-1]
        if last not in self._unknown and self._lexicon.only_begins(last):
            # A beginning that few words have may as well be a slip: "psyco".
            self._add_near(last, 1)
        if len(self._unknown) == 1:
            self._take_corrected(self._unknown[0])
        if len(self._needed) > 1 or len(self._coverage) < self._postings.wanted:
            self._take_all_words()
        else:
            # Enough titles begin with the one word; those that have it further on are for lists and filters.
            self._postings.pass_over(_whole(self._terms[last]))
        self._take_director()
        self._take_famous()

    def wider(self) -> None:
        """Look up again with the near spellings of every word; one that is known has one slip at most."""
        for at in self._needed:
            self._add_near(at, 2 if at in self._unknown else 1)
        self._take_slips(Tier.KNOWN)
        self._take_all_words()

    def widest(self) -> None:
        """Look up films that have all words but one."""
        terms = [self._terms[at] for at in self._needed if self._terms[at]]
        if not terms or len(self._needed) == 1:
            return
        self._take(self._postings.with_most(terms, min(len(terms), len(self._needed) - 1)))

    def found(self) -> list[FoundFilm]:
        """Return the films that were found, or found to match better, since this was asked last."""
        if not self._changed:
            return []
        keys = list(self._changed)
        self._changed.clear()
        handles = [self._handles[key] for key in keys]
        rows = zip(self._postings.read(handles), keys, handles, strict=True)
        return [self._film(*row) for row in rows]

    def _film(self, row: Row, key: Hashable, handle: Handle) -> FoundFilm:
        rank, facts, title = row
        share = 0.0
        if key in self._by_director:
            share = min(1.0, len(self._query.raw) / max(1, facts.director_words))
        candidate = Candidate(
            self._coverage[key],
            prominence_of(rank),
            title,
            facts.title_words,
            facts.article,
            facts.is_turned,
            facts.spelling == self._spelling,
            bool(self._years) and self._has_year(facts.year, title),
            share,
        )
        return FoundFilm(rank, facts, handle, candidate)

    def _has_year(self, year: int, title: bytes) -> bool:
        return year in self._years or any(word in title for word in self._year_words)

    def _take_titles(self, joined: Iterable[str], worth: float) -> None:
        self._take(self._postings.most_prominent("exact", sorted(joined)), worth)

    def _take_beginnings(self, joined: Iterable[str], worth: float) -> None:
        beginnings = sorted({title[:PREFIX_LETTERS] for title in joined})
        self._take(self._postings.most_prominent("prefix", beginnings), _BEGINS * worth)

    def _take_slips(self, tier: Tier) -> None:
        """Look up films whose whole title, its words joined or split at will, begins as the query but for a slip."""
        slips = sorted(title_slips(self._query))
        self._take(self._postings.most_prominent("slips" + tier, slips), 0.0)

    def _take_famous(self) -> None:
        """Look up famous films of which a short query may be a slip, as "the dark night" may.

        Not if a famous film begins so or has the one word, or a director is named.
        """
        typed, count = self._query.without_article, self._words.count
        if len(typed) > _LONGEST_SLIP or self._by_director or count("prefix" + Tier.FAMOUS, typed):
            return
        if len(self._needed) > 1 or not count("words" + Tier.FAMOUS, self._query.raw[self._needed[0]]):
            self._take_slips(Tier.FAMOUS)

    def _take_corrected(self, at: int) -> None:
        """Look up the title as a whole and as a beginning with its one unknown word put right."""
        words = list(self._query.canonical)
        for near in self._terms[at][:_MOST_CORRECTED]:
            words[at] = near.text
            joined = "".join(words[1:] if self._query.article and at > 0 else words)
            worth = 1 - (1 - near.worth) / len(self._needed)
            self._take_titles([joined], worth)
            self._take_beginnings([joined], worth)

    def _take_all_words(self) -> None:
        """Look up films that have all needed words."""
        needed = [self._terms[at] for at in self._needed]
        if not all(needed):
            return
        # Whole words first. Endings go alone, for to skip in a union of long lists is slow.
        whole = _whole(needed[-1])
        endings = [one for one in needed[-1] if one.field == "edges"]
        found = self._take_films_with([*needed[:-1], whole]) if whole else 0
        if endings and found < self._postings.wanted:
            self._take_films_with([*needed[:-1], endings])

    def _take_films_with(self, needed: Sequence[Sequence[Term]]) -> int:
        """Look up films that have a term of each; return how many were found."""
        others = [one for at, one in enumerate(self._terms) if at not in self._needed and one]
        hits = self._postings.with_all(needed, others)
        self._take(hits)
        return len(hits)

    def _take_director(self) -> None:
        """Look up films whose director is named so, and films whose director has all words."""
        words = self._query.raw
        self._take(self._postings.most_prominent("person", [" ".join(words)]), 1.0, is_director=True)
        if len(self._terms) == len(words) and (names := self._lexicon.names(self._terms)):
            self._take(self._postings.named(names), is_director=True)

    def _add_near(self, at: int, distance: int) -> None:
        """Let near spellings stand for the word at this place as well."""
        self._add(at, self._lexicon.near(at, distance))

    def _add(self, at: int, terms: Sequence[Term]) -> None:
        have = {one.text for one in self._terms[at]}
        self._terms[at] += [one for one in terms if one.text not in have]

    def _take(self, hits: Hits, coverage: float | None = None, *, is_director: bool = False) -> None:
        """Keep hits with the coverage that is given, or that their score tells."""
        whole = len(self._needed)
        key_of = self._postings.key_of
        for score, handle in hits:
            key = key_of(handle)
            share = min(1.0, score / whole) if coverage is None else coverage
            if share > self._coverage.get(key, -1.0):
                self._coverage[key] = share
                self._handles[key] = handle
                self._changed.add(key)
            if is_director and key not in self._by_director:
                self._by_director.add(key)
                self._changed.add(key)


def _whole(terms: Sequence[Term]) -> list[Term]:
    """Return the terms that are no mere beginnings of words."""
    return [one for one in terms if one.field != "edges"]
