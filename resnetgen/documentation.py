"""Addresses of the documentation: the published site, or the pages of a checkout."""

from __future__ import annotations

import os
import re

from resnetgen import resources

SITE_URL = ""
"""The address below which the site is published, such as `https://host/resnetgen/latest/`; empty until it is.

It is the folder of the site's `index.html`. `make site` takes it from here too.
"""

VARIABLE = "RESNETGEN_SITE_URL"
"""The environment variable that names another site, such as a copy inside of a company."""

_CODE = re.compile(r"RG[0-9]{3}", re.IGNORECASE)


def site_url() -> str:
    """Return the address of the published site, with `/` at its end, or "" if there is none."""
    url = (os.environ.get(VARIABLE) or SITE_URL).strip()
    return f"{url.rstrip('/')}/" if url else ""


def published_url(code: str) -> str:
    """Return the address of the page about a code on the published site.

    Args:
        code: a diagnostic code, such as RG301.

    Returns:
        A URL such as `https://host/resnetgen/latest/reference/diagnostics/rg301.html`, or "" if there is no site.
    """
    site = site_url()
    return f"{site}reference/diagnostics/{code.lower()}.html" if site and _CODE.fullmatch(code) else ""


def page_url(code: str) -> str:
    """Return the address of the page about a code: on the published site, else in this checkout.

    The address in a checkout names the host, as a terminal may show the output of another machine.

    Args:
        code: a diagnostic code, such as RG301.

    Returns:
        A URL such as `file://host/home/me/resnetgen/docs/reference/diagnostics/rg301.md`, or "" where there is no page.
    """
    published = published_url(code)
    if published or resources.is_installed() or not _CODE.fullmatch(code):
        return published
    import socket

    page = resources.specs_folder().parent / "docs" / "reference" / "diagnostics" / f"{code.lower()}.md"
    if not page.is_file():
        return ""
    url = page.as_uri()
    # on Windows, a host before a drive is a share on the network
    return url if page.drive else url.replace("file://", f"file://{socket.gethostname()}", 1)
