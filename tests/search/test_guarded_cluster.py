"""A search cluster behind TLS that asks for a password: the service gets in, or says why not and shows no secret."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from httpx import AsyncClient
from msgspec.structs import replace

from cinedex.search.address import SearchAddress
from cinedex.search.port import IndexUnavailable
from cinedex.services import Services, build_services
from cinedex.settings import Settings
from films import FILMS
from search.lists import LIST, SEARCH, SUGGEST
from search.steps import catch_up, opened_app
from servers.guarded import guarded
from servers.tls import certificate
from tiers import CLUSTERS, Tier

USER, PASSWORD = "ann", "p@ss/word: of ünï"

pytestmark = pytest.mark.tiers(*CLUSTERS, reason="the index is in a cluster")


class Guarded:
    """The address of the test's index behind the proxy, and the certificate that this shows."""

    def __init__(self, plain: SearchAddress, port: int, ca: Path) -> None:
        self._plain = plain
        self._port = port
        self._ca = ca

    def address(
        self, *, tls: str = "+https", password: str = PASSWORD, knows_ca: bool = True
    ) -> SearchAddress:
        ca = f"?ca={self._ca}" if knows_ca else ""
        credentials = f"{quote(USER, safe='')}:{quote(password, safe='')}"
        return SearchAddress.parse(
            f"{self._plain.product}{tls}://{credentials}@127.0.0.1:{self._port}/{self._plain.name}{ca}"
        )


@pytest.fixture
async def cluster(installation: Settings, tier: Tier, tmp_path: Path) -> AsyncIterator[Guarded]:
    plain = installation.search_url
    assert plain is not None
    assert tier.cluster is not None
    made, key = certificate(tmp_path, plain.product)
    async with guarded(made, key, plain.hosts[0].port, (USER, PASSWORD)) as port:
        yield Guarded(plain, port, made)


@asynccontextmanager
async def served(
    installation: Settings, address: SearchAddress
) -> AsyncIterator[tuple[Services, AsyncClient]]:
    services = build_services(replace(installation, search_url=address))
    await services.movies.load(FILMS)
    async with opened_app(services) as client:
        yield services, client


async def test_it_is_built_followed_and_searched(installation: Settings, cluster: Guarded) -> None:
    async with served(installation, cluster.address()) as (services, client):
        await catch_up(services)
        await services.movies.delete(1)
        await catch_up(services)
        assert (await services.verifier.verify()).is_none
        found = (await client.get(SEARCH, params={"name": "ridly scot"})).json()
        assert [film["name"] for film in found["movies"]] == ["Blade Runner"]
        assert "degraded" not in found
        assert (await client.get(LIST, params={"q": "dune"})).json()["total"] == 2
        assert (await client.get(SUGGEST, params={"q": "hitchc"})).json()["suggestions"][0]["films"] == 2
        assert PASSWORD not in repr(services.settings)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"password": "another"}, "refuses, 401 security_exception"),
        ({"knows_ca": False}, "cannot be reached: .*certificate verify failed"),
        ({"tls": "", "knows_ca": False}, "cannot be reached"),
    ],
    ids=["another password", "an unknown authority", "no TLS"],
)
async def test_who_does_not_get_in_is_told_why(
    installation: Settings, cluster: Guarded, wrong: dict[str, str], why: str
) -> None:
    address = cluster.address(**wrong)  # type: ignore[arg-type]  # its own parameters
    async with served(installation, address) as (services, client):
        for ask in (services.rebuilder.rebuild, services.index.status):
            with pytest.raises(IndexUnavailable, match=why) as refusal:
                await ask()
            assert PASSWORD not in str(refusal.value)
            assert quote(PASSWORD, safe="") not in str(refusal.value)
            assert "another" not in str(refusal.value)
        answer = await client.get(SEARCH, params={"name": "dune"})
        assert (answer.status_code, answer.json()["degraded"]) == (200, True)
        ready = (await client.get("/health/ready")).json()
        assert (ready["status"], ready["parts"]["index"]["state"]) == ("degraded", "unavailable")
