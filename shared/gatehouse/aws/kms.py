"""KMS: seals and opens the private halves of the signing keys."""

import base64

from gatehouse.aws.client import AwsClient


class KeyEncryption:
    """Encrypts small values under one KMS key, each bound to a context that must be named again."""

    def __init__(self, client: AwsClient, key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    def seal(self, plain: bytes, *, context: dict[str, str]) -> bytes:
        """The ciphertext of `plain`."""
        answer = self._client.call(
            "Encrypt",
            {
                "KeyId": self._key_id,
                "Plaintext": base64.b64encode(plain).decode(),
                "EncryptionContext": context,
            },
        )
        return base64.b64decode(answer["CiphertextBlob"])

    def unseal(self, sealed: bytes, *, context: dict[str, str]) -> bytes:
        """What `seal` was given under the same context."""
        answer = self._client.call(
            "Decrypt",
            {
                "KeyId": self._key_id,
                "CiphertextBlob": base64.b64encode(sealed).decode(),
                "EncryptionContext": context,
            },
        )
        return base64.b64decode(answer["Plaintext"])
