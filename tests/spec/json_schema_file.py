"""Write docs/reference/spec.schema.json anew: `python -m tests.spec.json_schema_file`, part of `make golden`."""

from resnetgen.jsonschema import json_schema, text
from tests.subjects import ROOT

FILE = ROOT / "docs" / "reference" / "spec.schema.json"
COMMAND = "python -m tests.spec.json_schema_file"


def main() -> None:
    content = text(json_schema()).encode()
    if not FILE.exists() or FILE.read_bytes() != content:
        FILE.write_bytes(content)
        print(f"wrote {FILE.relative_to(ROOT).as_posix()}")


if __name__ == "__main__":
    main()
