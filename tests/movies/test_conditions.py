"""`If-Match` on a change or a deletion: nobody writes over what they have not seen."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import msgspec
import pytest
from httpx import ASGITransport, AsyncClient

from cinedex.app import build_app
from cinedex.services import Services
from films import ALIEN, HEAT
from movies.calls import FIRST, Client, Headers, noted, refusal


class Film(msgspec.Struct):
    """A film that is about to be changed: its tag, and the services that hold it."""

    tag: str
    services: Services

    async def notes(self) -> list[int]:
        return await noted(self.services.database)


@pytest.fixture
async def alien(client: Client, services: Services) -> Film:
    """The first film of two in the catalogue."""
    await services.movies.load([ALIEN, HEAT])
    return Film((await client.get(FIRST)).headers["etag"], services)


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("names", ["{}", '"other",{}', ' , {} , W/"other"', "*", " * "])
async def test_who_names_the_tag_is_let_through(
    client: Client, alien: Film, admin: Headers, method: str, names: str
) -> None:
    headers = admin | {"if-match": names.format(alien.tag)}
    response = await client.request(method, FIRST, json={"votes": 1}, headers=headers)
    assert response.is_success, response.text
    assert await alien.notes() == [1, 2, 1]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("names", ['"other"', "W/{}", '"other", W/{}', '""', '"*"'])
async def test_who_names_another_tag_is_refused(
    client: Client, alien: Film, admin: Headers, method: str, names: str
) -> None:
    headers = admin | {"if-match": names.format(alien.tag)}
    response = await client.request(method, FIRST, json={"votes": 1}, headers=headers)
    assert refusal(response, 412)["code"] == "precondition_failed"
    assert (await client.get(FIRST)).headers["etag"] == alien.tag
    assert await alien.notes() == [1, 2]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("names", ["", "no quotes", '"open', '*, "a"'])
async def test_a_condition_that_is_none_changes_nothing(
    client: Client, alien: Film, admin: Headers, method: str, names: str
) -> None:
    headers = admin | {"if-match": names}
    body = refusal(await client.request(method, FIRST, json={"votes": 1}, headers=headers), 400)
    assert body["errors"].keys() == {"If-Match"}
    assert (await client.get(FIRST)).headers["etag"] == alien.tag
    assert await alien.notes() == [1, 2]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_without_a_condition_the_change_is_made(
    client: Client, alien: Film, admin: Headers, method: str
) -> None:
    await alien.services.movies.edit(1, {"votes": 2})
    response = await client.request(method, FIRST, json={"votes": 1}, headers=admin)
    assert response.is_success
    assert response.headers.get("etag") != alien.tag


async def test_the_tag_of_an_answer_is_the_one_to_name_next(
    client: Client, admin: Headers, alien: Film
) -> None:
    tag = alien.tag
    for votes in (1, 2, 3):
        headers = admin | {"if-match": tag}
        response = await client.patch(FIRST, json={"votes": votes}, headers=headers)
        assert response.status_code == 200
        refusal(await client.patch(FIRST, json={"votes": 7}, headers=headers), 412)
        tag = response.headers["etag"]


async def test_a_tag_is_compared_before_what_is_sent(client: Client, admin: Headers, alien: Film) -> None:
    """Even where the change would leave the film as it is, or could not be made."""
    headers = admin | {"if-match": f"W/{alien.tag}"}
    for sent in ({"votes": ALIEN.votes}, {"year": 1}, {"genre": "Western"}, {"name": "Heat"}):
        refusal(await client.patch(FIRST, json=sent, headers=headers), 412)


async def test_who_may_not_change_a_film_is_told_that_first(
    client: Client, visitor: Headers, alien: Film
) -> None:
    for headers, status in (({}, 401), (visitor, 403)):
        for names in (alien.tag, '"other"', "no quotes"):
            sent = headers | {"if-match": names}
            refusal(await client.patch(FIRST, json={"votes": 1}, headers=sent), status)
            refusal(await client.delete(FIRST, headers=sent), status)


@pytest.fixture
async def racer(services: Services) -> AsyncIterator[AsyncClient]:
    """A client whose calls run at once, and whose headers are sent as given; the other one does neither."""
    app = build_app(services)
    transport = ASGITransport(cast("Any", app))
    async with app.lifespan(), AsyncClient(transport=transport, base_url="http://cinedex") as opened:
        yield opened


async def test_a_list_may_be_spread_over_several_lines(
    racer: AsyncClient, services: Services, admin: Headers
) -> None:
    await services.movies.load([ALIEN])
    tag = (await racer.get(FIRST)).headers["etag"]
    for lines in (['"other"', tag], [tag, '"other"']):
        known = [("if-none-match", line) for line in lines]
        assert (await racer.get(FIRST, headers=known)).status_code == 304
        expected = [*admin.items(), *(("if-match", line) for line in lines)]
        response = await racer.patch(FIRST, json={"votes": ALIEN.votes}, headers=expected)
        assert response.status_code == 200


async def test_of_many_who_change_the_same_revision_one_does(
    racer: AsyncClient, services: Services, admin: Headers
) -> None:
    await services.movies.load([ALIEN])
    for _ in range(5):
        headers = admin | {"if-match": (await racer.get(FIRST)).headers["etag"]}
        before = (await racer.get(FIRST)).json()["votes"]
        notes = len(await noted(services.database))
        answers = await asyncio.gather(
            *(racer.patch(FIRST, json={"votes": before - number}, headers=headers) for number in range(1, 9))
        )
        assert sorted(answer.status_code for answer in answers) == [200, *[412] * 7]
        [made] = [answer for answer in answers if answer.status_code == 200]
        now = await racer.get(FIRST)
        assert (now.json(), now.headers["etag"]) == (made.json(), made.headers["etag"])
        assert len(await noted(services.database)) == notes + 1


async def test_of_a_change_and_a_deletion_of_the_same_revision_one_is_made(
    racer: AsyncClient, services: Services, admin: Headers
) -> None:
    await services.movies.load([ALIEN])
    headers = admin | {"if-match": (await racer.get(FIRST)).headers["etag"]}
    patched, deleted = await asyncio.gather(
        racer.patch(FIRST, json={"votes": 1}, headers=headers), racer.delete(FIRST, headers=headers)
    )
    assert (patched.status_code, deleted.status_code) in {(200, 412), (404, 204)}
    assert await noted(services.database) == [1, 1]
    assert await services.movies.count() == (1 if patched.is_success else 0)


async def test_of_two_films_that_become_the_same_one_does(
    racer: AsyncClient, services: Services, admin: Headers
) -> None:
    await services.movies.load([ALIEN, HEAT])
    psycho = {"name": "Psycho", "director": "Alfred Hitchcock", "year": 1960}
    answers = await asyncio.gather(
        *(racer.patch(f"/api/v1/movies/{number}", json=psycho, headers=admin) for number in (1, 2))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
