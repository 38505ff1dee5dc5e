"""Pages of HTML that need nothing else: their skeleton, their style, and what stands in them."""
