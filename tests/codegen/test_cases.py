"""Each case in tests/cases/ gives what is expected beside its spec, and each build in generated/ is fresh."""

from importlib import import_module
from pathlib import Path

import pytest
import torch

from tests.codegen.golden import expected
from tests.subjects import CASES, GENERATED, Subject, case, case_folders, cases, flagships

REGENERATE = "`make golden` writes it anew"


@pytest.mark.parametrize("folder", case_folders(), ids=lambda folder: folder.name)
def test_the_case_gives_what_is_expected(folder: Path) -> None:
    name, content = expected(case(folder))
    assert {name} == {path.name for path in folder.iterdir()} & {"model.py", "stderr.txt"}, REGENERATE
    assert (folder / name).read_bytes().decode() == content, REGENERATE


@pytest.mark.parametrize("subject", cases(), ids=str)
def test_the_expected_module_runs(subject: Subject) -> None:
    module = import_module(f"tests.cases.{subject.name}.model")
    (name,) = module.__all__
    network = getattr(module, name)()
    output = network(torch.randn(2, subject.compiled.network.channels, *subject.size()))

    torch.autograd.backward([one.sum() for one in (output.values() if isinstance(output, dict) else [output])])
    parameters = network.named_parameters()
    assert [] == [key for key, one in parameters if (one.grad is None) == one.requires_grad]


def test_every_folder_of_cases_is_a_case() -> None:
    folders = {path.name for path in CASES.glob("[!._]*/")}
    assert folders == {folder.name for folder in case_folders()}
    assert [] == [name for name in folders if not name.isidentifier()]


def test_a_case_is_called_as_its_folder() -> None:
    assert [] == [subject.name for subject in cases() if subject.compiled.network.name != subject.name]


DEPLOYED = "resnet50_deploy"
"""One of the flagships is kept in its form for inference too; tests/cli/test_build_deploy.py has it built."""


@pytest.mark.parametrize("subject", flagships(), ids=str)
def test_the_build_in_generated_is_fresh(subject: Subject) -> None:
    assert (GENERATED / f"{subject.name}.py").read_bytes().decode() == subject.source, REGENERATE


def test_generated_holds_the_flagships_and_nothing_else() -> None:
    assert {*(subject.name for subject in flagships()), DEPLOYED} == {path.stem for path in GENERATED.glob("*.py")}


def test_the_command_makes_what_is_in_generated(capsys: pytest.CaptureFixture[str]) -> None:
    from resnetgen.cli.build.run import BuildOptions, run
    from resnetgen.cli.config import Settings

    names = [subject.name for subject in flagships()]
    assert 0 == run(names, BuildOptions(str(GENERATED), check=True), Settings())
    assert f"{len(names)} files are up to date\n" == capsys.readouterr().out
