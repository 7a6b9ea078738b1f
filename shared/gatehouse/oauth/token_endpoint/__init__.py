"""The token endpoint: each grant type, and what they share."""
