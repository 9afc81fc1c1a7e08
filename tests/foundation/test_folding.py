"""Folding: spellings that a person would call the same, in every script that names films."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinedex.foundation.folding import fold, fold_key, has_control_characters

any_text = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        # Latin: accents, letters that do not decompose, case.
        ("Le Fabuleux destin d'Amélie Poulain", "le fabuleux destin damelie poulain"),
        ("Ästhetik, Übung, Öl", "asthetik ubung ol"),
        ("Brød og Smør", "brod og smor"),
        ("Pół na pół", "pol na pol"),
        ("Der Untergang der weißen STRAẞE", "der untergang der weissen strasse"),
        ("Æon Flux", "aeon flux"),
        ("Sacré-Cœur", "sacre coeur"),
        ("Đorđe", "dorde"),
        ("Þór", "thor"),
        ("İstanbul ışığı", "istanbul isigi"),
        ("Nguyễn", "nguyen"),
        # Punctuation.
        ("Schindler's List", "schindlers list"),
        ("Schindler’s List", "schindlers list"),
        ("Ocean`s Eleven", "oceans eleven"),
        ("Spider-Man", "spider man"),
        ("Spider–Man", "spider man"),
        ("WALL·E", "wall e"),
        ("Fast & Furious", "fast and furious"),
        ("Aimée＆Jaguar", "aimee and jaguar"),
        ("Ri¢hie Ri¢h", "richie rich"),
        ("M*A*S*H", "m a s h"),
        ("Mission: Impossible III", "mission impossible iii"),
        ("¿Qué?", "que"),
        ("  Le \t Cercle\nrouge ", "le cercle rouge"),
        # Numbers that are raised or broken.
        ("8½", "8 1 2"),
        ("The Naked Gun 2½: The Smell of Fear", "the naked gun 2 1 2 the smell of fear"),
        ("Alien³", "alien 3"),
        ("Se7en", "se7en"),
        ("2001: A Space Odyssey", "2001 a space odyssey"),
        # Width forms, ligatures and what is not seen.
        ("ＡＫＩＲＡ", "akira"),
        ("ｱｷﾗ", "アキラ"),
        ("Oﬃce", "office"),
        ("Block\u00adbuster", "blockbuster"),
        ("\u202bHer\u202c\ufeff", "her"),
        # Other scripts keep their letters.
        ("Летят журавли", "летят журавли"),
        ("Ёлки", "елки"),
        ("Й", "и"),
        ("Ο Ζορμπάς", "ο ζορμπασ"),
        ("七人の侍", "七人の侍"),
        ("千と千尋の神隠し", "千と千尋の神隠し"),
        ("がん", "がん"),
        ("か\u3099ん", "がん"),
        ("기생충", "기생충"),
        ("पथेर पांचाली", "पथेर पांचाली"),
        ("পথের পাঁচালী", "পথের পাঁচালী"),
        ("ลุงบุญมีระลึกชาติ", "ลุงบุญมีระลึกชาติ"),
        ("וַאלְס עִם בַּאשִׁיר", "ואלס עם באשיר"),
        ("كَفَرْنَاحُوم", "كفرناحوم"),
        # Nothing to search for.
        ("", ""),
        ("!!!", ""),
        ("…", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded
    assert fold(unicodedata.normalize("NFC", text)) == folded


@given(any_text)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold_key(fold_key(text)) == fold_key(text)


@given(any_text)
def test_folded_text_is_words_and_single_spaces(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert all(char == " " or unicodedata.category(char)[0] in "LNM" for char in folded)
    assert folded == folded.casefold() or not folded.isascii()


@given(any_text)
def test_the_way_of_composing_changes_nothing(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_text_takes_a_shorter_way_to_the_same_end(text: str) -> None:
    assert fold(f"{text} é").removesuffix("e").strip() == fold(text)


@given(any_text)
def test_a_key_is_empty_for_blank_text_alone(text: str) -> None:
    if not fold_key(text):
        assert not unicodedata.normalize("NFKC", text).strip()


@pytest.mark.parametrize(("first", "second"), [("!!!", "???"), ("…", "—"), ("♥", "★")])
def test_keys_of_films_without_letters_differ(first: str, second: str) -> None:
    assert fold_key(first) != fold_key(second)


@pytest.mark.parametrize("character", ["\x00", "\x1f", "\x7f", "\x85", "\ud800", "\ufffe"])
def test_control_characters_are_seen(character: str) -> None:
    assert has_control_characters(f"Her{character}")


@pytest.mark.parametrize("text", ["", "Her", "tab\tnew\nline\r", "Amélie", "🎬", "七人の侍", "\u202bHer"])
def test_ordinary_text_has_none(text: str) -> None:
    assert not has_control_characters(text)
