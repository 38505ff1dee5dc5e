"""Training: schedules, the moving average, determinism, and going on after a kill."""

from collections.abc import Iterator
from math import cos, pi
from pathlib import Path

import pytest
import torch
from torch import nn

from resnetgen.cli import atomic_write
from resnetgen.errors import RunError
from resnetgen.lab.data_set import DataSet, normalized
from resnetgen.lab.measurements.landscape import Landscape
from resnetgen.lab.recipe.recipe import AugmentOptions, Recipe
from resnetgen.lab.recipe.schedules import Constant, Cosine, Steps, factor_at
from resnetgen.lab.results import Epoch
from resnetgen.lab.run_folder import RunFolder, TrialFolder
from resnetgen.lab.runner import Plan, plan
from resnetgen.lab.score import score
from resnetgen.lab.training.augmentation import augmented, cropped
from resnetgen.lab.training.trainer import Diverged, Trainer
from resnetgen.lab.trial import Trial, run_trial
from tests.lab.tiny import TINY, tiny

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def planned() -> Plan:
    return plan(tiny(), CPU)


@pytest.fixture
def trial(planned: Plan) -> Trial:
    return next(each for each in planned.trials if each.name == "residual, seed 1")


def folder_at(path: Path) -> TrialFolder:
    return RunFolder(path, atomic_write.replace).trial("residual", 1)


def test_a_warmup_is_linear_and_a_cosine_is_half_a_period() -> None:
    cosine = Cosine(type="cosine").factor
    assert [0.25, 0.5, 0.75, 1.0, 1.0] == [factor_at(step, 8, 4, Constant(type="constant").factor) for step in range(5)]
    assert [pytest.approx((1 + cos(pi * step / 10)) / 2) for step in range(10)] == [
        factor_at(step, 10, 0, cosine) for step in range(10)
    ]


def test_steps_fall_at_their_shares() -> None:
    steps = Steps(type="steps", at=[0.5, 0.75], factor_each=0.1).factor
    found = [factor_at(step, 8, 0, steps) for step in range(8)]
    assert [1, 1, 1, 1, 0.1, 0.1, pytest.approx(0.01), pytest.approx(0.01)] == found


def test_the_same_seed_gives_the_same_curve_and_another_one_another(trial: Trial, tmp_path: Path) -> None:
    one, other = (run_trial(trial, folder_at(tmp_path / name)).epochs for name in ("one", "other"))
    assert one == other
    assert one != run_trial(trial._replace(seed=0), folder_at(tmp_path / "third")).epochs


class KilledError(Exception):
    """Stands for a kill."""


@pytest.mark.parametrize("at", [1, 3, 4, 5])
def test_a_killed_training_goes_on_with_the_same_curve_to_the_last_bit(trial: Trial, tmp_path: Path, at: int) -> None:
    whole = run_trial(trial, folder_at(tmp_path / "whole"))

    def kill(step: int, loss: float) -> None:
        if step == at:
            raise KilledError

    with pytest.raises(KilledError):
        run_trial(trial, folder_at(tmp_path / "killed"), kill)
    assert whole == run_trial(trial, folder_at(tmp_path / "killed"))
    lines = [(tmp_path / name / "residual/seed1/metrics.jsonl").read_text() for name in ("whole", "killed")]
    assert lines[0] == lines[1]
    assert 3 == lines[0].count("\n")


def test_a_line_without_its_checkpoint_is_dropped(trial: Trial, tmp_path: Path) -> None:
    whole = run_trial(trial, folder_at(tmp_path / "whole"))
    folder = folder_at(tmp_path / "killed")

    def fail(path: str, content: bytes) -> None:
        if path.endswith("checkpoint.pt") and "metrics.jsonl" in {each.name for each in folder.path.iterdir()}:
            raise OSError(28, "No space left on device", path)
        atomic_write.replace(path, content)

    with pytest.raises(OSError, match="No space left"):
        run_trial(trial, RunFolder(tmp_path / "killed", fail).trial("residual", 1))
    with (folder.path / "metrics.jsonl").open("a") as file:
        file.write('{"epoch": 2, "lo')
    assert whole == run_trial(trial, folder)
    assert whole.epochs == folder.epochs(3)


def test_what_is_done_is_not_done_again(trial: Trial, tmp_path: Path) -> None:
    done = run_trial(trial, folder_at(tmp_path))

    def refuse(step: int, loss: float) -> None:
        raise AssertionError("it was trained again")

    assert done == run_trial(trial, folder_at(tmp_path), refuse)


def test_a_measurement_with_other_options_is_taken_again(trial: Trial, tmp_path: Path) -> None:
    def points(number: int) -> int:
        measure = (Landscape(type="landscape", points=number, directions=1),)
        asked = trial._replace(experiment=trial.experiment.model_copy(update={"measure": measure}))
        return len(run_trial(asked, folder_at(tmp_path)).measured["landscape"]["losses"])

    assert [3, 5, 5] == [points(number) for number in (3, 5, 5)]


def test_a_changed_recipe_is_refused_and_nothing_is_lost(trial: Trial, tmp_path: Path) -> None:
    run_trial(trial, folder_at(tmp_path))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    recipe = trial.experiment.recipe.model_copy(update={"epochs": 4})
    changed = trial._replace(experiment=trial.experiment.model_copy(update={"recipe": recipe}))
    with pytest.raises(RunError, match=r"recipe\.epochs: 3 became 4") as caught:
        run_trial(changed, folder_at(tmp_path))
    assert "RG807" == caught.value.code
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


@pytest.mark.parametrize("content", [b"", b"no checkpoint"])
def test_a_broken_checkpoint_is_told(trial: Trial, tmp_path: Path, content: bytes) -> None:
    folder = folder_at(tmp_path)
    run_trial(trial, folder)
    (folder.path / "checkpoint.pt").write_bytes(content)
    with pytest.raises(RunError, match=r"checkpoint\.pt cannot be read"):
        run_trial(trial, folder)


def test_a_state_of_another_network_and_broken_results_are_told(trial: Trial, tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    run_trial(trial, folder)
    checkpoint = folder.path / "checkpoint.pt"
    for state, message in (([1], "not the state of a training"), ({"epoch": 1, "network": {}}, "of this network and")):
        torch.save(state, checkpoint)
        with pytest.raises(RunError, match=message):
            run_trial(trial, folder)
    (folder.path / "diverged.json").write_text("[]")
    with pytest.raises(RunError, match=r"diverged\.json is no JSON object"):
        run_trial(trial, folder)


def test_two_processes_cannot_run_in_one_folder(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path, atomic_write.replace)
    with folder.locked(), pytest.raises(RunError, match="another process is running"), folder.locked():
        pass
    with folder.locked():
        pass


def test_a_training_that_diverges_stops_with_a_reason_and_stays_stopped(tmp_path: Path) -> None:
    file = tiny(TINY.replace("rate: 0.05", "rate: 1.0e+8"))
    trial = plan(file, CPU).trials[0]
    result = run_trial(trial, folder_at(tmp_path))
    assert "epoch" in result.diverged
    assert 3 > len(result.epochs)
    assert result == run_trial(trial, folder_at(tmp_path))


class Linear(nn.Module):
    """A network without randomness: a linear layer on all pixels."""

    def __init__(self, data: DataSet) -> None:
        super().__init__()
        self.linear = nn.Linear(data.channels * data.size[0] * data.size[1], data.classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.linear(x.flatten(1))
        return out


@pytest.fixture
def data(planned: Plan) -> DataSet:
    return normalized(planned.data)


def trainer_of(data: DataSet, **recipe: object) -> Trainer:
    torch.manual_seed(0)
    return Trainer(Linear(data), data, Recipe.model_validate({"epochs": 2, "batch": 16, **recipe}), seed=0)


def weights(network: nn.Module) -> torch.Tensor:
    return torch.cat([each.detach().flatten() for each in network.parameters()])


def test_the_moving_average_is_that_of_its_formula(data: DataSet) -> None:
    trainer = trainer_of(data, average=0.75)
    expected: list[torch.Tensor] = []

    def follow(step: int, loss: float) -> None:
        now = weights(trainer.network)
        expected.append(now.clone() if not expected else 0.75 * expected[-1] + 0.25 * now)

    trainer.run_epoch(follow)
    torch.testing.assert_close(weights(trainer.tested), expected[-1])
    assert not torch.allclose(weights(trainer.network), expected[-1])


def test_a_step_of_sgd_is_that_of_its_formula(data: DataSet) -> None:
    optimizer = {"type": "sgd", "rate": 0.1, "momentum": 0.0, "weight_decay": 0.5}
    trainer = trainer_of(data, optimizer=optimizer, label_smoothing=0.2, warmup=1)
    before = weights(trainer.network).requires_grad_()
    images, labels = next(iter(trainer.batches()))
    count = data.classes
    weight = before[:-count].view(count, -1)
    targets = torch.full((len(labels), count), 0.2 / count).scatter(1, labels.unsqueeze(1), 0.8 + 0.2 / count)
    loss = -(targets * (images.flatten(1) @ weight.T + before[-count:]).log_softmax(1)).sum(1).mean()
    (gradient,) = torch.autograd.grad(loss, before)
    rate = trainer.set_rate(0)
    assert pytest.approx(0.05) == rate  # the first of two steps of the warmup
    found, _ = trainer.step(images, labels)
    torch.testing.assert_close(found, loss.detach())
    torch.testing.assert_close(weights(trainer.network), before.detach() - rate * (gradient + 0.5 * before.detach()))


def test_gradients_are_clipped_together(data: DataSet) -> None:
    trainer = trainer_of(data, clip=1e-3, optimizer={"type": "sgd", "rate": 1.0, "momentum": 0.0, "weight_decay": 0.0})
    before = weights(trainer.network)
    trainer.set_rate(0)
    trainer.step(*next(iter(trainer.batches())))
    assert pytest.approx(1e-3, rel=1e-3) == float((weights(trainer.network) - before).norm())


@pytest.mark.parametrize(
    "recipe",
    [
        {"optimizer": "adamw", "precision": "bfloat16", "channels_last": True},
        {"average": 0.9, "schedule": "cosine", "clip": 1.0},
    ],
    ids=["mixed precision", "average"],
)
def test_every_state_can_be_gone_on_from(data: DataSet, recipe: dict[str, object]) -> None:
    whole, first = trainer_of(data, **recipe), trainer_of(data, **recipe)
    curve = [whole.run_epoch() for _ in range(2)]
    assert curve[0] == first.run_epoch()
    second = trainer_of(data, **recipe)
    second.load(first.state())
    assert curve[1] == second.run_epoch()
    assert torch.equal(weights(whole.tested), weights(second.tested))


def test_an_epoch_has_the_mean_loss_and_the_share_of_wrong_images(data: DataSet) -> None:
    trainer = trainer_of(data)
    losses: list[float] = []
    epoch = trainer.run_epoch(lambda step, loss: losses.append(loss))
    assert pytest.approx(sum(losses) / 2) == epoch.loss
    assert epoch.error * 32 == pytest.approx(round(epoch.error * 32))
    with torch.no_grad():
        output = trainer.network(data.test.images)
    assert pytest.approx(float(nn.functional.cross_entropy(output, data.test.labels))) == epoch.test_loss
    assert pytest.approx(float((output.argmax(1) != data.test.labels).float().mean())) == epoch.test_error


def test_a_crop_is_a_part_of_the_padded_image() -> None:
    images = torch.arange(1.0, 10).view(1, 1, 3, 3)
    padded = nn.functional.pad(images, [1, 1, 1, 1])
    parts = [padded[..., row : row + 3, column : column + 3] for row in range(3) for column in range(3)]
    found = cropped(images.expand(200, 1, 3, 3), 1, torch.Generator().manual_seed(0))
    which = [next(index for index, part in enumerate(parts) if torch.equal(part[0], each)) for each in found]
    assert {*range(9)} == {*which}


@pytest.mark.parametrize("size", [(5,), (5, 4), (3, 4, 5)])
def test_a_flip_mirrors_the_last_axis_of_about_half_of_the_images(size: tuple[int, ...]) -> None:
    images = torch.randn(400, 2, *size)
    found = augmented(images, AugmentOptions(flip=True), torch.Generator().manual_seed(0))
    same = [torch.equal(one, other) for one, other in zip(images, found, strict=True)]
    mirrored = [torch.equal(one.flip(-1), other) for one, other in zip(images, found, strict=True)]
    assert all(one or other for one, other in zip(same, mirrored, strict=True))
    assert 150 < sum(mirrored) < 250


def test_a_batch_larger_than_the_data_is_refused(data: DataSet) -> None:
    with pytest.raises(RunError, match="a batch of 64 images, but there are 32"):
        trainer_of(data, batch=64)


def test_a_score_is_the_figure_of_the_last_epoch(trial: Trial, tmp_path: Path) -> None:
    document, experiment = trial.network.compiled.document, trial.experiment
    expected = run_trial(trial, folder_at(tmp_path)).epochs
    seen: list[Epoch] = []
    found = score(document, experiment, trial.data, figure="loss", seed=1, on_epoch=seen.append)
    assert expected[-1].loss == found
    assert [*expected] == seen


def test_a_score_of_what_diverges_is_infinite(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    def diverge(self: Trainer, on_step: object = None) -> Epoch:
        raise Diverged

    monkeypatch.setattr(Trainer, "run_epoch", diverge)
    assert float("inf") == score(trial.network.compiled.document, trial.experiment, trial.data)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Compute in one thread, in which curves are the same to the last bit."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
@pytest.mark.parametrize("precision", ["float32", "float16", "bfloat16"])
def test_a_training_on_cuda_goes_on_with_the_same_curve(tmp_path: Path, precision: str) -> None:
    text = TINY.replace("  batch: 16\n", f"  batch: 16\n  precision: {precision}\n  channels_last: true\n")
    trial = plan(tiny(text), torch.device("cuda")).trials[0]
    whole = run_trial(trial, folder_at(tmp_path / "whole"))

    def kill(step: int, loss: float) -> None:
        if step >= 3:
            raise KilledError

    with pytest.raises(KilledError):
        run_trial(trial, folder_at(tmp_path / "killed"), kill)
    assert whole == run_trial(trial, folder_at(tmp_path / "killed"))
