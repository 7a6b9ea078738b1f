"""Every way to sign in, by the button that takes it: the same at every page that asks for it."""

from collections.abc import Callable, Mapping
from typing import Final

from gatehouse.http.passkey_steps import confirm_with_passkey, sign_in_with_passkey
from gatehouse.http.provider_steps import leave_for_provider
from gatehouse.http.response import Response
from gatehouse.http.sign_in_steps import sign_in
from gatehouse.http.visit import Visit
from gatehouse.parameters import Parameters

WAYS_IN: Final[Mapping[str, Callable[[Visit, Parameters], Response]]] = {
    "sign-in": sign_in,
    "passkey": sign_in_with_passkey,
    "second-passkey": confirm_with_passkey,
    "provider": leave_for_provider,
}
