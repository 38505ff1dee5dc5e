"""Specs as git has them: at a revision, and the files that have changed since one.

git is run without a shell. A revision reaches it on standard input, and from then on as the number of a commit, so that
no text of a user is ever taken for an option.
"""

from __future__ import annotations

import os
import posixpath
import re
import subprocess
from pathlib import Path
from typing import NamedTuple, NoReturn

from resnetgen.diagnostics.model import Diagnostic, Label, Severity, Span, Text
from resnetgen.diagnostics.suggestions import did_you_mean
from resnetgen.errors import BaseNotFound, SpecError
from resnetgen.source import collection
from resnetgen.source.source import MAX_SIZE, Source, parse_bytes
from resnetgen.source.yaml_scalars import clip

_TARGET = re.compile(
    r"((?:\{[^}]*\}|[^:{])+):(.+)", re.DOTALL
)  # a colon in braces, as in `HEAD^{/fix: x}`, parts nothing

_OPTIONS = ("--no-pager", "-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false")
"""A folder of a stranger's commit may hold a bare repository, with programs to run in its configuration: git is not to
take that for the repository which the folder is in."""

_ENVIRONMENT = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}


def split_target(target: str) -> tuple[str, str] | None:
    """The revision and the path of git's `REV:PATH`; None for what is not written so, or is there as a file."""
    match = _TARGET.fullmatch(target)
    if match is None or os.path.lexists(target) or os.path.splitdrive(target)[0]:
        return None
    return match[1], match[2]


class Revision(NamedTuple):
    """A commit: how the user calls it, its number, and the folder that git is asked in."""

    name: str
    commit: str
    folder: str

    def read(self, path: str) -> Source:
        """The spec at a path, counted from the top of the repository, or from the folder where it begins with `./`.

        Raises:
            SpecError: there is no such file at that revision, or it is no spec.
        """
        found = self._found(path)
        name = f"{self.name}:{found}"
        raw = self._content(found)
        if isinstance(raw, str):
            _fail(name, f"{raw} at the revision `{clip(self.name)}`", self._elsewhere(path))
        return parse_bytes(raw, name)

    def find_base(self, name: str, source: Source) -> Source:
        """What `extends: NAME` means in a spec that was read here: a path at the same revision, or a name as shipped.

        Raises:
            BaseNotFound: there is no such spec; `help` tells where there may be one.
        """
        prefix = f"{self.name}:"
        if name in collection.names() or not source.text.name.startswith(prefix):
            return collection.find_base(name, source)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source.text.name.removeprefix(prefix)), name))
        if not path.endswith(collection.SUFFIXES):
            close = did_you_mean(name, collection.names())
            raise BaseNotFound(clip(name), f"`resnetgen list` lists the shipped specs, and a path ends in .yaml{close}")
        if path.startswith(("../", "/")):
            raise BaseNotFound(clip(name), f"`{clip(path)}` is outside the repository, so it has no revisions")
        raw = self._content(path)
        if isinstance(raw, str):
            help = f"there is no file `{clip(path)}` at the revision `{clip(self.name)}`"
            raise BaseNotFound(clip(name), help)
        return parse_bytes(raw, f"{prefix}{path}")

    def _found(self, path: str) -> str:
        if not path.startswith(("./", "../")):
            return path
        return posixpath.normpath(posixpath.join(path_from_top(self.folder), path))

    def _content(self, path: str) -> bytes | str:
        """What a file holds, at most a byte more than a spec may; or why there is none, in words."""
        number, kind, *_ = [*_describe_object(f"{self.commit}:{path}", self.folder), "", ""]
        if kind == "tree":
            return "this is a folder, not a file,"
        if kind != "blob":
            return "there is no such file"
        command = _command(self.folder, "cat-file", "blob", number)
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
        ) as process:
            assert process.stdout is not None
            return process.stdout.read(MAX_SIZE + 1)

    def _elsewhere(self, path: str) -> str:
        """A path counts from the top, which whoever stands further down may have forgotten."""
        below = posixpath.normpath(posixpath.join(path_from_top(self.folder), path))
        if below != path and isinstance(self._content(below), bytes):
            return f"did you mean `{self.name}:./{path}`? A path counts from the top of the repository"
        return "`git ls-tree -r --name-only` with the revision shows what is there"


def revision(name: str, folder: str = ".") -> Revision:
    """The commit that a revision, such as `main`, `HEAD~2` or `v1.0`, means in the repository of a folder.

    Raises:
        SpecError: there is no git, no repository, or no such revision.
    """
    number, kind, *_ = [*_describe_object(f"{name}^{{commit}}", folder), "", ""]
    if kind != "commit":
        help = "`git log --oneline` and `git branch --all` show what there is"
        if _git(folder, "rev-parse", "--is-shallow-repository") == "true\n":
            help = "a shallow clone lacks revisions; run `git fetch --unshallow`, or in a workflow set `fetch-depth: 0`"
        _fail(name, f"git has no revision `{clip(name)}` here", help)
    return Revision(name, number, folder)


def read_at(name: str, path: str) -> Source:
    """The spec in a file as it was at a revision, read in the file's own repository.

    Raises:
        SpecError: there is no such revision, or no such file then.
    """
    then, inside = locate(name, path)
    return then.read(inside)


def locate(name: str, path: str) -> tuple[Revision, str]:
    """A revision in the repository of a file, and the file's path there from its top.

    Raises:
        SpecError: there is no git, no repository, or no such revision.
    """
    folder, file = os.path.split(path)
    return revision(name, folder or "."), f"{path_from_top(folder or '.')}{file}"


def changed_files(name: str, folder: str = ".") -> list[Path]:
    """The files of a folder's repository that are not what they were at a revision, in order, with absolute paths.

    Those that are not committed and those that git does not track yet are among them; ignored and deleted ones are not.

    Raises:
        SpecError: there is no git, no repository with files, or no such revision.
    """
    commit = revision(name, folder).commit
    top = _git(folder, "rev-parse", "--show-toplevel").removesuffix("\n")
    options = ("--name-only", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=all", "--diff-filter=d")
    changed = _git(top, "diff", *options, commit, "--")
    untracked = _git(top, "ls-files", "-z", "--others", "--exclude-standard", "--full-name")
    names = {name for name in f"{changed}\0{untracked}".split("\0") if name}
    return [path for path in (Path(top, name) for name in sorted(names)) if path.is_file() or path.is_symlink()]


def tracked_files(folder: str = ".") -> list[Path]:
    """The files that git tracks in a folder's repository, in order, with absolute paths.

    Raises:
        SpecError: there is no git, or no repository with files.
    """
    top = _git(folder, "rev-parse", "--show-toplevel").removesuffix("\n")
    names = _git(top, "ls-files", "-z", "--full-name").split("\0")
    return [Path(top, name) for name in names if name]


def path_from_top(folder: str) -> str:
    """The path of a folder from the top of its repository: empty, or with `/` at its end."""
    return _git(folder, "rev-parse", "--show-prefix").removesuffix("\n")


def _describe_object(name: str, folder: str) -> list[str]:
    """The number, the kind and the size of an object, links followed; something else where there is none."""
    if "\n" in name or "\0" in name:
        return []
    said = _git(folder, "cat-file", "--batch-check", "--follow-symlinks", input=f"{name}\n")
    words = said.split("\n")[0].split(" ")
    return words if re.fullmatch("[0-9a-f]{40,64}", words[0]) else []


def _git(folder: str, *arguments: str, input: str = "") -> str:
    """What git answers."""
    try:
        done = subprocess.run(
            _command(folder, *arguments),
            input=input,
            capture_output=True,
            env=_environment(),
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
    except FileNotFoundError:
        _fail(folder, "git is not installed, or not on the PATH", "install git, or name two files")
    except OSError as error:
        _fail(folder, f"git cannot be run: {error.strerror or error}", "revisions are git's")
    if done.returncode:
        words = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        why = words[0].removeprefix("fatal: ").removeprefix("error: ")
        _fail(folder, f"git failed: {clip(why, 200)}", "a revision needs a git repository around the spec")
    return done.stdout


def _command(folder: str, *arguments: str) -> list[str]:
    return ["git", *_OPTIONS, "-C", folder, *arguments]


def _environment() -> dict[str, str]:
    return os.environ | _ENVIRONMENT


def _fail(name: str, message: str, help: str) -> NoReturn:
    span = Span(Text(name, ""), 1, 1, 1, 1)
    raise SpecError((Diagnostic("RG101", Severity.ERROR, message, Label(span), (), help),))
