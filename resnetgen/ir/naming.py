"""Class names of emitted networks."""

from __future__ import annotations

import re
from functools import lru_cache
from keyword import iskeyword

from resnetgen.ir.reserved import reserved_classes

_WRITTEN = (
    ("convnext", "ConvNeXt"),
    ("resnext", "ResNeXt"),
    ("resnest", "ResNeSt"),
    ("resnet", "ResNet"),
    ("regnet", "RegNet"),
    ("res2next", "Res2NeXt"),
    ("res2net", "Res2Net"),
    ("senet", "SENet"),
    ("preact", "PreAct"),
    ("mobilenet", "MobileNet"),
    ("pyramidnet", "PyramidNet"),
    ("efficientnet", "EfficientNet"),
    ("semnasnet", "SEMnasNet"),
    ("mnasnet", "MnasNet"),
)
"""Names that the field writes with capitals inside."""

_SHORT = frozenset({"aa", "eca", "frn", "gn", "rs", "se", "sk"})
"""Beside these, letters that stand for words of their own."""


@lru_cache(maxsize=256)
def network_class(name: str) -> str:
    """Return the class name of a network; it differs from other names in the file and from keywords."""
    written = capitals(name)
    return f"{written}Network" if written in reserved_classes() or iskeyword(written) else written


@lru_cache(maxsize=256)
def by_rank(words: str, rank: int) -> str:
    """Return a description adapted to the number of axes: `3x3` becomes `3-wide`, or `3x3x3`."""
    written = {1: r"\1-wide", 2: r"\1x\1", 3: r"\1x\1x\1"}[rank]
    return re.sub(r"\b(\d+)x\1\b", written, words)


def capitals(name: str) -> str:
    """Return a name in CapWords: `wide_resnet50_2` becomes `WideResNet50_2`; an underscore separates two numbers."""
    result = ""
    for part in name.split("_"):
        between = "_" if re.search(r"\d[a-z]?$", result) and part[:1].isdigit() else ""
        result += between + _word(part)
    return result or name


def _word(word: str) -> str:
    for plain, written in _WRITTEN:
        if plain in word.lower():
            before, after = re.split(plain, word, maxsplit=1, flags=re.IGNORECASE)
            return _word(before) + written + _word(after)
    letters, digits = re.fullmatch(r"([a-z]*)(.*)", word, re.DOTALL).groups()  # type: ignore[union-attr]  # it always matches
    return letters.upper() + digits if letters in _SHORT else word[:1].upper() + word[1:]
