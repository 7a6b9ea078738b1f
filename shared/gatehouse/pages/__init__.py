"""The HTML pages that a person sees: sign-in, consent and errors. They run no script."""
