"""Reading pages as a browser would, without running them."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """The elements of a page, each with its attributes and the text in it. Templates are not shown."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._open: list[list[str]] = []
        self._templates = 0
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        text: list[str] = []
        self._templates += tag == "template"
        if self._templates:
            return
        self.elements.append((tag, dict(attrs), text))
        if tag not in {"input", "link", "meta", "br", "hr", "img"}:
            self._open.append(text)

    def handle_endtag(self, tag: str) -> None:
        if not self._templates:
            self._open.pop()
        self._templates -= tag == "template"

    def handle_data(self, data: str) -> None:
        if not self._templates:
            for text in self._open:
                text.append(data)

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        """Return the attributes of the elements that have the `wanted` ones."""
        return [attributes for _, attributes, _ in self._find(tag, wanted)]

    def texts(self, tag: str, **wanted: str) -> list[str]:
        """Return the texts of the elements that have the `wanted` attributes and are not hidden."""
        return [
            " ".join("".join(text).split())
            for _, attributes, text in self._find(tag, wanted)
            if "hidden" not in attributes
        ]

    def _find(self, tag: str, wanted: dict[str, str]) -> list[tuple[str, dict[str, str | None], list[str]]]:
        return [
            element
            for element in self.elements
            if tag in {"*", element[0]}
            and all(
                element[1].get(name.strip("_").replace("_", "-")) == value for name, value in wanted.items()
            )
        ]
