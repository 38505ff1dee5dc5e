"""`python -m tests.hostile.fuzz.guided COUNT`: the same led by coverage, with atheris (https://github.com/google/atheris).

The compiler is instrumented. A mutant that reaches code which no text before it did is kept, and mutated on.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

MOST_BYTES = 8000
"""Of a text: the largest case has fewer, and longer ones are slow without being deeper."""


def main() -> None:
    """Try the texts; the process ends with the last of them."""
    import atheris  # type: ignore[import-untyped]  # its wheel has none

    with atheris.instrument_imports(include=["resnetgen"], enable_loader_override=False):
        from tests.hostile.fuzz.mutation import corpus, mutant, of
        from tests.hostile.fuzz.tally import Tally, options

    parser = options("tests.hostile.fuzz.guided")
    parser.add_argument("--kept", type=Path, default=Path("kept"), help="the folder of texts that it goes on from")
    arguments = parser.parse_args()
    specs, tally = corpus(), Tally(arguments.count, arguments.faults)

    def mutated(data: bytes, most: int, number: int) -> bytes:
        random = Random(number)  # half begin anew: most of what is kept is wrong, and what follows is never reached
        text = of(_text(data), specs, random) if random.random() < 0.5 else mutant(specs, random)
        return text.encode("utf-8", "surrogatepass")[:most]

    arguments.kept.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(sorted({*specs.texts})):
        (arguments.kept / f"spec_{number}").write_text(text, encoding="utf-8")
    seed = Random(arguments.seed).randrange(1, 2**31)
    limits = ["-timeout=60", "-rss_limit_mb=4096", f"-max_len={MOST_BYTES}", "-reduce_inputs=0", "-print_final_stats=1"]
    words = [sys.argv[0], f"-runs={arguments.count}", f"-seed={seed}", *limits, str(arguments.kept)]
    atheris.Setup(words, lambda data: tally.judge(_text(data)), custom_mutator=mutated)
    atheris.Fuzz()


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:  # a character that was cut in two
        return data.decode("utf-8", "replace")


if __name__ == "__main__":
    main()
