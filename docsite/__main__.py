"""Build the site into build/site: `python -m docsite`, which `make site` runs. Ends with 1 if a link is broken.

With names of networks it makes pages for these alone, which takes seconds: `python -m docsite resnet18 resnet50`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlsplit

from docsite.check import problems
from docsite.networks import load
from docsite.paths import ROOT, SITE, STAGED
from docsite.staging import stage
from resnetgen.documentation import site_url


def main(names: list[str]) -> int:
    """Stage, build and check the site.

    Args:
        names: the networks to make pages for; all if empty.

    Returns:
        The exit code.
    """
    networks = load(names)
    configuration = stage(STAGED, networks)
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(configuration)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        print(done.stdout + done.stderr, file=sys.stderr)
        return done.returncode
    found = problems(SITE, urlsplit(site_url()).path or "/")
    print("".join(f"{each}\n" for each in found), end="", file=sys.stderr)
    print(f"{SITE.relative_to(ROOT)}: {len(list(SITE.rglob('*.html')))} pages, {len(found)} broken links")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
