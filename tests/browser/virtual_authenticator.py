"""Chromium's virtual authenticator (WebDriver's, over the DevTools protocol)."""

from typing import Any

from tests.browser.visitor import Visitor


class VirtualAuthenticator:
    """One in a visitor's device, with its owner at it."""

    def __init__(self, visitor: Visitor) -> None:
        self._session = visitor.page.context.new_cdp_session(visitor.page)
        self._session.send("WebAuthn.enable", {"enableUI": False})
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        added = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id = {"authenticatorId": added["authenticatorId"]}

    @property
    def credentials(self) -> list[dict[str, Any]]:
        """What it holds."""
        answer = self._session.send("WebAuthn.getCredentials", self._id)
        held: list[dict[str, Any]] = answer["credentials"]
        return held

    def holds(self, *credentials: dict[str, Any]) -> None:
        """Hold these as well, as a device does that they were copied to."""
        for each in credentials:
            self._session.send("WebAuthn.addCredential", {**self._id, "credential": each})

    def answers(self, *, at_once: bool) -> None:
        """Whether its owner takes whatever a page offers, be it beside a field only."""
        self._session.send(
            "WebAuthn.setAutomaticPresenceSimulation", {**self._id, "enabled": at_once}
        )

    def touched(self, *, by_its_owner: bool) -> None:
        """Who touches it from now on."""
        self._session.send("WebAuthn.setUserVerified", {**self._id, "isUserVerified": by_its_owner})
