"""Write anew what is expected: `python -m tests.golden` writes tests/cases/, and generated/ with the flagship specs.

A case whose spec compiles has a model.py beside it, one whose spec is at fault a stderr.txt.
"""

from pathlib import Path

from resnetgen.diagnostics.model import SpecError
from resnetgen.diagnostics.text import render
from tests.subjects import ROOT, Subject, by_name, case, case_folders

GENERATED = ROOT / "generated"


def flagships() -> list[Subject]:
    """The specs of the collection whose build is kept in generated/."""
    return [by_name(name) for name in (GENERATED / "flagships.txt").read_text(encoding="utf-8").split()]


def expected(subject: Subject) -> tuple[str, str]:
    """The name of the file that is expected beside a case's spec, and its content."""
    try:
        return "model.py", subject.source
    except SpecError as error:
        return "stderr.txt", render(error.diagnostics)


def write(path: Path, content: str) -> None:
    if not path.exists() or path.read_bytes() != content.encode():
        path.write_bytes(content.encode())
        print(f"wrote {path.relative_to(ROOT)}")


def main() -> None:
    for subject in flagships():
        write(GENERATED / f"{subject.name}.py", subject.source)
    for folder in case_folders():
        name, content = expected(case(folder))
        (folder / ("stderr.txt" if name == "model.py" else "model.py")).unlink(missing_ok=True)
        write(folder / name, content)


if __name__ == "__main__":
    main()
