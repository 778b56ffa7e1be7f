"""Mails that SES has put into S3."""

from typing import Any, Protocol

from inbox_recipes.platforms.base import StoredMail


class S3Client(Protocol):
    """The one call of S3 that is needed."""

    def get_object(self, *, Bucket: str, Key: str) -> Any:  # noqa: N803 - as S3 has it
        """An object of a bucket."""


class S3Mails:
    """Reads mails from the stack's own bucket; the function's role can read no other."""

    def __init__(self, client: S3Client) -> None:
        self._client = client

    def read(self, place: StoredMail) -> bytes:
        """The mail as it came."""
        return bytes(self._client.get_object(Bucket=place.bucket, Key=place.key)["Body"].read())
