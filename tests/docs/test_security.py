"""What docs/security.md says of limits and passwords is what the program does."""

import re
from pathlib import Path

from cinedex.accounts import attempts, limits
from cinedex.accounts.password_rules import LONGEST_PASSWORD, SHORTEST_PASSWORD, WORDS_HERE
from cinedex.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/security.md").read_text()


def section(name: str) -> str:
    return PAGE.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def test_the_limits_are_as_documented() -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", section("Limits"), re.MULTILINE)
    told = {what: how_often for what, how_often in rows if "address" in what or "account" in what}
    known_days = attempts.KNOWN_SECONDS // 86_400
    assert told["passwords that one address shows for one account"] == (
        f"{limits.FREE} failures; {limits.FREE_WHERE_KNOWN} where the account was logged in to from there within "
        f"{known_days} days"
    )
    assert (
        told["those of one address for all accounts that do not know it"]
        == f"{limits.FREE_OF_ADDRESS} failures"
    )
    assert (
        told["those for one account from all addresses that it does not know"]
        == f"{limits.FREE_OF_ACCOUNT} failures"
    )
    assert told["accounts made from one address"].endswith(f", {Settings().registrations_per_hour}")
    assert f"1, 2, 4 … {attempts.LONGEST_DELAY_SECONDS} seconds between attempts" in section("Limits")
    assert attempts.FORGET_SECONDS == 3600
    assert "Failures are forgotten an hour after the last" in section("Limits")


def test_the_words_of_this_service_are_listed() -> None:
    told = re.search(r"nothing but words of this service.*: (.+)\.$", section("Passwords"), re.MULTILINE)
    assert told
    assert re.findall(r"\*(\w+)\*", told[1]) == list(WORDS_HERE)


def test_the_length_of_a_password_is_as_documented() -> None:
    assert section("Passwords").strip().startswith(f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")


def test_how_long_a_session_lasts_is_as_documented() -> None:
    settings = Settings()
    told = section("Sessions")
    assert f"idle for {settings.refresh_token_seconds // 86_400} days" in told
    assert f"{settings.session_seconds // 86_400} days after its login" in told
    assert settings.access_token_seconds == 30 * 60
    assert "an access token for half an hour" in told


def test_where_to_report_is_told_and_found() -> None:
    assert "*Report a vulnerability*" in (ROOT / "SECURITY.md").read_text()
    assert "](../SECURITY.md)" in PAGE
