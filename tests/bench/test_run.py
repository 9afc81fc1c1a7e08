"""What cannot be measured is refused at once, with the reason."""

from pathlib import Path

import httpx
import pytest

from peers import PeerAway, require
from run import read_arguments


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["nowhere.ndjson"], "nowhere.ndjson: No such file"),
        (["--films", "many"], "many is no number of films"),
        (["--films", "0"], "0 is no number of films"),
        (["--write", "nowhere"], "nowhere has no benchmarks.md"),
        (["--peer", "solr=http://127.0.0.1:8983"], "solr is not one of meilisearch, elasticsearch"),
        (["--peer", "meilisearch=http://127.0.0.1:port"], "Invalid port"),
        (["--growth", "--peer", "meilisearch=http://127.0.0.1:7700"], "not allowed with argument"),
    ],
)
def test_an_argument_that_cannot_be_used(
    arguments: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        read_arguments(arguments)
    assert why in capsys.readouterr().err


def test_a_file_without_films(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "films.ndjson"
    empty.write_text("\n")
    with pytest.raises(SystemExit):
        read_arguments([str(empty)])
    assert "holds no films" in capsys.readouterr().err


def test_a_peer_that_is_away_is_told_before_anything_is_measured() -> None:
    with pytest.raises(PeerAway, match="meilisearch does not answer"):
        require([("meilisearch", httpx.URL("http://127.0.0.1:9"))])
