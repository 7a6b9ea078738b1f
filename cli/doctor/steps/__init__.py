"""The steps of a visit, in order. Each asks, and writes down what came back."""
