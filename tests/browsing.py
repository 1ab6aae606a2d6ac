"""A headless Chromium for tests: what it shows, what it says, and what axe-core finds there.

Skips, with the reason, where Chromium or the package playwright is missing.  ``.ci/browser`` says
where axe-core lies, in AXE_CORE.
"""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
AXE = os.environ.get("AXE_CORE", "")
SIZES = {"phone": (390, 844), "desk": (1280, 900)}
needs_axe = pytest.mark.skipif(
    not AXE or not Path(AXE).is_file(), reason="needs axe-core, by .ci/browser"
)


@contextmanager
def chromium():
    """The browser."""
    if not CHROMIUM:
        pytest.skip("needs chromium")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@contextmanager
def tabs(browser, unheard=()):
    """A function that opens an address; fails at the end if the browser had anything to say.

    But for messages of the kinds that are ``unheard``.
    """
    contexts, said = [], []

    def open_page(address, size="desk", scheme="light", script=True):
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            java_script_enabled=script,
            offline=True,
        )
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda m: None if m.type in unheard else said.append(m.text))
        tab.on("pageerror", lambda e: None if "pageerror" in unheard else said.append(str(e)))
        tab.on("request", lambda request: said.append(request.url) if _is_foreign(request) else 0)
        tab.goto(address)
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


def _is_foreign(request):
    return not request.url.startswith(("file:", "data:"))


def width(tab):
    """That of the page, which is the window's if nothing scrolls sideways."""
    return tab.evaluate("document.documentElement.scrollWidth")


def barriers(tab):
    """What axe-core finds: rules that are broken, and where."""
    tab.add_script_tag(path=AXE)
    seen = tab.evaluate("axe.run({resultTypes: ['violations'], preload: false})")
    assert seen["testEngine"]["name"] == "axe-core"
    return [(rule["id"], [n["html"][:120] for n in rule["nodes"]]) for rule in seen["violations"]]
