"""Draw the pictures of docs/pictures/ anew: `python -m tests.pictures.golden`, part of `make golden`."""

from collections.abc import Iterator
from pathlib import Path

from resnetgen.api import compile_spec
from resnetgen.pictures import draw
from resnetgen.pictures.svg import print_picture
from tests.subjects import ROOT

FOLDER = ROOT / "docs" / "pictures"

LEVELS = {
    "resnet18": ("network", "block"),
    "resnet50": ("network", "block"),
    "preact_resnet164": ("all",),
    "resnest50d": ("block",),
    "res2net50_26w_4s": ("block",),
    "mobilenet_v2": ("network",),
    "resnet18_1d": ("network",),
    "resnet18_3d": ("all",),
    "plain18": ("network",),
}
"""Networks that share little, and what is drawn of each."""


PAIRS = (("resnet50", "resnet152"),)
"""Networks that are drawn beside each other."""


def drawings() -> Iterator[tuple[Path, str]]:
    """The file of each picture, and its text."""
    for name, levels in LEVELS.items():
        for level in levels:
            stem = name if level == "network" else f"{name}_{level}"
            yield FOLDER / f"{stem}.svg", print_picture(draw(compile_spec(name).trace, level))
    for name, other in PAIRS:
        pair = draw(compile_spec(name).trace, "network", compile_spec(other).trace)
        yield FOLDER / f"{name}_{other}.svg", print_picture(pair)


def main() -> None:
    for path, text in drawings():
        if not path.exists() or path.read_bytes() != text.encode():
            path.write_bytes(text.encode())
            print(f"wrote {path.name}")


if __name__ == "__main__":
    main()
