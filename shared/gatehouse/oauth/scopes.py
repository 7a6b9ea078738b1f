"""Scopes: what they are called on the wire, what they mean to people, and which includes which.

Which ones there are is the operator's: `shared/gatehouse_scopes.py`.
"""

import re
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

OFFLINE_ACCESS: Final = "offline_access"
_OFFLINE_WORDS: Final = "Stay connected while you are away"

# RFC 6749 section 3.3: printable ASCII without spaces, quotation marks and backslashes
_SCOPE_TOKEN: Final = r"[\x21\x23-\x5b\x5d-\x7e]+"


class BadCatalogue(ValueError):
    """Scopes that contradict themselves or each other; the message says which and why."""


class Scope(NamedTuple):
    """One scope: its name, what it means in words for people, and the narrower ones in it."""

    name: str
    words: str
    includes: tuple[str, ...] = ()


class ScopeCatalogue:
    """Every scope of the protected resources, in the order in which people are shown them.

    `minimum` is what each request needs and the challenge of a 401 asks for. `default` is what a
    client gets that names none: the minimum unless it is given. Offline access is not among them:
    it is the authorization server's own.
    """

    def __init__(
        self,
        scopes: tuple[Scope, ...],
        minimum: tuple[str, ...],
        default: tuple[str, ...] = (),
    ) -> None:
        """Raises `BadCatalogue`."""
        self.scopes = scopes
        self.minimum = minimum
        self.default = default or minimum
        _require_names(scopes)
        self._by_name = {scope.name: scope for scope in scopes}
        _require_known((*self.minimum, *self.default), self._by_name, "the minimum or the default")
        for scope in scopes:
            _require_known(scope.includes, self._by_name, scope.name)
            if scope.name in self.reach(scope.includes):
                raise BadCatalogue(f"the scope {scope.name} includes itself")
        # else a client that names no scope would be let in nowhere
        if not minimum or not self.covers(self.default, minimum):
            raise BadCatalogue("there is a minimum, and the default holds it")

    @property
    def names(self) -> tuple[str, ...]:
        """The scopes of the resources."""
        return tuple(self._by_name)

    @property
    def supported(self) -> tuple[str, ...]:
        """Whatever may be asked of the authorization server."""
        return (*self.names, OFFLINE_ACCESS)

    def reach(self, scopes: Iterable[str]) -> frozenset[str]:
        """These scopes and every narrower one that they include, directly or not."""
        found: set[str] = set()
        waiting = list(scopes)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self._by_name[name].includes if name in self._by_name else ()
        return frozenset(found)

    def covers(self, granted: Iterable[str], needed: Iterable[str]) -> bool:
        """Whether somebody with the `granted` scopes may do what needs all of `needed`."""
        return self.reach(granted) >= set(needed)

    def known(self, scopes: Collection[str]) -> tuple[str, ...]:
        """Those of `scopes` that exist, in the order of the catalogue."""
        return tuple(name for name in self.supported if name in scopes)

    def usable(self, scopes: Collection[str]) -> tuple[str, ...]:
        """The known ones of `scopes`, with the minimum: without it none of them opens anything."""
        needed = () if self.covers(scopes, self.minimum) else self.minimum
        return self.known((*scopes, *needed))

    def words(self, scopes: Collection[str]) -> tuple[str, ...]:
        """Each of `scopes` as a person reads it."""
        words = {scope.name: scope.words for scope in self.scopes} | {
            OFFLINE_ACCESS: _OFFLINE_WORDS
        }
        return tuple(words[name] for name in self.known(scopes))

    def grantable(self, scope: str | None) -> tuple[str, ...]:
        """The scopes to ask the person for, given the `scope` that a client sent.

        RFC 6749 section 3.3 lets the server grant other scopes than were asked for as long as the
        answer says so. Clients ask for scopes of other servers (`openid`, `email`) when they find
        none published, so unknown names are left out; offline access alone does nothing, so the
        default is added to it.
        """
        asked = self.known(parse_scope(scope))
        if not set(asked) - {OFFLINE_ACCESS}:
            return self.known((*self.default, *asked))
        return self.usable(asked)


def parse_scope(scope: str | None) -> tuple[str, ...]:
    """Split the wire string (RFC 6749 section 3.3); an empty or absent one gives no names."""
    return tuple(dict.fromkeys((scope or "").split()))


def format_scope(scopes: Iterable[str]) -> str:
    """The wire string for `scopes`."""
    return " ".join(scopes)


def _require_names(scopes: tuple[Scope, ...]) -> None:
    names = [scope.name for scope in scopes]
    for scope in scopes:
        if not re.fullmatch(_SCOPE_TOKEN, scope.name):
            raise BadCatalogue(f"{scope.name!r} cannot be the name of a scope")
        if not scope.words.strip():
            raise BadCatalogue(f"the scope {scope.name} needs words for people")
        if names.count(scope.name) > 1:
            raise BadCatalogue(f"two scopes are named {scope.name}")
    # OpenID Connect Core section 11: it is asked of the authorization server; a resource that
    # listed it would have every client ask for it on each challenge
    if OFFLINE_ACCESS in names:
        raise BadCatalogue(f"{OFFLINE_ACCESS} is the authorization server's own scope")


def _require_known(names: Iterable[str], known: Collection[str], whose: str) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        raise BadCatalogue(f"{whose} names a scope that is not described: {unknown[0]}")
