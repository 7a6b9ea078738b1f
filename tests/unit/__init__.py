"""The modules of `gatehouse` one by one, without AWS, a network or a clock."""
