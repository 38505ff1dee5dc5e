"""`resnetgen weights show`."""
