"""People are disabled for a while, or removed for good; at once, also for apps they connected.

Or asked for no passkey any more, when they have lost theirs.
"""

import argparse

from cli.arguments import open_stack
from cli.asking import confirm
from cli.exits import DONE
from cli.printing import print_facts
from cli.stack import now
from cli.users.listing import named_person, nobody, user_facts
from cli.words import count
from gatehouse.signin.administration import disable_person, enable_person, remove_person
from gatehouse.signin.passkeys.lost import forget_passkeys as forget_passkeys_of


def disable(chosen: argparse.Namespace) -> int:
    """Sign a person out everywhere, and end every grant of theirs."""
    with open_stack(chosen) as stack:
        named = named_person(stack, chosen.email)
        confirm(
            chosen,
            f"This signs {named.email} out everywhere and ends what they connected, for good.",
        )
        # first: nothing new is allowed from then on
        person = disable_person(named.email, people=stack.people, now=now())
        if person is None:  # removed meanwhile
            raise nobody(chosen.email)
        ended = stack.ending.end_all_of_person(person.subject)
    print_facts(
        chosen,
        {**user_facts(person), "ended_grants": ended},
        f"{person.email} is signed out everywhere and cannot sign in; {count(ended, 'grant')}"
        " ended.",
        "What they had connected has to be connected anew after `users enable`.",
    )
    return DONE


def enable(chosen: argparse.Namespace) -> int:
    """Let a person sign in again."""
    with open_stack(chosen) as stack:
        person = enable_person(chosen.email, people=stack.people)
    if person is None:
        raise nobody(chosen.email)
    print_facts(chosen, user_facts(person), f"{person.email} can sign in again.")
    return DONE


def remove(chosen: argparse.Namespace) -> int:
    """Remove a person and all that is theirs. It can be tried again after a failure."""
    with open_stack(chosen) as stack:
        person = named_person(stack, chosen.email)
        confirm(
            chosen,
            f"This removes {person.email} for good, and ends what they connected.",
            answer=person.email,
        )
        disable_person(person.email, people=stack.people, now=now())
        # before the person goes, by whom alone their grants are found
        ended = stack.ending.end_all_of_person(person.subject)
        remove_person(person.email, people=stack.people, now=now())
    print_facts(
        chosen,
        {"email": person.email, "subject": person.subject, "ended_grants": ended},
        f"{person.email} is gone; {count(ended, 'grant')} ended.",
    )
    return DONE


def forget_passkeys(chosen: argparse.Namespace) -> int:
    """Let a person sign in by their password alone, if they have one."""
    with open_stack(chosen) as stack:
        named = named_person(stack, chosen.email)
        confirm(chosen, f"This forgets every passkey of {named.email} for good.")
        person = forget_passkeys_of(named.email, passkeys=stack.passkeys, people=stack.people)
    if person is None:  # removed meanwhile
        raise nobody(chosen.email)
    lines = [f"{person.email} has no passkeys now; there were {len(person.passkeys)}."]
    if person.password_hash is None:
        lines.append("They have no password either: `users reset` gives them a link for one.")
    forgotten = {"forgotten_passkeys": len(person.passkeys)}
    print_facts(chosen, {**user_facts(person), **forgotten}, *lines)
    return DONE
