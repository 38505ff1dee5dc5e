"""The options of a data set in an experiment."""

from resnetgen.lab.data_set import DataSet
from resnetgen.schema.record import Record


class DataOptions(Record):
    """The options of a data set in an experiment. A data set derives from it, with its word as the field `type`."""

    def load(self) -> DataSet:
        """Read the data, or make it.

        Raises:
            RunError: it is not there, or is not what it should be; or a package is missing.
        """
        raise NotImplementedError
