"""Every code that a diagnostic can bear, with what it stands for."""

from __future__ import annotations

CATALOGUE: dict[str, str] = {
    # 1: reading the text, and what it extends
    "RG101": "file that cannot be read",
    "RG102": "file that is not UTF-8",
    "RG103": "text that is not YAML",
    "RG104": "duplicate key",
    "RG105": "scalar that YAML 1.1 reads differently from how it looks",
    "RG106": "empty file",
    "RG107": "text too large, too deep, or with a number out of range",
    "RG108": "text that is not a mapping at the top",
    "RG109": "YAML feature that specs do not use",
    "RG110": "`extends` names a spec that is not there",
    "RG111": "`extends` goes in a circle, or on for too long",
    "RG112": "`extends` is not text",
    "RG113": "`extends` leaves the spec's own tree",
    # 2: what the spec language allows
    "RG201": "unknown key",
    "RG202": "missing key",
    "RG203": "value of the wrong type",
    "RG204": "value that is not allowed",
    "RG205": "bad name",
    "RG206": "unknown type of block, layer or slot",
    "RG207": "bad width expression",
    "RG208": "width that is not whole and positive",
    "RG209": "keys that contradict each other, or a key without effect",
    "RG210": "layout whose names make no modules",
    # 3: what the network would do
    "RG301": "identity shortcut between different shapes",
    "RG302": "the two sides of an addition differ",
    "RG303": "groups that do not divide the channels",
    "RG304": "map smaller than its kernel, or below one pixel",
    "RG305": "output stride that cannot be reached",
    "RG306": "pad shortcut that would have to drop channels",
    "RG307": "initialisation with nothing to act on",
    # 4: the inputs it is used with
    "RG401": "input size outside the domain",
    # 6: writing
    "RG601": "output that cannot be written",
    # 9: ours
    "RG901": "fault of resnetgen itself",
}
"""Code -> title. The hundreds are the stages: reading, the language, the network, its inputs, writing, ourselves."""
