"""Titles and queries in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinedex.search.analysis import (
    acronym,
    analyse_query,
    analyse_title,
    canonical,
    neighbours,
    without_years,
    words_of,
    year_of,
)


@pytest.mark.parametrize(
    "title", ["The Shining", "Shining, The", "Shining;The", "Shining; the", "SHINING , THE"]
)
def test_an_article_behind_is_turned_to_the_front(title: str) -> None:
    assert analyse_title(title).raw == ("the", "shining")
    assert analyse_title(title).without_article == "shining"


@pytest.mark.parametrize("title", ["Her", "It", "M", "The", "Up", "1984", "300", "!!!", "Les"])
def test_a_title_of_one_word_keeps_it(title: str) -> None:
    analysed = analyse_title(title)
    assert len(analysed.raw) == 1
    assert analysed.article == 0
    assert analysed.without_article == analysed.joined


def test_an_article_at_the_end_of_a_query_belongs_in_front() -> None:
    assert analyse_query("shining the").raw == ("the", "shining")
    assert analyse_query("shining the 1980").raw == ("the", "shining", "1980")
    assert analyse_query("the shining the").raw == ("the", "shining", "the")


def test_a_last_word_that_may_go_on_is_no_article() -> None:
    assert analyse_query("john an").raw == ("john", "an")
    assert analyse_query("chain l").raw == ("chain", "l")


@pytest.mark.parametrize("spelt", ["Rocky II", "Rocky 2", "Rocky Two", "rocky ii"])
def test_numerals_meet(spelt: str) -> None:
    assert analyse_title(spelt).joined == "rocky2"


def test_a_first_letter_is_no_numeral() -> None:
    assert analyse_title("X-Men").joined == "xmen"
    assert analyse_title("V for Vendetta").joined == "vforvendetta"
    assert analyse_title("Malcolm X").joined == "malcolm10"
    assert canonical("x") == "10"


def test_the_spelling_is_kept_as_it_stood() -> None:
    assert analyse_title("Shining;The").spelling == "shining the"
    assert analyse_title("Rocky II").spelling == "rocky ii"


def test_chinese_and_japanese_become_pairs() -> None:
    assert words_of("千と千尋の神隠し") == ("千と", "と千", "千尋", "尋の", "の神", "神隠", "隠し")
    assert words_of("乱") == ("乱",)
    assert words_of("AKIRA アキラ") == ("akira", "アキ", "キラ")


def test_other_scripts_keep_their_words() -> None:
    assert words_of("Иди и смотри") == ("иди", "и", "смотри")
    assert words_of("Κυνόδοντας") == ("κυνοδοντασ",)


def test_years() -> None:
    assert year_of("1984") == 1984
    assert year_of("2049") is None
    assert year_of("300") is None
    assert year_of("१९८४") is None
    yearless = without_years(analyse_query("king kong 1933"))
    assert yearless is not None
    assert yearless.joined == "kingkong"
    assert without_years(analyse_query("2012")) is None
    assert without_years(analyse_query("king kong")) is None


def test_optional_words_are_not_needed_unless_there_are_no_others() -> None:
    assert analyse_title("The Lord of the Rings").needed_words == 2
    assert analyse_title("From").needed_words == 1
    assert analyse_title("The A").needed_words == 2


def test_acronyms_and_neighbours() -> None:
    assert acronym("The Lord of the Rings: The Two Towers") == "lotr"
    assert acronym("Jaws 2") is None
    assert neighbours(["spider", "man", "2"]) == ["spiderman", "man2"]
    assert neighbours(["jaws"]) == []


@given(st.text(min_size=1))
def test_any_text_has_words_unless_it_is_blank(text: str) -> None:
    for analysed in (analyse_title(text), analyse_query(text)):
        assert bool(analysed.raw) == bool(text.strip())
        assert len(analysed.raw) == len(analysed.canonical)
        assert analysed.joined == "".join(analysed.canonical)
        assert analysed.joined[: analysed.article] + analysed.without_article == analysed.joined
        assert not any(map(str.isspace, analysed.joined))


@given(st.text(alphabet="abcIV21 .,;'&-éß", min_size=1, max_size=30))
def test_case_and_accents_change_nothing(text: str) -> None:
    assert analyse_query(text).joined == analyse_query(text.upper().lower()).joined
