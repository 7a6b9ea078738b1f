"""People: who they are, where they are signed in, and what they may post from where."""
