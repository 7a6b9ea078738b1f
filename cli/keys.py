"""`gatehouse keys`: the keys that sign access tokens."""

import argparse
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from cli.arguments import add_subject, add_verb, open_stack
from cli.asking import confirm
from cli.exits import DONE, CommandError, NotFound
from cli.printing import Column, moment, print_facts, print_list
from cli.stack import Stack, now
from gatehouse.keys import rotation
from gatehouse.keys.sealed_keys import SealedKey
from gatehouse.keys.upkeep import PublishedTooLately

if TYPE_CHECKING:
    from cli.arguments import Subparsers

_SIGNING: Final = ""
_COLUMNS = (
    Column("KEY", itemgetter("kid"), 43),
    Column("STATE", itemgetter("state"), 7),
    Column("SIGNS FROM", lambda key: moment(key["signs_from"]), 20),
)


class TooEarly(CommandError):
    """The next key is too new; the message says when it will do."""


def declare(subjects: "Subparsers") -> None:
    """Add the subject and its verbs."""
    verbs = add_subject(subjects, "keys", says="the keys that sign access tokens")
    add_verb(verbs, "list", _list, says="the keys, in the order in which they sign")
    rotate = add_verb(
        verbs, "rotate", _rotate, says="have the next key sign from now on", asks=True
    )
    rotate.add_argument(
        "--retire",
        nargs="?",
        const=_SIGNING,
        metavar="KID",
        help="take a key that is no longer trusted out of use at once, with its tokens"
        " (the one that signs)",
    )


def _list(chosen: argparse.Namespace) -> int:
    with open_stack(chosen) as stack:
        keys = _all_facts(stack)
    print_list(chosen, _COLUMNS, keys, nothing="There is no key yet: the first token makes one.")
    return DONE


def _rotate(chosen: argparse.Namespace) -> int:
    with open_stack(chosen) as stack:
        if chosen.retire is None:
            return _hasten(stack, chosen)
        return _retire(stack, chosen)


def _hasten(stack: Stack, chosen: argparse.Namespace) -> int:
    confirm(chosen, "The next key signs from now on; tokens of the one before stay good.")
    try:
        stack.key_upkeep.hasten()
    except PublishedTooLately as error:
        raise TooEarly(
            f"the next key may not be known everywhere before {moment(error.ready_at)};"
            " if the one that signs is no longer trusted, say --retire"
        ) from None
    return _print_state(stack, chosen)


def _retire(stack: Stack, chosen: argparse.Namespace) -> int:
    keys = stack.keys.all()
    kid = chosen.retire or (rotation.signing_key(keys, now()).kid if keys else "")
    if kid not in {key.kid for key in keys}:
        raise NotFound(f"there is no key {kid}".rstrip())
    confirm(
        chosen,
        f"This takes the key {kid} out of use at once: within five minutes every access token that"
        " it signed is refused, and clients have to refresh.",
    )
    stack.key_upkeep.retire(kid)
    return _print_state(stack, chosen)


def _print_state(stack: Stack, chosen: argparse.Namespace) -> int:
    keys = _all_facts(stack)
    signing = next(key["kid"] for key in keys if key["state"] == "signs")
    print_facts(chosen, {"signing_key": signing, "keys": keys}, f"{signing} signs now.")
    return DONE


def _all_facts(stack: Stack) -> list[dict[str, Any]]:
    keys, at = rotation.in_order(stack.keys.all()), now()
    if not keys:
        return []
    signing = rotation.signing_key(keys, at)
    published = rotation.published_keys(keys, at)
    return [
        {
            "kid": key.kid,
            "state": _state(key, signing),
            "is_published": key in published,
            "created_at": key.created_at,
            "signs_from": key.signs_from,
        }
        for key in keys
    ]


def _state(key: SealedKey, signing: SealedKey) -> str:
    if key == signing:
        return "signs"
    return "waits" if key.signs_from > signing.signs_from else "signed"
