"""A network of timm, from the config.json of its folder on the Hugging Face hub."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from resnetgen.diagnostics.model import Path
from resnetgen.importing.config_file import ConfigFile
from resnetgen.importing.draft import Draft
from resnetgen.importing.elsewhere import UnknownNetwork, find_published
from resnetgen.importing.format import Format
from resnetgen.importing.formats.timm_arguments import ARGUMENTS, GLOBAL_POOLS, Arguments
from resnetgen.importing.settings import Settings


def _draft(file: ConfigFile) -> Draft:
    settings = Settings(file, file.data)
    architecture = settings.word("architecture", "")
    if not architecture and settings.raw("architecture") != "":
        settings.finish()
    try:
        network = find_published(f"timm:{architecture}").draft()
    except UnknownNetwork as error:
        settings.note("architecture", error.message, error.help)
        settings.finish()
        raise
    data: dict[str, Any] = deepcopy(dict(network.data))
    choices = _apply_input(data, settings)
    given = settings.section("model_args")
    _apply_head(data, settings, given)
    arguments = Arguments(data, given, network.base or architecture)
    for name, apply in ARGUMENTS.items():
        if name in given:
            apply(arguments)
    given.refuse_others((*ARGUMENTS, "num_classes", "global_pool"))
    settings.finish()
    return network._replace(data=data, choices=choices)


def _apply_input(data: dict[str, Any], settings: Settings) -> dict[Path, str]:
    """Set the input by what the weights were trained with, and return what the network leaves to its user."""
    trained = settings.section("pretrained_cfg")
    if "input_size" in trained:
        channels, *size = trained.wholes("input_size", (3, 224, 224), 3)
        data["input"] |= {"channels": channels, "size": size[0] if len(set(size)) == 1 else size}
    mean, std = trained.raw("mean"), trained.raw("std")
    if not (_is_numbers(mean) and _is_numbers(std)):
        return {}
    return {("input",): f"the weights are for images standardized by mean {mean} and std {std}"}


def _is_numbers(value: object) -> bool:
    return isinstance(value, list) and len(value) <= 16 and all(type(each) in (int, float) for each in value)


def _apply_head(data: dict[str, Any], settings: Settings, given: Settings) -> None:
    """Set the classes and the pool: by the arguments, else by the file's own keys, else by those of its weights."""
    trained = settings.section("pretrained_cfg")
    source = next((each for each in (given, settings, trained) if "num_classes" in each), None)
    head = data["head"]
    if source is not None:
        classes = source.whole("num_classes", 1000, least=0)
        head["classes"] = classes
        if not classes:
            del head["classes"]
    source = next((each for each in (given, settings) if "global_pool" in each), None)
    if source is not None:
        pool = source.word("global_pool", "avg")
        if pool not in GLOBAL_POOLS:
            source.refuse("global_pool", f"the pools are {', '.join(GLOBAL_POOLS)}")
        head["pool"] = GLOBAL_POOLS.get(pool, "avg")


FORMAT = Format(
    "config.json of a timm network (`architecture`)",
    lambda data: "architecture" in data and "model_type" not in data,
    _draft,
)
