"""The codes of resnetgen's own faults."""


class RG901:
    """Fault of resnetgen itself.

    The compiler met something that it was not written for. That is never the fault of a spec, whatever it says: every
    spec is either compiled or told what is wrong with it. The message shows where in resnetgen it happened. Please
    report it with the spec; `RESNETGEN_DEBUG=1` in the environment shows the whole traceback.
    """
