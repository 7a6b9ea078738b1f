"""Tokens that are out: how they are made, presented, asked about and ended."""
