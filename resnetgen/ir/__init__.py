"""The intermediate representation: a network with every number resolved, and the names in its code."""
