"""The log: one line a request, with the metrics in it and the failures of our own."""
