"""`resnetgen weights convert`."""
