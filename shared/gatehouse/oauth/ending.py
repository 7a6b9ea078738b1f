"""Ending grants: for the person whose they are, and for the operator.

A grant that is ended takes every token of it along at once, and a code that nobody redeemed yet.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gatehouse.oauth.open_grants import open_grants

if TYPE_CHECKING:
    from gatehouse.storage.contract.grants import ConsentStore, GrantStore

# Each is a write or two, and a page has ten seconds: whoever has more presses the button again
MOST_AT_ONCE: Final = 200
_LOOKS: Final = 3


@dataclass(frozen=True, slots=True)
class Ending:
    """Whoever ends grants at the moment `now`; `most` is about how many at once, None for all."""

    grants: "GrantStore"
    consents: "ConsentStore"
    now: int
    most: int | None = None

    def end_connection(self, subject: str, client_id: str) -> int:
        """End what the person allowed the client; how many grants that were."""
        ended = self._forget(subject, client_id)
        return len(self._end(ended, {(subject, client_id)}, subject=subject, client_id=client_id))

    def end_all_of_person(self, subject: str) -> int:
        """End what the person allowed anybody; how many grants that were."""
        return len(self._end(set(), set(), subject=subject))

    def end_all_of_client(self, client_id: str) -> int:
        """End what anybody allowed the client; how many grants that were. It reads every grant."""
        return len(self._end(set(), set(), client_id=client_id))

    def end_grant(self, grant_id: str) -> bool:
        """End one grant; whether there was anything to end."""
        grant = self.grants.get(grant_id)
        if grant is None or not grant.is_open(self.now):
            return False
        self.grants.revoke(grant_id, self.now)
        return True

    def _end(
        self, ended: set[str], forgotten: set[tuple[str, str]], **whose: str | None
    ) -> set[str]:
        """Look, and end what is there, until nothing is found; adds to what it is given.

        Whatever was allowed while the first look went on is found by the next.
        """
        for _ in range(_LOOKS):
            found = list(open_grants(self.grants, now=self.now, **whose))
            if not found:
                break
            for grant in found:
                if self.most is not None and len(ended) >= self.most:
                    return ended
                # the consent goes first: else it could stand for a new grant
                consent = grant.subject, grant.client_id
                if consent not in forgotten:
                    forgotten.add(consent)
                    ended |= self._forget(*consent)
                if grant.grant_id not in ended:
                    self.grants.revoke(grant.grant_id, self.now)
                    ended.add(grant.grant_id)
        return ended

    def _forget(self, subject: str, client_id: str) -> set[str]:
        """Forget the consent, and end the grants that it names: which ones were there to end.

        No index is needed to find those, so that one of a moment ago is ended too.
        """
        consent = self.consents.forget(subject, client_id)
        named = {*consent.allowed.values(), consent.written_with} if consent else set()
        return {grant_id for grant_id in named if self.end_grant(grant_id)}
