"""The way through one authorization request: which page is shown, and what each button does."""

from gatehouse.errors import LoginRequired
from gatehouse.http.consent_steps import allow, ask_for_consent, deny
from gatehouse.http.interaction import Interaction
from gatehouse.http.response import Response
from gatehouse.http.sign_in_steps import show_sign_in, sign_out
from gatehouse.http.ways_in import WAYS_IN
from gatehouse.parameters import Parameters


def show(interaction: Interaction) -> Response:
    """What a GET leads to: sign-in, consent or, for what was allowed before, the way back.

    Where nobody is signed in it changes nothing, so that clients and link previews may fetch it.
    """
    session, prompts = interaction.visit.session(), interaction.authorization.prompts
    if session is None and "none" in prompts:
        return interaction.back_to_client(LoginRequired("Nobody is signed in in this browser"))
    # OpenID Connect Core section 3.1.2.1: login asks who is signed in to prove it again
    if session is None or "login" in prompts:
        return show_sign_in(interaction.visit)
    return ask_for_consent(interaction, session)


def take_step(interaction: Interaction, form: Parameters) -> Response:
    """Do what the pressed button asks for."""
    match form.get("step"):
        case str(step) if step in WAYS_IN:
            return WAYS_IN[step](interaction.visit, form)
        case "sign-out":
            return sign_out(interaction.visit, form, purpose="consent")
        case "allow":
            return allow(interaction, form)
        case "deny":
            return deny(interaction, form)
    return interaction.visit.refuse_form()
