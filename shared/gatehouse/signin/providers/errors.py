"""Why somebody could not be signed in by a provider; each decides what the person is told."""

from typing import ClassVar

from gatehouse.errors import GatehouseError


class CannotSignIn(GatehouseError):
    """`reason` is for the log, in our own words. `{provider}` stands for the provider's name."""

    status: ClassVar[int] = 400
    outcome: ClassVar[str] = "sign_in_refused"
    title: ClassVar[str]
    message: ClassVar[str]
    advice: ClassVar[tuple[str, ...]] = ()
    # whether the page that the attempt came from may be offered: to the browser that made it
    offers_way_back: ClassVar[bool] = True

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OutOfDate(CannotSignIn):
    """The `state` names no attempt of this browser that is still open."""

    title = "This sign-in is out of date"
    message = "It was finished before, took too long, or was begun in another browser."
    advice = ("Go back to your app, or to the page that you came from, and sign in again.",)
    offers_way_back = False


class Declined(CannotSignIn):
    """RFC 6749 section 4.1.2.1: the provider answered with an error."""

    title = "You were not signed in"
    message = "{provider} did not sign you in."


class Untrusted(CannotSignIn):
    """What the provider answered proves nothing."""

    title = "This sign-in could not be checked"
    message = "What {provider} answered does not prove who you are."
    advice = ("Try again. If this goes on, tell whoever runs this server.",)


class NotAllowed(CannotSignIn):
    """It is proven who it is, who may not sign in here."""

    status = 403
    title = "You cannot sign in here"
    message = "This account of {provider} has no access to this server."
    advice = ("Sign in with another account, or ask whoever runs this server for access.",)


class AddressNotVerified(NotAllowed):
    """The provider does not vouch for the address, and nobody is known by the account."""

    message = "{provider} does not say that it verified the email address of this account."
    advice = ("Verify your address there, then sign in again.",)


class ProviderUnavailable(CannotSignIn):
    """The provider is down or slow, or does not say what it has to."""

    # as for the documents of clients: no failure of ours, and no error of the person's
    status = 424  # RFC 4918 section 11.4
    outcome = "provider_unavailable"
    title = "{provider} does not answer"
    message = "{provider} could not be reached just now, or it took too long."
    advice = ("Try again in a moment.",)
