"""Settings: the environment in, frozen values out."""

import pytest

from cinedex.settings import Settings, SettingsError, read_settings

SECRET = "a secret of more than thirty-two letters"


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
        ("CINEDEX_ACCESS_TOKEN_SECONDS", "1"),
        ("CINEDEX_REFRESH_TOKEN_SECONDS", "1e99"),
        ("CINEDEX_CACHE_MEGABYTES", "-1"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_not_shown(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as error:
        read_settings({name: value})
    assert str(error.value).startswith(f"{name}: ")
    assert value not in str(error.value).removeprefix(name) or value in {"0", "1", "-1", "65"}


def test_the_secret_is_not_shown() -> None:
    assert SECRET not in repr(read_settings({"CINEDEX_SECRET": SECRET}))
