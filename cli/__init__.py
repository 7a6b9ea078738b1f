"""The `gatehouse` command: for those who run a deployed stack."""
