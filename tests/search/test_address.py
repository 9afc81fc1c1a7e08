"""The address of a search cluster: read from a URL, and shown without its password."""

import traceback
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinedex.search.address import Host, Product, SearchAddress

SECRET = "s3cret-of-ours"


def test_a_url_of_one_host() -> None:
    read = SearchAddress.parse("elasticsearch://search")
    assert (read.product, read.hosts, read.name) == (
        Product.ELASTICSEARCH,
        (Host("search", 9200),),
        "cinedex",
    )
    assert (read.uses_tls, read.ca, read.credentials) == (False, None, None)


def test_a_url_with_everything(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_text("")
    read = SearchAddress.parse(f"opensearch+https://ann:a%40b%3Ac@one,[::1]:9201,three:80/films-2?ca={ca}")
    assert read.hosts == (Host("one", 9200), Host("::1", 9201), Host("three", 80))
    assert (read.product, read.name, read.uses_tls, read.ca) == (Product.OPENSEARCH, "films-2", True, str(ca))
    assert read.credentials == ("ann", "a@b:c")
    assert repr(read) == "opensearch+https://one:9200,[::1]:9201,three:80/films-2"


def test_a_host_named_twice_is_one() -> None:
    assert SearchAddress.parse("opensearch://one,two,one:9200").hosts == (
        Host("one", 9200),
        Host("two", 9200),
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "search:9200",
        "http://search",
        "solr://search",
        "elasticsearch+http://search",
        "elasticsearch:///films",
        "elasticsearch://one,,two",
        "elasticsearch://one:0",
        "elasticsearch://one:65536",
        "elasticsearch://one:9200:9201",
        "elasticsearch://one/Films",
        "elasticsearch://one/films/more",
        "elasticsearch://one/_films",
        "elasticsearch://one/films,*",
        "elasticsearch://one?verify=no",
        "elasticsearch://one?ca=/etc/hosts",
        "elasticsearch+https://one?ca=/no/such/file",
        "elasticsearch://one#films",
        "elasticsearch://ann@one",
    ],
)
def test_what_is_no_such_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="Expected"):
        SearchAddress.parse(url)


@given(password=st.text(min_size=4).filter(lambda text: text not in "opensearch+https://one:9200/cinedex"))
def test_any_password_is_read_and_never_shown(password: str) -> None:
    try:
        quoted = quote(password, safe="")
    except UnicodeEncodeError:
        return
    read = SearchAddress.parse(f"opensearch://ann:{quoted}@one")
    assert read.credentials == ("ann", password)
    assert repr(read) == str(read) == f"{read}" == "opensearch://one:9200/cinedex"


@given(before=st.text().filter(lambda text: "://" not in text), after=st.text())
def test_no_error_shows_what_was_given(before: str, after: str) -> None:
    with pytest.raises(ValueError, match="Expected") as error:
        SearchAddress.parse(f"{before}{SECRET}{after}")
    assert SECRET not in "".join(traceback.format_exception_only(error.value))
