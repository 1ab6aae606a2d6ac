"""What is in a folder of built pages: links and their ends, what a browser would fetch, names."""

import posixpath
import re
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FETCHED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "manifest"}
ADDRESSES = {"href", "src", "data", "poster"}
FOREIGN_IN_STYLES = re.compile(r"""(?:url\(|@import)\s*["']?((?:https?:)?//[^"')\s]+)""")


@dataclass
class Page(HTMLParser):
    """What is looked at in a page."""

    text: str
    links: list[str] = field(default_factory=list)  # to be followed
    fetched: list[str] = field(default_factory=list)  # by the browser, unasked
    anchors: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)
    language: str = ""
    description: str = ""
    title: str = ""
    within: str = ""

    def __post_init__(self):
        super().__init__()
        self.feed(self.text)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self.within = tag
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        self.classes |= set(given.get("class", "").split())
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "meta" and given.get("name") == "description":
            self.description = given.get("content", "")
        relations = set(given.get("rel", "").split())
        is_asked = tag in ("a", "area") or (tag == "link" and not relations & FETCHED_LINKS)
        seen = [given[name] for name in ADDRESSES & given.keys()]
        seen += [part.split()[0] for part in given.get("srcset", "").split(",") if part.strip()]
        (self.links if is_asked else self.fetched).extend(seen)
        self.fetched += FOREIGN_IN_STYLES.findall(given.get("style", ""))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_data(self, data):
        if self.within == "title" and not self.title:
            self.title = data
        if self.within == "style":
            self.fetched += FOREIGN_IN_STYLES.findall(data)
        elif self.within != "script":
            self.words.append(data)

    @cached_property
    def read(self):
        """Its text without space, in which words of a source are found again."""
        return re.sub(r"\s", "", "".join(self.words))


def pages(folder):
    """Each page by its path within the folder."""
    paths = sorted(Path(folder).rglob("*.html"))
    parts = {path.relative_to(folder).as_posix(): path for path in paths}
    return {
        name: Page(path.read_text(encoding="utf-8"))
        for name, path in parts.items()
        if not name.startswith("_static/")
    }


def broken(folder, seen):
    """Links and pictures that lead nowhere: the page and the address."""
    lost = []
    for name, page in seen.items():
        for address in {*page.links, *page.fetched}:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = unquote(parts.path)
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
            path = path if target else name
            is_there = (Path(folder) / path).is_file()
            if is_there and parts.fragment and path in seen:
                is_there = unquote(parts.fragment) in seen[path].anchors
            lost += [] if is_there else [(name, address)]
    return sorted(lost)


def foreign(folder, seen):
    """Addresses elsewhere of what a browser fetches by itself, in pages and in their styles."""
    asked = [(name, each) for name, page in seen.items() for each in page.fetched]
    away = [(name, each) for name, each in asked if re.match(r"(https?:)?//", each)]
    for path in sorted(Path(folder).rglob("*.css")):
        found = FOREIGN_IN_STYLES.findall(path.read_text(encoding="utf-8"))
        away += [(path.relative_to(folder).as_posix(), each) for each in found]
    return away


def inventory(path):
    """Names of Python's objects in Sphinx's ``objects.inv``, with the pages that have them."""
    packed = Path(path).read_bytes().split(b"\n", 4)[4]
    lines = zlib.decompress(packed).decode().splitlines()
    rows = (line.split(" ") for line in lines)
    return {row[0]: row[3].replace("$", row[0]) for row in rows if row[1].startswith("py:")}
