"""The measurements of experiments, one a file.

Each measures trained networks, and tells whether the claim of a paper held.
"""

from typing import Annotated

from resnetgen.lab.measurements.comparison import Comparison
from resnetgen.lab.measurements.contours import Contours
from resnetgen.lab.measurements.degradation import Degradation
from resnetgen.lab.measurements.landscape import Landscape
from resnetgen.lab.measurements.lesion import Lesion
from resnetgen.lab.measurements.responses import Responses
from resnetgen.schema.fields import spelled_out
from resnetgen.schema.marks import Discriminator, Shorthand

MeasurementKind = Degradation | Responses | Lesion | Landscape | Contours | Comparison
"""Every measurement. A new one is a file in this folder and a name in this line."""

Measurement = Annotated[MeasurementKind, Discriminator("type"), Shorthand(spelled_out, ("type",))]
