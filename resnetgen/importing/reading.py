"""Find out what a source is, and read it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NoReturn

from resnetgen.errors import SpecError
from resnetgen.importing.checkpoint.from_shapes import draft_of_checkpoint
from resnetgen.importing.config_file import ConfigFile, fail, read_config
from resnetgen.importing.draft import Draft
from resnetgen.importing.elsewhere import UnknownNetwork, find_published
from resnetgen.importing.formats import FORMATS
from resnetgen.importing.formats.transformers_settings import MODEL_TYPE
from resnetgen.source.write_yaml import flow
from resnetgen.source.yaml_scalars import clip
from resnetgen.weights.file_formats import SUFFIXES

CONFIG_SUFFIXES = (".json", ".yaml", ".yml")

CONFIG_NAME = "config.json"
"""The configuration in a folder of the Hugging Face hub."""


def read_draft(source: str, answers: Sequence[str] = (), weights_key: str = "") -> Draft:
    """Return the network that a source describes.

    Args:
        source: a path to a configuration or to a file of weights, a folder with a config.json, or the name of a
            published network.
        answers: values that the user gives, as in `--set`; they help to find the network of a file of weights.
        weights_key: the part of a file of weights to take; empty for the one that is a network.

    Raises:
        SpecError: it describes none, or one that no spec has.
    """
    if os.path.isdir(source):
        source = os.path.join(source, CONFIG_NAME)
        if not os.path.isfile(source):
            fail(source, "there is no such file", "give a folder with a config.json, or a file")
    if source.endswith(SUFFIXES):
        return draft_of_checkpoint(source, answers=answers, key=weights_key)
    if weights_key:
        fail(source, "only a file of weights has parts", "leave --weights-key out")
    if source.endswith(CONFIG_SUFFIXES) or os.path.isfile(source):
        return _read_file(source)
    return _named(source)


def _read_file(path: str) -> Draft:
    file = read_config(path)
    found = next((each for each in FORMATS if each.recognizes(file.data)), None)
    return found.draft(file) if found is not None else _unknown(file)


def _unknown(file: ConfigFile) -> NoReturn:
    """Reject a configuration of no known format, at the key that says what it is of.

    Raises:
        SpecError: always.
    """
    help = f"the formats are: {'; '.join(each.words for each in FORMATS)}"
    key = next((key for key in (MODEL_TYPE, "architectures") if file.data.get(key)), None)
    if key is None:
        fail(file.text.name, "this configuration has none of the formats that can be imported", help)
    message = f"a network with `{key}: {clip(flow(file.data[key]))}` cannot be imported"
    raise SpecError((file.fault((key,), message, help),))


def _named(words: str) -> Draft:
    try:
        return find_published(words).draft()
    except UnknownNetwork as error:
        fail(words, error.message, error.help)
