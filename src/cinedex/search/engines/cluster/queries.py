"""What is looked up, in the words of a cluster's queries.

Each term counts what it is worth and nothing else: scores of words differ between engines, segments and copies.
"""

from collections.abc import Sequence
from typing import Any

from cinedex.search.analysis import words_of
from cinedex.search.engines.cluster.documents import term
from cinedex.search.engines.cluster.schema import Key
from cinedex.search.findable import at_least
from cinedex.search.finding.port import BEGINS, NEAR, Term, Tier
from cinedex.search.models import Filters

Body = dict[str, Any]

ALL_FILMS: Body = {"exists": {"field": "id"}}
"""The query of all films: not of the position, nor of what was deleted."""

_KEYS = {
    "exact": Key.WHOLE,
    "prefix": Key.BEGINNING,
    "edges": Key.EDGE,
    "joined": Key.JOINED,
    "person": Key.PERSON,
    "director": Key.NAME,
    "slips" + Tier.KNOWN: Key.KNOWN_SLIP,
    "slips" + Tier.FAMOUS: Key.FAMOUS_SLIP,
}


def any_of(field: str, texts: Sequence[str]) -> Body:
    """Return the query of films that have one of the terms."""
    if field == "words":
        return {"terms": {"w": list(texts)}}
    if field == "year":
        return {"terms": {"year": [int(text) for text in texts]}}
    if field == "words" + BEGINS:
        return {"bool": {"should": [{"prefix": {"w": text}} for text in texts]}}
    if field == "director" + BEGINS:
        return {"bool": {"should": [{"prefix": {"k": term(Key.NAME, text)}} for text in texts]}}
    return {"terms": {"k": [term(_KEYS[field], text.replace(" ", "_")) for text in texts]}}


def best_of(terms: Sequence[Term]) -> Body:
    """Return the query of films that have one of the terms, whose score is the worth of the best that they have."""
    equal: dict[tuple[float, str], list[str]] = {}
    clauses: list[Body] = []
    for one in terms:
        if one.field == NEAR:
            clauses.append(_near(one.text))
        else:
            equal.setdefault((one.worth, one.field), []).append(one.text)
    for (worth, field), texts in equal.items():
        clauses.append({"constant_score": {"filter": any_of(field, texts), "boost": worth}})
    return clauses[0] if len(clauses) == 1 else {"dis_max": {"queries": clauses}}


def _near(text: str) -> Body:
    word, _, distance = text.rpartition("~")
    # So rewritten, a word's score is the share of its letters that agree, on every engine.
    how = {"value": word, "fuzziness": int(distance), "rewrite": "top_terms_boost_50"}
    return {"fuzzy": {"w": how}}


def is_level(terms: Sequence[Sequence[Term]]) -> bool:
    """Say whether all films that have a term of each word have the same score."""
    return all(
        len({one.worth for one in some}) == 1 and all(one.field != NEAR for one in some) for some in terms
    )


def director_clauses(filters: Filters) -> list[Body]:
    """Return the clauses of a filter's director."""
    words = () if filters.director is None else words_of(filters.director)
    return [any_of("director", [word]) for word in words]


def other_clauses(filters: Filters, genres: Sequence[str]) -> list[Body]:
    """Return the clauses of all else; `genres` are the filter's, as the index writes them."""
    clauses: list[Body] = [{"term": {"genre": genre}} for genre in genres]
    if filters.year_from is not None or filters.year_to is not None:
        bounds = {"gte": filters.year_from, "lte": filters.year_to}
        clauses.append({"range": {"year": {name: year for name, year in bounds.items() if year is not None}}})
    if filters.score_from is not None:
        clauses.append({"range": {"score": {"gte": at_least(filters.score_from)}}})
    return clauses


def narrowed(query: Body, clauses: Sequence[Body]) -> Body:
    """Return the query of films that a query finds and all clauses allow; scores stay the query's."""
    return {"bool": {"must": [query], "filter": list(clauses)}} if clauses else query
