"""How fast the functions answer, next to the least that a function can do and next to peers."""
