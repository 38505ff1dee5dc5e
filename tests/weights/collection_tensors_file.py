"""Write resnetgen/weights/collection_tensors.json anew: `python -m tests.weights.collection_tensors_file`.

It is part of `make golden`.
"""

from resnetgen.weights.collection_tensors import FILE, as_json, compiled_tensors
from tests.subjects import ROOT

COMMAND = "python -m tests.weights.collection_tensors_file"


def main() -> None:
    content = as_json(compiled_tensors()).encode()
    if not FILE.exists() or FILE.read_bytes() != content:
        FILE.write_bytes(content)
        print(f"wrote {FILE.relative_to(ROOT).as_posix()}")


if __name__ == "__main__":
    main()
