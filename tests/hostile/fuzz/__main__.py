"""`python -m tests.hostile.fuzz COUNT`: so many mutants of the cases and of the collection, and how many became what.

Each is decided by the seed and its number. A text at which the compiler failed is written to a file, and the exit code
is then 1.
"""

from __future__ import annotations

import sys
from random import Random

from tests.hostile.fuzz.mutation import corpus, mutant
from tests.hostile.fuzz.tally import Tally, options


def main() -> int:
    parser = options("tests.hostile.fuzz")
    parser.add_argument("--first", type=int, default=0, help="the number of the first, to go on, or to see one again")
    arguments = parser.parse_args()
    specs, tally = corpus(), Tally(arguments.count, arguments.faults)
    for number in range(arguments.first, arguments.first + arguments.count):
        tally.judge(mutant(specs, Random(f"{arguments.seed}:{number}")))
    return int(tally.counts["faults"] > 0)


if __name__ == "__main__":
    sys.exit(main())
