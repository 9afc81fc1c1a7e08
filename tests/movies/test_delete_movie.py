"""`DELETE /api/v1/movies/{id}`; what it makes of `If-Match` is in `test_conditions.py`."""

from cinedex.services import Services
from films import ALIEN, HEAT
from movies.calls import ADD, FIRST, MOVIES, WIZARD, Client, Headers, noted, refusal


async def test_a_film_is_gone_and_the_others_stay(client: Client, services: Services, admin: Headers) -> None:
    await services.movies.load([ALIEN, HEAT])
    response = await client.delete(FIRST, headers=admin)
    assert response.status_code == 204
    assert response.content == b""
    assert refusal(await client.get(FIRST), 404)["code"] == "movie_not_found"
    assert (await client.get(f"{MOVIES}/2")).json()["name"] == "Heat"
    assert await noted(services.database) == [1, 2, 1]


async def test_a_film_is_deleted_once(client: Client, services: Services, admin: Headers) -> None:
    await services.movies.load([ALIEN])
    await client.delete(FIRST, headers=admin)
    for headers in (admin, admin | {"if-match": "*"}):
        body = refusal(await client.delete(FIRST, headers=headers), 404)
        assert (body["message"], body["code"]) == ("Movie not found", "movie_not_found")
    assert await noted(services.database) == [1, 1]


async def test_an_id_is_not_used_again(client: Client, services: Services, admin: Headers) -> None:
    await services.movies.load([ALIEN])
    await client.delete(FIRST, headers=admin)
    assert (await client.post(ADD, json=WIZARD, headers=admin)).json()["movie"]["id"] == 2
    refusal(await client.get(FIRST), 404)
    refusal(await client.patch(FIRST, json={"votes": 1}, headers=admin), 404)


async def test_what_was_deleted_can_be_added_anew(client: Client, admin: Headers) -> None:
    for number in (1, 2):
        response = await client.post(ADD, json=WIZARD, headers=admin)
        assert response.status_code == 201
        assert response.json()["movie"]["id"] == number
        assert (await client.delete(f"{MOVIES}/{number}", headers=admin)).status_code == 204


async def test_only_admins_delete_a_film(client: Client, services: Services, visitor: Headers) -> None:
    await services.movies.load([ALIEN])
    response = await client.delete(FIRST)
    refusal(response, 401)
    assert response.headers["www-authenticate"] == "Bearer"
    refusal(await client.delete(FIRST, headers={"authorization": "Bearer not.a.token"}), 401)
    refusal(await client.delete(FIRST, headers=visitor), 403)
    assert (await client.get(FIRST)).status_code == 200
