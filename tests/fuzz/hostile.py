"""Texts that break out of what they are put into, where somebody has pasted them into it."""

from typing import Final

SQL: Final = [
    "' OR '1'='1",
    "'; DROP TABLE users; --",
    "1) UNION SELECT password_hash FROM users --",
    "\\'; SELECT pg_sleep(0); --",
    "%' ESCAPE '_",
]
QUERIES: Final = [
    "*",
    "*:*",
    "name:*",
    "[* TO *]",
    '"alien" OR director:scott',
    "alien~2^9 AND -dune",
    "((((",
    "/.*/",
    "\\",
    '{"match_all": {}}',
]
LINES: Final = [
    '"}\n{"delete": {"_id": "1"}}\n',
    "]}",
    "x\r\nX-Injected: yes",
    "x\nSet-Cookie: a=b",
    "\r\n\r\n",
]
PAGES: Final = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}${7*7}<%= 7*7 %>",
    "{% include 'base.html' %}",
    "%(name)s %n {0.__class__}",
    "javascript:alert(1)",
]
PATHS: Final = [
    "../users",
    "..%2f..%2fusers",
    "%2e%2e/users",
    "%00",
    "....//users",
    "/etc/passwd",
    "1;id=2",
    "1/../2",
    "file:///etc/passwd",
]
LETTERS: Final = [
    "\x00",
    "1\x00",
    "\ud800",
    "\udfff\ud800",
    "\u202egnp.exe",
    "\ufeff",
    "\u200b",
    "ﷺ" * 500,
    "e\u0301" * 900,
    "A" * 10_000,
]
NUMBERS: Final = [
    "99999999999999999999",
    "-1",
    "0",
    "1e999",
    "NaN",
    "Infinity",
    "0x10",
    "١",
    "1.5",
    "null",
    "true",
]
HOSTILE: Final = [*SQL, *QUERIES, *LINES, *PAGES, *PATHS, *LETTERS, *NUMBERS]
