"""Write docs/diagnostics.md anew, and what it quotes: `python -m tests.docs.diagnostics_page`, part of `make golden`.

What resnetgen says of the specs of the pages is kept in resnetgen/codes/messages/, for `resnetgen explain`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, groupby
from pathlib import Path

from resnetgen import codes
from resnetgen.codes import HUNDREDS, Page, pages, warnings
from resnetgen.codes.markdown import section
from tests.diagnostics.examples import said
from tests.subjects import ROOT

PAGE = ROOT / "docs" / "diagnostics.md"
MESSAGES = Path(codes.__file__).parent / "messages"
COMMAND = "python -m tests.docs.diagnostics_page"

HEAD = """\
# Diagnostics

<!-- Made by `{command}` from the docstrings in resnetgen/lint/ and resnetgen/codes/. Do not edit. -->

Everything that resnetgen says of a spec bears a code. This page has a section for each; `resnetgen explain CODE` prints
the same.

## How to read a message

```text
spec.yaml:3:9: error[RG301]: identity shortcut cannot join 64x56x56 to 128x28x28
    3 | block: {{shortcut: identity}}
      |         ^^^^^^^^^^^^^^^^^^ shortcut brings 64x56x56
  --> resnetgen:resnet18.yaml:8:3
    8 |   layer2: {{blocks: 2, channels: 128}}
      |   ------ branch gives 128x28x28
   help: use `shortcut: auto`, which puts a 1x1 convolution with stride 2 there
```

The first line is the place, as file, line and column, counted from 1; the severity with the code; and what is wrong.
The carets mark the place. Below an arrow, dashes mark what else is involved, which may be in a spec that this one
extends: `resnetgen:` stands before the files of the collection. The help is a way out.

All that is wrong is told at once, in the order of the text. What a spec says comes before what its network does: that
is looked at when the former is well, and the warnings when there is no error.

## Severities

An *error* keeps a spec from being built, and `check` ends with exit code 1. A *warning* is of something that works and
is seldom meant: what a colleague would say. `check` and `build` end with 0, unless `--strict` makes errors of warnings.
The codes of warnings are {warnings}.

## How to ignore a warning

In the spec, with the reason; whoever extends it inherits that:

```yaml
ignore: {{RG502: as published}}
```

For one run, `--ignore RG505`, or `--ignore RG505,RG509`. For a project, in the `pyproject.toml` of the current folder,
or else of the nearest one above, where `strict` does as `--strict`:

```toml
[tool.resnetgen]
ignore = ["RG505"]
strict = true
```

`--strict` and `--no-strict` go before the file's `strict`, and the codes of both are ignored. An error cannot be
ignored. A code that a spec ignores itself and that does not come up is told in its turn: [RG511](#rg511).

## All codes

{contents}
"""


def page() -> str:
    """The whole page: how to read messages, the codes, and a section for each."""
    hundreds = {hundred: list(found) for hundred, found in groupby(pages().values(), key=lambda page: page.code[2])}
    contents = "\n\n".join(f"{_title(hundred)}:\n\n{_list(found)}" for hundred, found in hundreds.items())
    parts = [HEAD.format(command=COMMAND, warnings=_runs(warnings()), contents=contents)]
    for hundred, found in hundreds.items():
        parts += [f"## {_title(hundred)}\n", *map(section, found)]
    return "\n".join(parts)


def _runs(codes: Sequence[str]) -> str:
    """Codes that follow one another as one: RG501 to RG509 and RG511."""
    number = count()
    runs = [[*run] for _, run in groupby(codes, key=lambda code: int(code[2:]) - next(number))]
    return " and ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def _title(hundred: str) -> str:
    return f"{hundred}xx, {HUNDREDS[hundred]}"


def _list(found: list[Page]) -> str:
    return "\n".join(f"- [{page.code}](#{page.anchor}): {page.title}" for page in found)


def main() -> None:
    MESSAGES.mkdir(exist_ok=True)
    for found in pages().values():
        if found.fails is not None:
            _write(MESSAGES / f"{found.code}.txt", said(found.fails))
    for path in MESSAGES.iterdir():
        if path.stem not in pages():
            path.unlink()
    _write(PAGE, page())


def _write(path: Path, content: str) -> None:
    if not path.exists() or path.read_bytes() != content.encode():
        path.write_bytes(content.encode())
        print(f"wrote {path.relative_to(ROOT).as_posix()}")


if __name__ == "__main__":
    main()
