"""Render all notebooks to out/gallery: pages that need no network, and an index.

    python tools/gallery.py [FOLDER]

Outputs are those stored in the notebooks; ``make notebooks`` holds them against an execution.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jinja2 import Environment
from nbconvert import HTMLExporter

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "notebooks"
GALLERY = ROOT / "out" / "gallery"
# The lab template would fetch RequireJS, MathJax and Mermaid; our notebooks use none of them.
OFFLINE = """\
{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
{%- block jupyter_widgets -%}{%- endblock -%}
{%- block body_header -%}
{{ super() }}
<p style="font-family: system-ui, sans-serif; margin: 1rem"><a href="index.html">All notebooks</a></p>
{%- endblock -%}
"""
INDEX = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>dynaproof notebooks</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem }
h2 { font-size: 1.1rem; margin: 2rem 0 0.3rem }
p { margin: 0 }
</style>
</head>
<body>
<main>
<h1>Notebooks</h1>
{% for one in pages %}
<h2><a href="{{ one.file }}">{{ one.title }}</a></h2>
<p>{{ one.about }}</p>
{% endfor %}
</main>
</body>
</html>
"""
_RELATIVE_LINK = re.compile(r"\]\((?!\w+:|/|#)([^()\s#]+)")
_MARKUP = re.compile(r"[`*\\]|\[|\]\([^)]*\)")


@dataclass(frozen=True)
class Page:
    """A rendered notebook: its file, its first heading, its first paragraph."""

    file: str
    title: str
    about: str


def gallery(notebooks: Sequence[Path], folder: Path) -> list[Page]:
    """Render notebooks and an index into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = [_render(notebook, folder) for notebook in notebooks]
    index = Environment(autoescape=True, trim_blocks=True).from_string(INDEX)
    (folder / "index.html").write_text(index.render(pages=pages) + "\n", encoding="utf-8")
    return pages


def _render(file: Path, folder: Path) -> Page:
    notebook = nbformat.read(file, as_version=4)
    texts = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    page = _page("\n\n".join(cell.source for cell in texts), file.stem)
    notebook.metadata["title"] = page.title

    def moved(link: re.Match[str]) -> str:
        target = file.parent / link[1]
        if target.suffix == ".ipynb" and target.parent == file.parent:
            return f"]({target.stem}.html"
        return f"]({Path(os.path.relpath(target, folder)).as_posix()}"

    for cell in texts:
        cell.source = _RELATIVE_LINK.sub(moved, cell.source)
    html, _ = HTMLExporter(raw_template=OFFLINE, embed_images=True).from_notebook_node(notebook)
    (folder / page.file).write_text(html, encoding="utf-8")
    return page


def _page(markdown: str, name: str) -> Page:
    title = re.search(r"^# (.+)$", markdown, re.MULTILINE)
    paragraphs = [one for one in markdown.split("\n\n") if one and not one.startswith("#")]
    return Page(
        f"{name}.html",
        _MARKUP.sub("", title[1]) if title else name,
        _MARKUP.sub("", " ".join(paragraphs[0].split("\n"))) if paragraphs else "",
    )


def main(arguments: Sequence[str]) -> None:
    """Render, and say where."""
    folder = Path(arguments[0]) if arguments else GALLERY
    pages = gallery(sorted(NOTEBOOKS.glob("*.ipynb")), folder)
    sys.stdout.write(f"{len(pages)} notebooks: {folder / 'index.html'}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
