"""Settings: the environment in, frozen values out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinedex.settings import Settings, SettingsError, read_settings

SECRET = "a secret of more than thirty-two letters"
EXPECTED_ADDRESS = (
    "CINEDEX_CACHE_URL: Expected redis://[user:password@]host[:port][/number], or rediss:// for TLS"
)


def test_without_variables_all_has_its_default() -> None:
    assert read_settings({"PATH": "/bin", "PORT": "1"}) == Settings()


def test_each_kind_of_value() -> None:
    read = read_settings(
        {
            "CINEDEX_HOST": "::1",
            "CINEDEX_PORT": " 8080 ",
            "CINEDEX_DATA_DIR": "/srv/films",
            "CINEDEX_SAMPLE": "Off",
            "CINEDEX_SECRET": SECRET,
            "CINEDEX_CACHE_MEGABYTES": "0",
            "CINEDEX_WORKERS": "",
        }
    )
    assert (read.host, read.port, read.sample, read.cache_megabytes, read.workers) == (
        "::1",
        8080,
        False,
        0,
        2,
    )
    assert (str(read.database_path), str(read.index_dir)) == ("/srv/films/cinedex.db", "/srv/films/index")
    assert read.secret == SECRET


def test_lists() -> None:
    read = read_settings(
        {
            "CINEDEX_TRUSTED_PROXIES": "10.0.0.0/8, ::1,",
            "CINEDEX_CORS_ORIGINS": "https://films.example,http://localhost:3000, http://[::1]:3000",
        }
    )
    assert [str(network) for network in read.proxy_networks] == ["10.0.0.0/8", "::1/128"]
    assert read.origins == ["https://films.example", "http://localhost:3000", "http://[::1]:3000"]
    assert Settings().proxy_networks == Settings().origins == []


@pytest.mark.parametrize(
    ("word", "is_on"),
    [("on", True), ("YES", True), ("true", True), ("1", True), ("off", False), ("no", False), ("0", False)],
)
def test_words_for_yes_and_no(word: str, *, is_on: bool) -> None:
    assert read_settings({"CINEDEX_SAMPLE": word}).sample is is_on


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CINEDEX_PORT", "0"),
        ("CINEDEX_PORT", "eighty"),
        ("CINEDEX_WORKERS", "65"),
        ("CINEDEX_SAMPLE", "perhaps"),
        ("CINEDEX_SECRET", "hunter2"),
        ("CINEDEX_PREVIOUS_SECRETS", "hunter2"),
        ("CINEDEX_PREVIOUS_SECRETS", f"{SECRET},hunter2"),
        ("CINEDEX_ACCESS_TOKEN_SECONDS", "1"),
        ("CINEDEX_REFRESH_TOKEN_SECONDS", "1e99"),
        ("CINEDEX_CACHE_MEGABYTES", "-1"),
        ("CINEDEX_CACHE_SECONDS", "0"),
        ("CINEDEX_TRUSTED_PROXIES", "10.0.0.0/8, proxy.example"),
        ("CINEDEX_TRUSTED_PROXIES", "10.0.0.0/33"),
        ("CINEDEX_CORS_ORIGINS", "https://films.example/"),
        ("CINEDEX_CORS_ORIGINS", "other.example"),
        ("CINEDEX_CORS_ORIGINS", "null"),
        ("CINEDEX_SEARCHES_PER_MINUTE", "-1"),
        ("CINEDEX_CACHE_URL", "127.0.0.1:6379"),
        ("CINEDEX_CACHE_URL", "http://:hunter2@127.0.0.1:6379"),
        ("CINEDEX_CACHE_URL", "redis:///0"),
        ("CINEDEX_CACHE_URL", "redis://:hunter2@"),
        ("CINEDEX_CACHE_URL", "redis://:hunter2@cache:0"),
        ("CINEDEX_CACHE_URL", "redis://:hunter2@cache:65536"),
        ("CINEDEX_CACHE_URL", "redis://:hunter2@cache:port"),
        ("CINEDEX_CACHE_URL", "redis://:hunter2@cache/films"),
        ("CINEDEX_CACHE_URL", "redis://:hunter2@cache/0/1"),
        ("CINEDEX_CACHE_URL", "redis://:hunter2@cache/0?socket_timeout=60"),
        ("CINEDEX_CACHE_URL", "redis://:hunter2@cache/0#1"),
        ("CINEDEX_CACHE_URL", "redis://:hunter2@[::1/0"),
        ("CINEDEX_CACHE_URL", "unix:///run/redis.sock"),
        ("CINEDEX_LOG_FORMAT", "xml"),
        ("CINEDEX_METRICS_PORT", "65536"),
        ("CINEDEX_METRICS_PORT", "8000"),
        ("CINEDEX_DRAIN_SECONDS", "301"),
        ("CINEDEX_SEARCH_URL", "http://ann:hunter2@search:9200"),
        ("CINEDEX_SEARCH_URL", "elasticsearch://ann:hunter2@search:notaport"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_not_shown(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as error:
        read_settings({name: value})
    assert str(error.value).startswith(f"{name}: ")
    assert value not in str(error.value).removeprefix(name) or value in {"0", "1", "-1", "65"}


@pytest.mark.parametrize(
    "url",
    [
        "redis://cache",
        "redis://cache:6379/",
        "redis://127.0.0.1:6379/15",
        "rediss://films:hunter2@[::1]:6380/0",
        "rediss://:p%40ss@cache.example:6380",
    ],
)
def test_addresses_of_a_shared_cache(url: str) -> None:
    read = read_settings({"CINEDEX_CACHE_URL": f" {url} ", "CINEDEX_CACHE_SECONDS": "5"})
    assert (read.cache_url, read.cache_seconds) == (url, 5)


@given(st.text())
def test_any_address_of_a_shared_cache_is_taken_or_refused_unseen(text: str) -> None:
    told = EXPECTED_ADDRESS
    try:
        read_settings({"CINEDEX_CACHE_URL": f"redis://:hunter2@{text}"})
    except SettingsError as error:
        told = str(error)
    assert told == EXPECTED_ADDRESS


def test_the_password_of_the_shared_cache_is_not_shown() -> None:
    assert "hunter2" not in repr(read_settings({"CINEDEX_CACHE_URL": "redis://:hunter2@cache"}))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:hunter2@db.example:5433/films?sslmode=require",
        "postgres://ann:hunter%402@[::1]/films",
        "postgresql://ann:hunter2@one:5432,two:5432/films?target_session_attrs=read-write",
    ],
)
def test_the_password_of_the_database_is_kept_and_not_shown(url: str) -> None:
    read = read_settings({"CINEDEX_DATABASE_URL": url})
    assert read.database_url is not None
    assert read.database_url.with_password == url
    assert read.database_url.password in {"hunter2", "hunter@2"}
    for shown in (repr(read), str(read), repr(read.database_url), read.database_name, f"{read.database_url}"):
        assert "hunter" not in shown
        assert "films" in shown
        assert "ann@" in shown
    assert not read.has_no_catalogue


@pytest.mark.parametrize(
    "url",
    [
        "mysql://ann:hunter2@db/films",
        "postgresql://ann:hunter2@db",
        "postgresql://ann:hunter2@db/",
        "postgresql://ann:hunter2@[::1/films",
        "postgresql://ann:hunter2＃@db/films",
        "postgresql://ann:hunter2@db/films#now",
        "postgresql://ann@db/films?password=hunter2",
        "host=db dbname=films password=hunter2",
    ],
)
def test_an_address_of_no_database_is_named_and_not_shown(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^CINEDEX_DATABASE_URL: ") as error:
        read_settings({"CINEDEX_DATABASE_URL": url})
    assert "hunter" not in str(error.value)
    assert "ann" not in str(error.value)


def test_secrets_are_parted_by_commas() -> None:
    read = read_settings({"CINEDEX_PREVIOUS_SECRETS": f" {SECRET} , another {SECRET},"})
    assert read.previous_secrets == (SECRET, f"another {SECRET}")


def test_secrets_are_not_shown() -> None:
    read = read_settings({"CINEDEX_SECRET": SECRET, "CINEDEX_SEARCH_URL": "opensearch://ann:hunter2@one,two"})
    assert read.search_url is not None
    assert read.search_url.credentials == ("ann", "hunter2")
    assert "opensearch://one:9200,two:9200/cinedex" in repr(read)
    assert SECRET not in repr(read)
    assert "hunter2" not in repr(read)
    assert SECRET not in repr(read_settings({"CINEDEX_PREVIOUS_SECRETS": SECRET}))
