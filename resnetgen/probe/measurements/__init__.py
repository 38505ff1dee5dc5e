"""The measurements, one a file, each with a `MEASUREMENT`."""
