"""`python -m resnetgen` is the command `resnetgen`."""

import sys

from resnetgen.cli import main

sys.exit(main())
