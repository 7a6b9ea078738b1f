"""The OAuth protocol, pure: no AWS, no clock, no environment. `now` is always an argument."""
