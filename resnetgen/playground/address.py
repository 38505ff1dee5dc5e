"""The part of an address behind its `#` that opens specs in the playground. Browsers send it to no server.

`#open=NAME` opens a shipped spec. `#tabs=TEXT` opens tabs: TEXT is base64 (RFC 4648, section 5, without padding) of the
DEFLATE data (RFC 1951) of a JSON object with the text of each tab by its name. The page makes such an address too.
"""

from __future__ import annotations

from collections.abc import Mapping


def of_shipped(name: str) -> str:
    """Return the fragment that opens a shipped spec.

    Example:
        >>> of_shipped("resnet50")
        '#open=resnet50'
    """
    from urllib.parse import quote

    return f"#open={quote(name, safe='')}"


def of_tabs(tabs: Mapping[str, str]) -> str:
    """Return the fragment that opens specs of these texts, by their file names; the first one is shown.

    Example:
        >>> of_tabs({"mine.yaml": "{name: mine, extends: resnet18}"}).startswith("#tabs=")
        True
    """
    import json
    import zlib
    from base64 import urlsafe_b64encode

    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    data = packer.compress(json.dumps(tabs).encode()) + packer.flush()
    return f"#tabs={urlsafe_b64encode(data).decode().rstrip('=')}"
