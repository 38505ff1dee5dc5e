"""Write the files expected beside the specs of tests/cases/: `python -m tests.codegen.golden`, part of `make golden`.

A case whose spec compiles has a model.py beside it, one whose spec is at fault a stderr.txt.
"""

from resnetgen.diagnostics.text import render
from resnetgen.errors import SpecError
from tests.subjects import Subject, case, case_folders


def expected(subject: Subject) -> tuple[str, str]:
    """The name of the file that is expected beside a case's spec, and its content."""
    try:
        return "model.py", subject.source
    except SpecError as error:
        return "stderr.txt", render(error.diagnostics)


def main() -> None:
    for folder in case_folders():
        name, content = expected(case(folder))
        path = folder / name
        if not path.exists() or path.read_bytes() != content.encode():
            path.write_bytes(content.encode())
            print(f"wrote {folder.name}/{name}")
        (folder / ("stderr.txt" if name == "model.py" else "model.py")).unlink(missing_ok=True)


if __name__ == "__main__":
    main()
