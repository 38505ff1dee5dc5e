"""The shipped package is complete, and runs without optional dependencies."""

import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def build(kind: str, checkout: Path, into: Path) -> Path:
    """Build a distribution with the backend itself: no isolation, so no network."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(into)]
    subprocess.run(command, cwd=checkout, check=True, capture_output=True)
    (built,) = into.iterdir()
    return built


def resnetgen(arguments: Sequence[str], package_in: Path, cwd: Path, without: Sequence[str] = ()) -> str:
    """Run `python -m resnetgen` with the package of that folder, as if the modules of `without` were not installed."""
    program = (
        "import runpy, sys\n"
        f"sys.modules.update(dict.fromkeys({list(without)!r}))\n"  # a module that is None cannot be imported
        "runpy.run_module('resnetgen', run_name='__main__', alter_sys=True)\n"
    )
    return python(["-c", program, *arguments], package_in, cwd)


def python(arguments: Sequence[str], package_in: Path, cwd: Path) -> str:
    environment = os.environ | {"PYTHONPATH": str(package_in), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout


def contents(folder: Path, suffix: str) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in folder.rglob(f"*{suffix}")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the wheel, which is all that an installer does with a package of pure Python."""
    folder = tmp_path_factory.mktemp("site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_the_wheel_holds_every_template_and_every_spec(wheel: Path) -> None:
    data = contents(ROOT / "templates", ".j2") | contents(ROOT / "specs", ".yaml")
    assert {"templates/network.py.j2", "specs/resnet50.yaml"} <= data

    shipped = set(zipfile.ZipFile(wheel).namelist())
    assert set() == {f"resnetgen/{path}" for path in data} - shipped


def test_the_wheel_holds_the_package_and_nothing_beside_it(wheel: Path) -> None:
    shipped = set(zipfile.ZipFile(wheel).namelist())

    assert set() == contents(ROOT / "resnetgen", ".py") - shipped
    assert set() == contents(ROOT / "resnetgen", ".yaml") - shipped
    assert set() == contents(ROOT / "resnetgen", ".txt") - shipped
    assert "resnetgen/py.typed" in shipped
    assert {"resnetgen", "resnetgen-0.1.0.dist-info"} == {path.partition("/")[0] for path in shipped}


def test_a_wheel_made_from_the_sdist_is_the_same(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "sdist").mkdir()
    (tmp_path / "wheel").mkdir()
    with tarfile.open(build("sdist", ROOT, tmp_path / "sdist")) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # which 3.11.2 does not have
        archive.extractall(tmp_path)
    again = build("wheel", tmp_path / "resnetgen-0.1.0", tmp_path / "wheel")

    assert sorted(zipfile.ZipFile(wheel).namelist()) == sorted(zipfile.ZipFile(again).namelist())


def test_the_installed_package_finds_its_own_folders(installed: Path, tmp_path: Path) -> None:
    program = "from resnetgen import resources; print(resources.templates_folder(), resources.specs_folder())"

    expected = f"{installed / 'resnetgen/templates'} {installed / 'resnetgen/specs'}\n"
    assert expected == python(["-c", program], installed, cwd=tmp_path)


def test_the_checkout_finds_its_own_folders(tmp_path: Path) -> None:
    program = "from resnetgen import resources; print(resources.templates_folder(), resources.specs_folder())"

    assert f"{ROOT / 'templates'} {ROOT / 'specs'}\n" == python(["-c", program], ROOT, cwd=tmp_path)


def test_a_package_without_its_folders_says_where_it_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from resnetgen import resources

    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "resnetgen")
    (tmp_path / "templates").mkdir()  # someone else's: no pyproject.toml is beside it

    with pytest.raises(FileNotFoundError, match="'templates' folder is missing") as caught:
        resources.templates_folder()
    assert str(tmp_path / "resnetgen" / "templates") in str(caught.value)
    assert str(tmp_path / "templates") in str(caught.value)


def test_the_installed_compiler_emits_what_the_checkout_does(installed: Path, tmp_path: Path) -> None:
    arguments = ["build", "resnet50", "--stdout"]

    expected = resnetgen(arguments, ROOT, cwd=tmp_path)
    assert "class ResNet50" in expected
    assert expected == resnetgen(arguments, installed, cwd=tmp_path)


@pytest.mark.parametrize(
    ("arguments", "without"),
    [
        pytest.param(["check", "resnet50"], ["torch", "numpy", "jinja2"], id="check"),
        pytest.param(["build", "resnet50", "--stdout"], ["torch", "numpy"], id="build"),
        pytest.param(["show", "resnet50"], ["torch", "numpy", "jinja2"], id="show"),
        pytest.param(["explain", "RG301"], ["torch", "numpy", "jinja2"], id="explain"),
    ],
)
def test_the_compiler_runs_without_torch(
    arguments: list[str], without: list[str], installed: Path, tmp_path: Path
) -> None:
    assert resnetgen(arguments, installed, cwd=tmp_path) == resnetgen(arguments, installed, tmp_path, without)
