"""The codes of resnetgen's own faults."""


class RG901:
    """Bug in resnetgen.

    The compiler met a case that it was not written for. This is never the fault of a spec: every spec either compiles
    or gets a message that says what is wrong with it. The message shows where in resnetgen it happened. Please report
    it together with the spec; `RESNETGEN_DEBUG=1` in the environment shows the full traceback.
    """
