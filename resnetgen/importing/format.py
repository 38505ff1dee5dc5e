"""A format of configurations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from resnetgen.importing.config_file import ConfigFile
from resnetgen.importing.draft import Draft


class Format(NamedTuple):
    """A format of configurations.

    `words` says which files these are. `recognizes` tells from the keys of a file, `draft` returns the network in it
    and raises a `SpecError` with every setting that is wrong.
    """

    words: str
    recognizes: Callable[[Mapping[str, object]], bool]
    draft: Callable[[ConfigFile], Draft]
