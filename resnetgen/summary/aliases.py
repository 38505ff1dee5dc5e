"""A network's names in other libraries, for people."""

from __future__ import annotations

from collections.abc import Mapping


def elsewhere(aka: Mapping[str, str]) -> str:
    """Return `timm, torchvision: resnet50`: each name once, after the libraries that use it."""
    places: dict[str, list[str]] = {}
    for place, name in aka.items():
        places.setdefault(name, []).append(place)
    return "; ".join(f"{', '.join(found)}: {name}" for name, found in places.items())
