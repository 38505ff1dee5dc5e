"""Values of the Python API as HTML, for notebooks: the functions that `display.py` asks for."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from resnetgen.analysis.cost import Cost
from resnetgen.analysis.shape_inference import Trace
from resnetgen.compiler import Compiled
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.display import draws
from resnetgen.pictures.geometry import Picture
from resnetgen.spec.spec import Spec
from resnetgen.tables.table import Table

if TYPE_CHECKING:
    from resnetgen.pages.markup import Markup


def _compiled(compiled: Compiled) -> str:
    """Return the picture of a network, and its figures."""
    from resnetgen.pages.markup import joined
    from resnetgen.tables.figures import make_table
    from resnetgen.tables.html import print_table
    from resnetgen.tables.subject import Subject

    warned = map(_message, compiled.warnings)
    table = print_table(make_table([Subject(compiled)]).transposed())
    return f"{_drawn(compiled.trace)}{table}{joined(warned)}"


def _trace(trace: Trace) -> str:
    """Return the picture of a network, and the output of each of its parts."""
    from resnetgen.number_format import with_times_sign
    from resnetgen.ops.window import by_axis
    from resnetgen.pages.tables import facts

    pairs = [("input", by_axis(trace.input)), *((name, by_axis(shape)) for name, shape in trace.maps().items())]
    pairs.append(("output", trace.describe_outputs()))
    return f"{_drawn(trace)}{facts([(name, with_times_sign(shape)) for name, shape in pairs])}"


def _drawn(trace: Trace) -> str:
    from resnetgen.pictures import draw

    return image(draw(trace))


def image(picture: Picture) -> str:
    """Return a picture as an image, whose style is nothing to the page around it."""
    from resnetgen.pages.markup import fill
    from resnetgen.pictures.svg import print_picture

    data = b64encode(print_picture(picture).encode()).decode()
    return str(fill('<img alt="{}" src="data:image/svg+xml;base64,{}">', picture.title, data))


def _cost(cost: Cost) -> str:
    from resnetgen.number_format import binary_size, with_si_prefix
    from resnetgen.pages.tables import facts

    numbers = {"parameters": cost.params, "buffers": cost.buffers, "multiply-adds": cost.macs}
    pairs = [(name, f"{with_si_prefix(number)} ({number:,})") for name, number in numbers.items()]
    memory = cost.memory()
    return str(facts([*pairs, ("activations, float32", f"{binary_size(memory)} ({memory:,} bytes)")]))


def _spec(spec: Spec) -> str:
    from resnetgen.pages.markup import fill
    from resnetgen.targets import to_source

    return str(fill("<pre>{}</pre>", to_source(spec.model_dump(mode="json", exclude_unset=True)).text.content))


def _table(table: Table) -> str:
    from resnetgen.tables.html import print_table

    return print_table(table)


def _message(diagnostic: Diagnostic) -> Markup:
    from resnetgen.pages.markup import fill

    return fill("<pre>{}</pre>", str(diagnostic))


def register() -> None:
    """Let notebooks show the values of the Python API."""
    draws(Compiled, _compiled)
    draws(Trace, _trace)
    draws(Cost, _cost)
    draws(Spec, _spec)
    draws(Diagnostic, lambda diagnostic: str(_message(diagnostic)))
    draws(Picture, image)
    draws(Table, _table)
