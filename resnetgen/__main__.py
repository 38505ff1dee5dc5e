"""`python -m resnetgen`, and what the command `resnetgen` runs."""

import gc
import sys


def main() -> int:
    """Run the command line and give its exit code."""
    # The objects made at startup stay; collecting garbage among them would take a tenth of the time.
    gc.set_threshold(100_000)
    try:
        from resnetgen.cli import app

        code = app.main()
    except KeyboardInterrupt:  # before a command began, or after it ended
        return 130  # as `cli.exit` has it, which may not be imported yet
    # A collection at the end gains nothing either: the process gives back all its memory.
    gc.freeze()
    return code


if __name__ == "__main__":
    sys.exit(main())
