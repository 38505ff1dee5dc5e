"""`resnetgen weights match`."""
