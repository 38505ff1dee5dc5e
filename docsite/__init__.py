"""The documentation's site: `python -m docsite`, or `make site`, builds it into build/site.

The pages of docs/ are plain Markdown that GitHub shows too. `staging.py` copies them into build/docsite, with links
that fit the site, and with links that open their specs in the playground (`try_it.py`). It adds the notebooks
(`notebook_page.py`) and the pages that the compiler writes: each network of the collection (`network_page.py`), the
table of all (`collection_table.py`), and the reference of the Python API (`api_page.py`). MkDocs builds the copy, and
`check.py` reads the HTML that comes out.

Why Material for MkDocs: it brings search, navigation and both colour schemes with all files local, and mkdocstrings and
mike work with it. Its end of life is announced for 5 May 2027. Its successor Zensical reads the same configuration; its
current releases cannot be installed from PyPI alone at the time of writing, and have no plugins for what runs at build
time. So nothing here is a plugin: pages are staged before the build and checked after it, and another tool that reads
Markdown and mkdocs.yml can take the place of the one command in `__main__.py`.
"""
