"""Whoever sits before the command, or what is piped into it."""

import io

import pytest


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """A person at a terminal who types this."""
    monkeypatch.setattr("sys.stdin", _Terminal(text))


def piped(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """A script that pipes this."""
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def watched(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """A terminal that shows stderr."""
    terminal = _Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    return terminal
