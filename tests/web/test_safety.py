"""What every page promises a browser: its own files only, and nothing inline."""

import re

import pytest
from httpx import AsyncClient

from web.html import Page

PAGES = ["/", "/?q=samurai", "/?q=zzzzqqqq", "/?q=%00", "/api"]
TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}

pytestmark = pytest.mark.usefixtures("films")


@pytest.mark.parametrize("address", PAGES)
async def test_a_page_allows_nothing_but_its_own_files(client: AsyncClient, address: str) -> None:
    headers = (await client.get(address)).headers
    assert set(headers["content-security-policy"].split("; ")) == {
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
        "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    }  # fmt: skip
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("address", PAGES)
async def test_a_page_holds_nothing_inline_and_names_no_other_host(client: AsyncClient, address: str) -> None:
    source = (await client.get(address)).text
    page = Page(source)
    assert not page.all("style")
    for tag, attributes, text in page.elements:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        if tag == "script":
            assert attributes.get("src")
            assert not "".join(text).strip()
    assert set(re.findall(r"(?:https?:)?//[\w.-]+", source)) <= {"http://cinedex"}


@pytest.mark.parametrize("address", PAGES)
async def test_each_file_of_a_page_is_there_and_may_be_kept(client: AsyncClient, address: str) -> None:
    page = Page((await client.get(address)).text)
    linked = [link["href"] for link in page.all("link")] + [script["src"] for script in page.all("script")]
    assert linked
    for file in linked:
        assert file is not None
        answer = await client.get(file)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == TYPES[file.partition("?")[0].rpartition(".")[2]]
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert (
            re.search(r"(?:https?:)?//[\w.-]+", answer.text.replace("http://www.w3.org/2000/svg", "")) is None
        )


async def test_a_file_that_has_not_changed_is_not_sent_again(client: AsyncClient) -> None:
    first = await client.get("/static/style.css")
    assert first.headers["cache-control"] == "no-cache"
    again = await client.get(
        "/static/style.css", headers={"if-none-match": f'"other", W/{first.headers["etag"]}'}
    )
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    other = await client.get("/static/style.css", headers={"if-none-match": '"other"'})
    assert other.status_code == 200


@pytest.mark.parametrize("name", ["nothing.css", "..%2fpages.py", "../pages.py", "%00", ".", "style.css/x"])
async def test_there_is_no_other_file(client: AsyncClient, name: str) -> None:
    answer = await client.get(f"/static/{name}")
    assert answer.status_code == 404
    assert answer.json()["message"]


async def test_the_script_makes_text_of_what_it_is_given(client: AsyncClient) -> None:
    source = (await client.get("/static/search.js")).text
    assert "textContent" in source
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval", "setAttribute"):
        assert way not in source
