"""What holds for all tests."""

import os

if "PYTEST_XDIST_WORKER" in os.environ:
    # There is a worker for each core; threads of torch beside them would only get in one another's way.
    os.environ["OMP_NUM_THREADS"] = "1"

for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):  # whoever runs the tests may want colours; what is tested are words
    os.environ.pop(name, None)
