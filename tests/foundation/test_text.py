"""Lines that people type."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinedex.foundation.errors import Invalid
from cinedex.foundation.folding import has_control_characters
from cinedex.foundation.text import LINE_PATTERN, TEXT_PATTERN, clean_line, is_blank


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


@given(st.text(plain | unseen) | st.text(unseen, max_size=3))
def test_the_pattern_of_a_line_tells_which_lines_are_taken(typed: str) -> None:
    is_line = not has_control_characters(typed) and not is_blank(typed)
    assert (re.search(LINE_PATTERN, typed) is not None) == is_line


@given(st.text(plain | st.characters(max_codepoint=0xA0)))
def test_the_pattern_of_text_tells_which_characters_are_taken(typed: str) -> None:
    assert (re.search(TEXT_PATTERN, typed) is not None) == (not has_control_characters(typed))
