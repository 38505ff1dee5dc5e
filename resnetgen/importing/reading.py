"""Find out what a source is, and read it."""

from __future__ import annotations

import os

from resnetgen.importing.checkpoint.from_shapes import draft_of_checkpoint
from resnetgen.importing.config_file import fail, read_config
from resnetgen.importing.draft import Draft
from resnetgen.importing.elsewhere import UnknownNetwork, find_published
from resnetgen.importing.formats import FORMATS
from resnetgen.importing.naming import name_for
from resnetgen.importing.shorten import inherited
from resnetgen.weights.file_formats import SUFFIXES

CONFIG_SUFFIXES = (".json", ".yaml", ".yml")

CONFIG_NAME = "config.json"
"""The configuration in a folder of the Hugging Face hub."""


def read_draft(source: str) -> Draft:
    """Return the network that a source describes.

    Args:
        source: a path to a configuration or to a file of weights, a folder with a config.json, or the name of a
            published network.

    Raises:
        SpecError: it describes none, or one that no spec has.
    """
    if os.path.isdir(source):
        source = os.path.join(source, CONFIG_NAME)
        if not os.path.isfile(source):
            fail(source, "there is no such file", "give a folder with a config.json, or a file")
    if source.endswith(SUFFIXES):
        return draft_of_checkpoint(source)
    if source.endswith(CONFIG_SUFFIXES) or os.path.isfile(source):
        return _read_file(source)
    return _named(source)


def _read_file(path: str) -> Draft:
    file = read_config(path)
    found = next((each for each in FORMATS if each.recognizes(file.data)), None)
    if found is None:
        known = "; ".join(each.words for each in FORMATS)
        fail(path, "this configuration has none of the formats that can be imported", f"the formats are: {known}")
    return found.draft(file)


def _named(words: str) -> Draft:
    try:
        network = find_published(words)
    except UnknownNetwork as error:
        fail(words, error.message, error.help)
    description = f"{network.library}'s {network.name}."
    return Draft(name_for(network.name), description, inherited(network.spec), base=network.spec)
