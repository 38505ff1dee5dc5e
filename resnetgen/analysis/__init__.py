"""What the compiler knows of a network without running it: shapes, cost, receptive field, input sizes, state dict."""
