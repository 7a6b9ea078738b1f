"""Fills the engines: tables, the key encryption key, the signing key and one person."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from gatehouse import wiring
from gatehouse.aws.client import AwsError
from gatehouse.aws.services import DYNAMODB, KMS, SECRETS_MANAGER, SSM
from gatehouse.keys.sealing import seal_key
from gatehouse.signin.people import NotAPerson, add_person, change_password, find_person
from gatehouse.wiring import signin
from local.account import REGION
from local.declared import Table
from local.errors import LocalError
from local.signing_key_file import make_signing_key, read_signing_key


def create_tables(tables: Iterable[Table], *, endpoint: str) -> None:
    """Create the tables that are not there yet. Raises `LocalError`."""
    client = DYNAMODB.client(REGION, endpoint=endpoint)
    with closing(client):
        for table in tables:
            try:
                client.call("CreateTable", table.request)
                if table.ttl_attribute:
                    expiry = {"AttributeName": table.ttl_attribute, "Enabled": True}
                    request = {"TableName": table.name, "TimeToLiveSpecification": expiry}
                    client.call("UpdateTimeToLive", request)
            except AwsError as error:
                if error.code != "ResourceInUseException":
                    raise LocalError(f"the table {table.name} cannot be created: {error}") from None


def create_key(*, endpoint: str) -> str:
    """Create a KMS key; its ARN."""
    client = KMS.client(REGION, endpoint=endpoint)
    with closing(client):
        arn: str = client.call("CreateKey", {})["KeyMetadata"]["Arn"]
    return arn


def store_secrets(secrets: Mapping[str, str], *, endpoint: str) -> None:
    """Keep client secrets where their references say: `ssm:/gatehouse/x`, `secretsmanager:…`."""
    ssm, manager = (each.client(REGION, endpoint=endpoint) for each in (SSM, SECRETS_MANAGER))
    with closing(ssm), closing(manager):
        for reference, secret in secrets.items():
            store, _, name = reference.partition(":")
            if store == "ssm":
                kind = {"Type": "SecureString", "Overwrite": True}
                ssm.call("PutParameter", {"Name": name, "Value": secret, **kind})
                continue
            try:
                manager.call("CreateSecret", {"Name": name, "SecretString": secret})
            except AwsError as error:
                # our own second attempt: the engine takes its time with the first call of each
                if error.code != "ResourceExistsException":
                    raise


def seal_signing_key(given: Path | None, *, state: Path) -> None:
    """Store the key of the file `given`, or else this stack's own, sealed anew.

    At every start: KMS forgets its keys, and what it sealed before nobody can open. So no key that
    waits for its turn may ever begin to sign.
    """
    path = given or state / "signing-key.json"
    if given is None and not path.exists():
        make_signing_key(path)
    key, kid = read_signing_key(path)
    store, now = wiring.key_store(), wiring.now()
    for waiting in [each for each in store.all() if each.signs_from > now]:
        store.remove(waiting)
    store.add(seal_key(key, wiring.seal(), now=now, signs_from=now, kid=kid))


def forget_request_state_keys() -> None:
    """Nobody can open those of the last start, so the next tool that asks makes a new one."""
    store = wiring.request_state_key_store()
    for key in store.all():
        store.remove(key)


def ensure_person(email: str, password: str) -> None:
    """See to it that this person can sign in. Raises `LocalError`."""
    people = signin.people()
    if find_person(email, password, people=people):
        return
    try:
        if add_person(email, password, people=people, now=wiring.now()) is None:
            change_password(email, password, people=people)
    except NotAPerson as error:
        raise LocalError(f"LOCAL_USER or LOCAL_PASSWORD: {error}") from None
