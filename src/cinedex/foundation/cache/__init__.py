"""One answer, kept for a while: the port and its adapters."""
