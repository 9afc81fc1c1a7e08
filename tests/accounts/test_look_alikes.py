"""Usernames that are made to be taken for somebody else's, over HTTP."""

import unicodedata
from collections.abc import Awaitable, Callable

import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import update

from cinedex.accounts.look_alikes import mixes_scripts
from cinedex.accounts.models import username_key
from cinedex.accounts.tables import users
from cinedex.services import Services

REGISTER, LOGIN, ME = "/api/v1/register", "/api/v1/login", "/api/v1/me"
PASSWORD = "correct horse"

Bearer = Callable[[str], Awaitable[dict[str, str]]]

MIXED = [
    "\u0430lice",
    "\u0391lice",
    "ali\u0441e",
    "al\u0456ce",
    "alic\u0435",
    "\u13aalice",
    "\u0585rson welles",
    "ВАTMAN",
]
UNMIXED = [
    "Alice",
    "Алиса",
    "Αλίκη",
    "黒澤明",
    "Kurosawa 黒澤明",
    "くろさわ Akira",
    "अनुराग Kashyap",
    "박찬욱 Park",
    "Alice 2 (b)",
]


async def register(client: AsyncClient, username: str) -> tuple[int, str]:
    answer = await client.post(REGISTER, json={"username": username, "password": PASSWORD})
    return answer.status_code, answer.json().get("code", "")


@pytest.mark.parametrize("name", MIXED)
async def test_letters_of_two_scripts_that_look_alike_are_refused(
    client: AsyncClient, bearer: Bearer, name: str
) -> None:
    alice = await bearer("alice")
    given = {"username": name, "password": PASSWORD}
    for answer in (
        await client.post(REGISTER, json=given),
        await client.patch(ME, json=given, headers=alice),
    ):
        assert answer.status_code == 400
        assert answer.json()["errors"] == {"username": "letters of two scripts that look alike"}


@pytest.mark.parametrize("name", UNMIXED)
async def test_names_of_one_script_or_of_two_that_nobody_mistakes_are_taken(
    client: AsyncClient, name: str
) -> None:
    assert await register(client, name) == (201, "")


@pytest.mark.parametrize(
    "spelling",
    [
        "ALICE",
        "aLiCe",
        "  alice  ",
        "álìçé",
        "a\u0301lice",
        "ａｌｉｃｅ",
        "𝐚𝐥𝐢𝐜𝐞",
        "ⓐⓛⓘⓒⓔ",
        "al\u200dice",
        "ali\u00adce",
        "alıce",
        "'alice'",
        "-alice-",
    ],
)
async def test_what_differs_in_case_accents_width_or_nothing_that_is_seen_is_the_same_name(
    client: AsyncClient, spelling: str
) -> None:
    assert await register(client, "Alice") == (201, "")
    assert await register(client, spelling) == (409, "username_taken")
    answer = await client.post(LOGIN, json={"username": spelling, "password": PASSWORD})
    assert answer.status_code == 200


async def test_a_new_name_shows_as_what_it_is(client: AsyncClient, bearer: Bearer) -> None:
    tom = await bearer("tom")
    given = {"username": "\u202eecila", "password": PASSWORD}
    for answer in (
        await client.post(REGISTER, json=given),
        await client.patch(ME, json=given, headers=tom),
    ):
        assert answer.status_code == 400
        assert answer.json()["errors"] == {"username": "characters that turn the direction of text"}


@pytest.mark.parametrize("name", [MIXED[0], "\u202eecila"])
async def test_who_has_such_a_name_already_still_logs_in(
    client: AsyncClient, services: Services, name: str
) -> None:
    assert await register(client, "alice") == (201, "")
    async with services.database.transaction() as connection:
        await connection.execute(update(users).values(username=name, username_key=username_key(name)))
    assert (await client.post(LOGIN, json={"username": name, "password": PASSWORD})).status_code == 200


cyrillic = st.sampled_from("асеорхуАВСЕНКМОРТХ")


@examples(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=127), min_size=2, max_size=20),
    at=st.integers(0, 19),
    letter=cyrillic,
)
async def test_no_letter_of_a_name_is_replaced_by_its_look_alike(
    client: AsyncClient, name: str, at: int, letter: str
) -> None:
    spelt = list(name)
    spelt[at % len(name)] = letter
    assert await register(client, "".join(spelt)) == (400, "invalid")


@given(name=st.text(max_size=40))
def test_a_name_mixes_what_all_its_spellings_mix(name: str) -> None:
    assert mixes_scripts(name) == mixes_scripts(unicodedata.normalize("NFKC", name))
    assert mixes_scripts(name) == mixes_scripts(name[::-1])
    if name.isascii():
        assert not mixes_scripts(name)
