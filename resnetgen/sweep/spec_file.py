"""The file of a candidate: a spec that extends what its space extends, with its origin in a comment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from resnetgen.importing.spec_text import data_lines
from resnetgen.source.collection import folder_of, names
from resnetgen.spaces.space import Space
from resnetgen.sweep.candidates import Candidate


def name_of(space: Space, seed: int, number: int) -> str:
    """Return the name of a candidate: that of the space, the seed, and the number."""
    return f"{space.name}_{seed}_{number}"


def spec_text(space: Space, origin: str, name: str, candidate: Candidate, folder: str) -> str:
    """Return the text of a candidate's spec.

    Args:
        space: the space that it is drawn from.
        origin: the way it was found: `seed 0`, or `search`.
        name: its name.
        candidate: the candidate.
        folder: the folder that the file is written to, from which the path of a base starts.
    """
    comment = f"# Candidate {candidate.number} of the space {Path(space.source.text.name).name}, {origin}."
    data: dict[str, Any] = {**candidate.patch, "name": name}
    base = data.get("extends")
    if isinstance(base, str) and base not in names():
        path = os.path.realpath(folder_of(space.source) / base)
        data["extends"] = Path(os.path.relpath(path, os.path.realpath(folder))).as_posix()
    return "\n".join([comment, *data_lines(data)]) + "\n"


def whole_text(space: Space, name: str, candidate: Candidate) -> str:
    """Return the text of a candidate's spec with all that it inherits, so that it compiles on any machine.

    Args:
        space: the space that it is drawn from.
        name: its name.
        candidate: the candidate.
    """
    data = space.document(dict(candidate.patch)).data
    return "\n".join(data_lines({**data, "name": name})) + "\n"
