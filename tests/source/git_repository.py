"""A git repository for a test, with commits of its own and no settings of whoever runs it."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

SETTINGS = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{
        f"GIT_{who}_{what}": f"{what.lower()}@example.org"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    },
}


@dataclass(frozen=True)
class Repository:
    """A repository in a folder."""

    folder: Path

    def git(self, *arguments: str) -> str:
        """Run a git command and return its output."""
        words = ["git", "-C", str(self.folder), *arguments]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | SETTINGS
        return subprocess.run(words, capture_output=True, encoding="utf-8", check=True, env=environment).stdout

    def write(self, files: dict[str, str]) -> None:
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")

    def commit(self, files: dict[str, str]) -> str:
        """Write files, commit all that there is, and give the number of the commit."""
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a step")
        return self.git("rev-parse", "HEAD").strip()


def repository(folder: Path) -> Repository:
    """A new one, whose branch is called main."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Repository(folder)
    made.git("init", "--quiet", "--initial-branch=main")
    return made
