"""The data sets of experiments, one a file; nothing is downloaded."""

from typing import Annotated

from resnetgen.lab.data.cifar import Cifar10, Cifar100
from resnetgen.lab.data.digits import Digits
from resnetgen.lab.data.folder import ImageFolder
from resnetgen.lab.data.mnist1d import Mnist1d
from resnetgen.lab.data.mnist5k import Mnist5k
from resnetgen.lab.data.synthetic import Synthetic
from resnetgen.schema.fields import spelled_out
from resnetgen.schema.marks import Discriminator, Shorthand

DataSetKind = Digits | Mnist5k | Mnist1d | Cifar10 | Cifar100 | ImageFolder | Synthetic
"""Every data set. A new one is a file in this folder and a name in this line."""

Data = Annotated[DataSetKind, Discriminator("type"), Shorthand(spelled_out, ("type",))]
