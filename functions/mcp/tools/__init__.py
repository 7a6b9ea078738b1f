"""What this server offers: every `@tool`, `@resource` and `@prompt` in the modules here."""
