"""The account page, one module a section."""
