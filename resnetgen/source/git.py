"""Read specs at a git revision, and list the files that changed since one.

git runs without a shell. A revision reaches it on standard input, and from then on as a commit hash, so that git never
takes text of a user for an option.
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
)  # a colon in braces, as in `HEAD^{/fix: x}`, separates nothing

_OPTIONS = ("--no-pager", "-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false")
"""The commit of a stranger may hold a bare repository whose configuration runs programs. git must not take that for the
repository that the folder is in."""

_ENVIRONMENT = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}


def split_target(target: str) -> tuple[str, str] | None:
    """Split git's `REV:PATH` into revision and path; return None for anything else, and for an existing file."""
    match = _TARGET.fullmatch(target)
    if match is None or os.path.lexists(target) or os.path.splitdrive(target)[0]:
        return None
    return match[1], match[2]


class Revision(NamedTuple):
    """A commit in the repository of `folder`; `name` is the revision as the user wrote it."""

    name: str
    commit: str
    folder: str

    def read(self, path: str) -> Source:
        """Read the spec at a path.

        Args:
            path: relative to the top of the repository, or to the folder if it begins with `./`.

        Raises:
            SpecError: there is no such file at the revision, or it is not a spec.
        """
        full_path = self._path_from_top(path)
        name = f"{self.name}:{full_path}"
        content = self._content(full_path)
        if isinstance(content, str):
            _fail(name, f"{content} at the revision `{clip(self.name)}`", self._missing_file_help(path))
        return parse_bytes(content, name)

    def find_base(self, name: str, source: Source) -> Source:
        """Find the base that `extends: NAME` means in a spec read here: a path at the same revision, or a shipped spec.

        Raises:
            BaseNotFound: there is no such spec; `help` says where there may be one.
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
        content = self._content(path)
        if isinstance(content, str):
            help = f"there is no file `{clip(path)}` at the revision `{clip(self.name)}`"
            raise BaseNotFound(clip(name), help, is_path=True)
        return parse_bytes(content, f"{prefix}{path}")

    def _path_from_top(self, path: str) -> str:
        """Return the path of a file from the top of the repository."""
        if not path.startswith(("./", "../")):
            return path
        return posixpath.normpath(posixpath.join(path_from_top(self.folder), path))

    def _content(self, path: str) -> bytes | str:
        """Return the content of a file, or the reason why there is none; read at most one byte more than allowed."""
        hash_, kind, *_ = [*_describe_object(f"{self.commit}:{path}", self.folder), "", ""]
        if kind == "tree":
            return "this is a folder, not a file,"
        if kind != "blob":
            return "there is no such file"
        command = _command(self.folder, "cat-file", "blob", hash_)
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
        ) as process:
            assert process.stdout is not None
            return process.stdout.read(MAX_SIZE + 1)

    def _missing_file_help(self, path: str) -> str:
        """Return help for a missing file: the user may have written a path from the current folder."""
        relative = posixpath.normpath(posixpath.join(path_from_top(self.folder), path))
        if relative != path and isinstance(self._content(relative), bytes):
            return f"did you mean `{self.name}:./{path}`? A path counts from the top of the repository"
        return "`git ls-tree -r --name-only` with the revision shows what is there"


def revision(name: str, folder: str = ".") -> Revision:
    """Resolve a revision such as `main`, `HEAD~2` or `v1.0` in the repository of a folder.

    Raises:
        SpecError: there is no git, no repository, or no such revision.
    """
    hash_, kind, *_ = [*_describe_object(f"{name}^{{commit}}", folder), "", ""]
    if kind != "commit":
        help = "`git log --oneline` and `git branch --all` show what there is"
        if _git(folder, "rev-parse", "--is-shallow-repository") == "true\n":
            help = "a shallow clone lacks revisions; run `git fetch --unshallow`, or in a workflow set `fetch-depth: 0`"
        _fail(name, f"git has no revision `{clip(name)}` here", help)
    return Revision(name, hash_, folder)


def read_at(name: str, path: str) -> Source:
    """Read a spec as it was at a revision, in the repository that its file is in.

    Raises:
        SpecError: there is no such revision, or no such file at it.
    """
    commit, path_in_commit = locate(name, path)
    return commit.read(path_in_commit)


def locate(name: str, path: str) -> tuple[Revision, str]:
    """Return a revision in the repository of a file, and the file's path from the top of the repository.

    Raises:
        SpecError: there is no git, no repository, or no such revision.
    """
    folder, file = os.path.split(path)
    return revision(name, folder or "."), f"{path_from_top(folder or '.')}{file}"


def changed_files(name: str, folder: str = ".") -> list[Path]:
    """Return the absolute paths of the files in a folder's repository that changed since a revision, in order.

    Uncommitted and untracked files count; ignored and deleted ones do not.

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
    """Return the absolute paths of the files that git tracks in a folder's repository, in order.

    Raises:
        SpecError: there is no git, or no repository with files.
    """
    top = _git(folder, "rev-parse", "--show-toplevel").removesuffix("\n")
    names = _git(top, "ls-files", "-z", "--full-name").split("\0")
    return [Path(top, name) for name in names if name]


def path_from_top(folder: str) -> str:
    """Return the path of a folder from the top of its repository: empty, or ending in `/`."""
    return _git(folder, "rev-parse", "--show-prefix").removesuffix("\n")


def _describe_object(name: str, folder: str) -> list[str]:
    """Return the hash, the kind and the size of an object, following links; an empty list where there is none."""
    if "\n" in name or "\0" in name:
        return []
    output = _git(folder, "cat-file", "--batch-check", "--follow-symlinks", input=f"{name}\n")
    fields = output.split("\n")[0].split(" ")
    return fields if re.fullmatch("[0-9a-f]{40,64}", fields[0]) else []


def _git(folder: str, *arguments: str, input: str = "") -> str:
    """Run git and return its output.

    Raises:
        SpecError: git cannot be run, or it fails.
    """
    try:
        result = subprocess.run(
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
    if result.returncode:
        lines = result.stderr.strip().splitlines() or [f"exit code {result.returncode}"]
        reason = lines[0].removeprefix("fatal: ").removeprefix("error: ")
        _fail(folder, f"git failed: {clip(reason, 200)}", "a revision needs a git repository around the spec")
    return result.stdout


def _command(folder: str, *arguments: str) -> list[str]:
    return ["git", *_OPTIONS, "-C", folder, *arguments]


def _environment() -> dict[str, str]:
    return os.environ | _ENVIRONMENT


def _fail(name: str, message: str, help: str) -> NoReturn:
    span = Span(Text(name, ""), 1, 1, 1, 1)
    raise SpecError((Diagnostic("RG101", Severity.ERROR, message, Label(span), (), help),))
