"""The intermediate representation: the network with every number resolved, and the names that its code may use."""
