"""`gatehouse users`: the people who can sign in."""
