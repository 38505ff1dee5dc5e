"""Loading, running and observing emitted networks with torch, and comparing them with their traces."""
