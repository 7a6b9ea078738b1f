"""Once a day: the rotation of the signing keys. Most days there is nothing to do."""

from gatehouse import wiring
from gatehouse.log.metrics import KEY_RETIRED, KEY_ROTATED
from gatehouse.scheduled import Done, scheduled


def rotate_keys() -> Done:
    """Make the next signing key when one is due, and drop those whose last token has expired."""
    rotation = wiring.key_upkeep().rotate()
    if not rotation.made and not rotation.dropped:
        return Done("keys_unchanged")
    return Done(
        "keys_rotated" if rotation.made else "keys_retired",
        metrics=(KEY_ROTATED,) * len(rotation.made) + (KEY_RETIRED,) * len(rotation.dropped),
        facts={"made": rotation.made, "dropped": rotation.dropped},
    )


handler = scheduled(rotate_keys)
