"""A list of words beside a cluster whose files are damaged: searches go on without it, and it is built anew."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest

from catalogues import on_sqlite
from cinedex.search.engines.tantivy import generations
from cinedex.search.engines.tantivy.generations import TantivyIndex
from cinedex.search.engines.tantivy.intact import damaged_file
from cinedex.search.engines.tantivy.reader import TantivyEngine
from cinedex.search.engines.tantivy.word_list import TantivyWordList, WordListIndex
from cinedex.search.finding.no_words import NoWords
from cinedex.search.models import Listing
from cinedex.search.port import IndexUnavailable, SearchEngine
from cinedex.services import Services
from contracts.cluster_place import ClusterPlace, nodes_under_test
from contracts.indexes import found, publish_new
from films import FILMS, HEAT, JAWS, document
from search.followers import following
from search.steps import catch_up, eventually
from tiers import EMBEDDED

pytestmark = pytest.mark.tiers(
    EMBEDDED, reason="it makes a list of words itself, beside a cluster of its own"
)
SOME = dict(enumerate(FILMS, 1))
IDS = {film.name: at for at, film in SOME.items()}
SUFFIXES = (".term", ".idx", ".pos", ".fast", ".store", ".fieldnorm", "meta.json")


def truncate(file: Path) -> None:
    content = file.read_bytes()
    # Another file in its place: one that is open, and shrinks, ends the process that reads it.
    file.unlink()
    file.write_bytes(content[: len(content) // 2])


def overwrite(file: Path) -> None:
    """Write something else where the file was, as it is open."""
    with file.open("r+b") as opened:
        opened.write(random.Random(1).randbytes(max(1, file.stat().st_size - 120)))  # noqa: S311


def flip_a_bit(file: Path) -> None:
    middle = file.stat().st_size // 2
    with file.open("r+b") as opened:
        opened.seek(middle)
        [byte] = opened.read(1)
        opened.seek(middle)
        opened.write(bytes([byte ^ 1]))


DAMAGES = [truncate, overwrite, flip_a_bit]


def files(generation: Path, suffix: str) -> list[Path]:
    return [file for file in generation.iterdir() if file.name.endswith(suffix)]


@pytest.fixture(params=nodes_under_test()[:1])
async def place(
    request: pytest.FixtureRequest, tmp_path: Path, run_folder: Path
) -> AsyncIterator[ClusterPlace]:
    made = ClusterPlace(request.param, tmp_path, run_folder)
    made.words.mkdir()
    await publish_new(made.index(), SOME)
    yield made
    await made.remove()
    await made.close()


async def finds_what_is_meant(engine: SearchEngine) -> bool:
    return (
        (await found(engine, "metroplis"))[:1] == [IDS["Metropolis"]]
        and (await found(engine, "blade runer"))[:1] == [IDS["Blade Runner"]]
        and [hit.id for hit in (await engine.list(Listing("heat"))).hits][:1] == [IDS["Heat"]]
        and bool(await engine.suggest("metrop", 5))
    )


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("damage", [truncate, overwrite])
async def test_a_process_that_starts_searches_without_it(
    place: ClusterPlace, damage: Callable[[Path], None], suffix: str
) -> None:
    generation = place.words / await publish_new(WordListIndex(place.words), SOME)
    for file in files(generation, suffix):
        damage(file)
    engine = place.engine()
    assert await finds_what_is_meant(engine)
    engine.close()


@pytest.mark.parametrize("suffix", [".idx", ".fast"])
async def test_what_cannot_be_read_any_more_while_it_is_open_is_done_without(
    place: ClusterPlace, suffix: str
) -> None:
    generation = place.words / await publish_new(WordListIndex(place.words), SOME)
    engine = place.engine()
    assert await finds_what_is_meant(engine)
    for file in files(generation, suffix):
        overwrite(file)
    assert await finds_what_is_meant(engine)
    engine.close()


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("damage", DAMAGES)
async def test_damage_to_any_file_is_seen(
    tmp_path: Path, damage: Callable[[Path], None], suffix: str
) -> None:
    generation = tmp_path / await publish_new(WordListIndex(tmp_path), SOME)
    assert damaged_file(generation) is None
    damage(damaged := files(generation, suffix)[0])
    if damage is not flip_a_bit or suffix != "meta.json":
        assert damaged_file(generation) == damaged.name


async def test_files_that_a_writer_makes_and_removes_meanwhile_are_no_damage(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path)
    generation = tmp_path / await publish_new(index, {})
    writer = await index.open_live("7d1f0c")
    assert writer is not None
    is_done = asyncio.Event()

    async def look() -> int:
        looks = 0
        while not is_done.is_set():
            assert await asyncio.to_thread(damaged_file, generation) is None
            looks += 1
        return looks

    looking = asyncio.create_task(look())
    for position, film in enumerate(FILMS * 2, 1):
        await writer.stage([document(position % len(FILMS) + 1, film)], [])
        await writer.commit(position)
        await asyncio.sleep(0)
    is_done.set()
    assert await looking > 3
    await writer.close()


@on_sqlite
@pytest.mark.parametrize("suffix", SUFFIXES[:5])
@pytest.mark.parametrize("damage", DAMAGES)
async def test_the_follower_builds_it_anew(
    services: Services,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    damage: Callable[[Path], None],
    suffix: str,
) -> None:
    monkeypatch.setattr(generations, "FIRST_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(generations, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr("cinedex.search.follower._PAUSE_SECONDS", 0.01)
    (tmp_path / "words").mkdir()
    words, list_of_words = WordListIndex(tmp_path / "words"), TantivyWordList(tmp_path / "words")
    await services.movies.load([HEAT, JAWS])

    async def knows(word: str) -> bool:
        known = list_of_words.at(0)
        return not isinstance(known, NoWords) and known.count("words", word) == 1

    async def is_replaced(name: str | None) -> bool:
        return await words.live_generation() not in {name, None}

    async with following(services, index=words):
        await eventually(partial(knows, "jaws"))
        damaged = await words.live_generation()
        for file in files(tmp_path / "words" / str(damaged), suffix):
            damage(file)
        await eventually(partial(is_replaced, damaged))
        await eventually(partial(knows, "jaws"))
    list_of_words.close()
    assert sorted(await words.digests()) == [1, 2]


@on_sqlite
async def test_the_embedded_index_is_built_anew_too(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generations, "FIRST_LOOK_SECONDS", 0.01)
    await services.movies.load([HEAT, JAWS])
    await catch_up(services)
    damaged = await services.index.live_generation()
    for file in files(services.settings.index_dir / str(damaged), ".store"):
        flip_a_bit(file)

    async def is_replaced() -> bool:
        return await services.index.live_generation() != damaged

    async with following(services):
        await eventually(is_replaced)
    assert (await services.verifier.verify()).is_none


async def test_an_index_that_panics_when_it_is_opened_is_unavailable(tmp_path: Path) -> None:
    generation = tmp_path / await publish_new(TantivyIndex(tmp_path), SOME)
    for file in files(generation, ".fast"):
        overwrite(file)
    engine = TantivyEngine(tmp_path)
    with pytest.raises(IndexUnavailable):
        await engine.mark()
