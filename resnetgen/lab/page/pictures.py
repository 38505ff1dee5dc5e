"""The pictures of a run; the data set stands on each of their panels."""

from __future__ import annotations

from collections.abc import Sequence

from resnetgen.lab.curves import TRAINING_LOSS, by_epoch
from resnetgen.lab.measurement import Conclusion
from resnetgen.lab.results import NetworkResult
from resnetgen.pictures.contours import draw_contours
from resnetgen.pictures.curves import Axis, Panel, draw_curves
from resnetgen.pictures.geometry import Picture


def draw_conclusion(found: Conclusion, data: str) -> Picture | None:
    """Return the picture of a measurement; None if it has none.

    Args:
        found: its conclusion.
        data: the title of the data set.
    """
    if any(panel.curves for panel in found.panels):
        return draw_curves(f"{found.title}, on {data}", _noted(found.panels, data))
    if found.maps:
        title = "Training loss around the trained weights of the first seed"
        return draw_contours(title, found.maps, TRAINING_LOSS.label, f"{data}; distances in norms of the filters")
    return None


def draw_training(networks: Sequence[NetworkResult], data: str) -> Picture:
    """Return the picture of training loss and test error by epoch."""
    panels = [
        by_epoch("loss", TRAINING_LOSS, "Training loss", networks),
        by_epoch("test_error", Axis("test error"), "Test error", networks),
    ]
    return draw_curves(f"Training loss and test error by epoch, on {data}", _noted(panels, data))


def _noted(panels: Sequence[Panel], data: str) -> list[Panel]:
    return [panel._replace(note=data) for panel in panels]
