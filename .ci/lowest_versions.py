"""Print the lower bounds that pyproject.toml declares for the compiler as constraints of pip: `typer==0.26`."""

import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def lowest(requirement: str) -> str:
    """Return the constraint for the lowest version that a requirement allows."""
    found = re.fullmatch(r"([A-Za-z0-9._-]+)>=([0-9.]+)(,<[0-9.]+)?", requirement.replace(" ", ""))
    if found is None:
        raise SystemExit(f"{requirement!r} has no lower bound: write NAME>=VERSION")
    return f"{found[1]}=={found[2]}"


if __name__ == "__main__":
    for requirement in tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]:
        print(lowest(requirement))
