"""Secrets in Secrets Manager: what signs webhooks, and what they are authorized with (R9, R11).

A warm function keeps what it has read for some minutes.
"""

import hmac
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from secrets import token_hex
from time import monotonic
from typing import TYPE_CHECKING, Any

from inbox_recipes.errors import Permanent
from inbox_recipes.signing_keys import BOTH_LIVE

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

KEPT_SECONDS = 300


class SigningKeys:
    """The keys that sign at the moment: those of the present secret, and for a day those of the one before.

    A secret is one key or several, with spaces between: `whsec_...` is symmetric, `whsk_...` is ed25519.
    """

    def __init__(self, client: "SecretsManagerClient", arn: str) -> None:
        self._client = client
        self._arn = arn
        self._read: tuple[float, tuple[str, ...]] | None = None

    def __call__(self) -> tuple[str, ...]:
        """The keys, the present ones first."""
        if self._read is None or monotonic() - self._read[0] > KEPT_SECONDS:
            self._read = (monotonic(), self._live())
        return self._read[1]

    def _live(self) -> tuple[str, ...]:
        present = self._client.get_secret_value(SecretId=self._arn)
        keys = present["SecretString"].split()
        if datetime.now(UTC) - present["CreatedDate"] < BOTH_LIVE:
            try:
                before = self._client.get_secret_value(SecretId=self._arn, VersionStage="AWSPREVIOUS")
            except self._client.exceptions.ResourceNotFoundException:
                return tuple(keys)  # this is the first one
            keys += before["SecretString"].split()
        return tuple(dict.fromkeys(keys))


class SurveyKeys:
    """The keys that links to surveys are signed with: the present one, then the one before it.

    A link made before the key was changed works until the key is changed once more.
    """

    def __init__(self, client: "SecretsManagerClient", arn: str) -> None:
        self._client = client
        self._arn = arn
        self._read: tuple[float, tuple[bytes, ...]] | None = None

    def __call__(self) -> tuple[bytes, ...]:
        """The keys, the one that signs first."""
        if self._read is None or monotonic() - self._read[0] > KEPT_SECONDS:
            self._read = (monotonic(), tuple(self._live()))
        return self._read[1]

    def _live(self) -> Iterator[bytes]:
        yield self._client.get_secret_value(SecretId=self._arn)["SecretString"].encode()
        with suppress(self._client.exceptions.ResourceNotFoundException):  # this is the first one
            before = self._client.get_secret_value(SecretId=self._arn, VersionStage="AWSPREVIOUS")
            yield before["SecretString"].encode()


class StoredSecrets:
    """The SecretStore port, and the executor's way to read what is in it. Names begin with `prefix`.

    `key` encrypts them, or AWS's own if there is none. `pepper` is what only this stack mixes into
    fingerprints: whoever may see these must not be able to try out what they are of.
    """

    def __init__(self, client: "SecretsManagerClient", prefix: str, key: str = "", pepper: str = "") -> None:
        self._pepper = pepper
        self._key: Any = {"KmsKeyId": key} if key else {}
        self._client = client
        self._prefix = prefix
        self._read: dict[str, tuple[float, str]] = {}

    def keep(self, text: str) -> str:
        """Put credentials in, under a name made for them."""
        name = f"sec_{token_hex(12)}"
        description = "Credentials that Inbox Recipes was given"
        self._client.create_secret(
            Name=self._prefix + name, SecretString=text, Description=description, **self._key
        )
        return name

    def forget(self, name: str) -> None:
        """Take credentials out at once; those that are out already stay so."""
        with suppress(self._client.exceptions.ResourceNotFoundException):
            self._client.delete_secret(SecretId=self._prefix + name, ForceDeleteWithoutRecovery=True)

    def fingerprint(self, text: str) -> str:
        """24 characters of HMAC-SHA256. Raises ValueError where there is no pepper."""
        if not self._pepper:
            raise ValueError("Fingerprints need a pepper.")
        return hmac.new(self._pepper.encode(), text.encode(), "sha256").hexdigest()[:24]

    def read(self, name: str) -> str:
        """The credentials; under a name they never change. Raises Permanent when they are gone."""
        known = self._read.get(name)
        if known is None or monotonic() - known[0] > KEPT_SECONDS:
            try:
                text = self._client.get_secret_value(SecretId=self._prefix + name)["SecretString"]
            except self._client.exceptions.ResourceNotFoundException as error:
                raise Permanent(
                    "the credentials are no longer there: write them into the recipe again"
                ) from error
            known = self._read[name] = (monotonic(), text)
        return known[1]
