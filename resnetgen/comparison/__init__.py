"""Two networks beside each other: their figures, parts and changes, and the words for these."""
