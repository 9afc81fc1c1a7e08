"""Lines that people type."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinedex.foundation.errors import Invalid
from cinedex.foundation.folding import has_control_characters
from cinedex.foundation.text import (
    LINE_PATTERN,
    LISTED_NAME_PATTERN,
    NAME_PATTERN,
    TEXT_PATTERN,
    clean_line,
    clean_name,
    clean_names,
    is_blank,
)

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("Alien", "Alien"),
        ("  The \t Wizard \n of  Oz ", "The Wizard of Oz"),
        ("Se7en\u00a0", "Se7en"),
        ("七人の侍", "七人の侍"),
        ("8½", "8½"),
    ],
)
def test_white_space_is_collapsed_and_the_rest_kept(typed: str, clean: str) -> None:
    assert clean_line(typed, "name", limit=50) == clean


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Missing data"),
        (" \t\n\u2003", "Missing data"),
        ("x" * 51, "name is too long"),
        ("Ali\x00en", "name holds characters that cannot be used"),
        ("Ali\x1ben", "name holds characters that cannot be used"),
        ("Ali\ud800en", "name holds characters that cannot be used"),
    ],
)
def test_a_refusal_names_the_field(typed: str, message: str) -> None:
    with pytest.raises(Invalid, match=message) as error:
        clean_line(typed, "name", limit=50)
    assert error.value.fields.keys() == {"name"}


@pytest.mark.parametrize("turning", TURNING)
def test_no_name_shows_as_something_else_than_it_is(turning: str) -> None:
    with pytest.raises(Invalid, match="name holds characters that cannot be used") as error:
        clean_name(f"Ali{turning}en", "name", limit=50)
    assert error.value.fields == {"name": "characters that turn the direction of text"}
    assert clean_line(f"Ali{turning}en", "name", limit=50) == f"Ali{turning}en"


@pytest.mark.parametrize("title", ["ואלס עם באשיר\u200f", "Waltz with Bashir\u200e", "ذيب\u061c"])
def test_a_name_keeps_the_marks_that_titles_in_hebrew_and_arabic_use(title: str) -> None:
    assert clean_name(title, "name", limit=50) == title


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_is_clean_or_refused(typed: str) -> None:
    try:
        line = clean_line(typed, "name", limit=20)
    except Invalid:
        return
    assert line == line.strip()
    assert 0 < len(line) <= 20
    assert line.isascii() or line.encode()
    assert clean_line(line, "name", limit=20) == line


# A pattern of ECMA 262 sees no half of a surrogate pair, and nobody types invisible characters beyond these.
plain = st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"])
unseen = st.sampled_from(
    [chr(code) for code in range(0x10000) if unicodedata.category(chr(code)) in {"Cf", "Zs"}]
)
controls = st.characters(categories=["Cc"])


@given(st.text(plain | unseen) | st.text(unseen, max_size=3))
def test_the_pattern_of_a_line_tells_which_lines_are_taken(typed: str) -> None:
    is_line = not has_control_characters(typed) and not is_blank(typed)
    assert (re.search(LINE_PATTERN, typed) is not None) == is_line


@given(st.text(plain | unseen) | st.text(unseen, max_size=3))
def test_the_pattern_of_a_name_tells_which_names_are_taken(typed: str) -> None:
    assert (re.search(NAME_PATTERN, typed) is not None) == is_taken(typed)


def is_taken(name: str) -> bool:
    try:
        clean_name(name, "name", limit=1000)
    except Invalid:
        return False
    return True


@given(st.text(plain | unseen | controls) | st.text(unseen | controls, max_size=3))
def test_the_pattern_of_a_name_in_a_list_tells_which_are_taken_or_left_out(typed: str) -> None:
    try:
        named = clean_names([typed], "cast", limit=1000)
    except Invalid:
        named = None
    assert (re.search(LISTED_NAME_PATTERN, typed) is not None) == (named is not None)
    assert is_taken(typed) == bool(named)


@given(st.text(plain | st.characters(max_codepoint=0xA0)))
def test_the_pattern_of_text_tells_which_characters_are_taken(typed: str) -> None:
    is_text = not has_control_characters(typed)
    assert (re.search(TEXT_PATTERN, typed) is not None) == is_text
    assert is_text or not is_blank(typed)
