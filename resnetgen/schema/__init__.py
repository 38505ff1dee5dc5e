"""What a key may hold, and what it means."""
