"""Secrets from Secrets Manager, kept by a warm function for some minutes."""

from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

KEPT_SECONDS = 300


class Secret:
    """One secret. Calling it gives its text."""

    def __init__(self, client: "SecretsManagerClient", arn: str) -> None:
        self._client = client
        self._arn = arn
        self._read: tuple[float, str] | None = None

    def __call__(self) -> str:
        """The secret's text, read again after five minutes."""
        if self._read is None or monotonic() - self._read[0] > KEPT_SECONDS:
            self._read = (monotonic(), self._client.get_secret_value(SecretId=self._arn)["SecretString"])
        return self._read[1]
