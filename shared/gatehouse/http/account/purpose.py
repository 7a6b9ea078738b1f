"""What the forms of the account page are made for, which binds them to it."""

from typing import Final

PURPOSE: Final = "account"
