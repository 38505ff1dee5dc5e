"""`python -m resnetgen`, and what the command `resnetgen` runs."""

import gc
import sys


def main() -> int:
    """Run the command line and give its exit code."""
    # Starting up makes objects that stay; looking through them for garbage would take a tenth of the time.
    gc.set_threshold(100_000)
    try:
        from resnetgen.cli import app

        code = app.main()
    except KeyboardInterrupt:  # before a command has begun, or after its end
        return 130  # as `commands.ending` has it, which may not have been imported
    # Nor is anything to be gained from looking through them once more at the end, when all memory is given back.
    gc.freeze()
    return code


if __name__ == "__main__":
    sys.exit(main())
