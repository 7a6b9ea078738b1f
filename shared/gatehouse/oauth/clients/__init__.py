"""Clients: what they are, how they come to be known, and how they prove it."""
