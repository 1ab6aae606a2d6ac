"""How the documentation is built: ``make -C docs html``."""

import sys
from pathlib import Path

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS / "_ext"), str(DOCS.parent / "tests"), str(DOCS.parent)]

import stablenoise  # noqa: E402

project = "stablenoise"
author = "the authors of stablenoise"
project_copyright = "the authors of stablenoise; MIT licence"
release = version = stablenoise.__version__
language = "en"

extensions = [
    "numpydoc",
    "sphinx_gallery.gen_gallery",
    "sphinx_design",
    "myst_parser",
    "mathml",
    "descriptions",
    "toggles",
    "landing",
    "reference",
    "accuracy",
    "ledger",
]
exclude_patterns = [
    "_build",
    "_templates",
    "tutorials/GALLERY_HEADER.rst",
    "gallery/GALLERY_HEADER.rst",
    "**/*.txt",
    "**sg_execution_times.rst",
    *(["reference/generated"] if tags.has("quick") else []),  # noqa: F821 - put there by Sphinx
]
suppress_warnings = ["toc.not_readable"] if tags.has("quick") else []  # noqa: F821
templates_path = ["_templates"]
nitpicky = not tags.has("quick")  # noqa: F821 - Sphinx puts it there

# Pages in Markdown
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4

# Docstrings: pages are written by ``_ext/reference.py``, in numpydoc's words
numpydoc_show_class_members = False
autosummary_generate = False
numpydoc_xref_param_type = False

# Scripts that run
sphinx_gallery_conf = {
    "examples_dirs": ["tutorials", "gallery"],
    "gallery_dirs": ["auto_tutorials", "auto_gallery"],
    "filename_pattern": r"plot_",
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": False,
    "only_warn_on_example_error": False,
    "reset_modules": ("matplotlib",),
    "remove_config_comments": True,
    "show_memory": False,
    "show_signature": False,
    "min_reported_time": 0,
    "download_all_examples": False,
    "plot_gallery": "True",
}

# The look
html_theme = "pydata_sphinx_theme"
html_title = "stablenoise"
html_static_path = ["_static"]
html_context = {"default_mode": "auto"}
html_css_files = ["house.css"]
html_logo = "_static/logo.svg"
html_favicon = "_static/favicon.svg"
html_math_renderer = "mathml"
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "logo": {"text": "stablenoise", "alt_text": "stablenoise, to the first page"},
    "collapse_navigation": True,
    "navigation_depth": 3,
    "show_toc_level": 2,
    "navbar_end": ["theme-switcher"],
    "header_links_before_dropdown": 6,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
toc_object_entries_show_parents = "hide"
python_maximum_signature_line_length = 80
html_domain_indices = False
