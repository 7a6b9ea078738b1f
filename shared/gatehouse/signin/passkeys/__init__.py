"""Passkeys (W3C Web Authentication, Level 3): how they are made, and how they sign people in."""
