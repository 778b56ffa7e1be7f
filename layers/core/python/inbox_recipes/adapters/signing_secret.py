"""The SigningKeyRing port: a secret that is written here and read by the executor alone (R9, R11).

What may be known of a version's keys stands in a tag of the secret that is named after the version, since
whoever uses this adapter cannot read the value. A value that was put in by other means has no such tag.
"""

from base64 import b64encode
from datetime import datetime
from secrets import token_bytes
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from inbox_recipes.clock import from_stamp, stamp
from inbox_recipes.errors import Conflict
from inbox_recipes.signing_keys import LiveKeys, Rotated, Rotation, SigningKey, SigningKeySet, check, until

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_secretsmanager.type_defs import DescribeSecretResponseTypeDef

TAG = "inbox-recipes:signing-keys:"
SUCCESSORS = UUID("6d0f7f0e-6f0b-4f0b-9a0e-0b6d4f6f7e5d")
KEY_BYTES = 32


class SigningSecret:
    """The secret that signs, without a way to read it."""

    def __init__(self, client: "SecretsManagerClient", arn: str) -> None:
        self._client = client
        self._arn = arn

    def live(self, now: datetime) -> LiveKeys:
        """What signs now."""
        return _live(self._client.describe_secret(SecretId=self._arn), now)

    def rotate(self, rotation: Rotation, now: datetime) -> Rotated:
        """Sign with new keys. Raises Conflict if that would drop keys too early, or if another did the same.

        A version has one possible successor, so that of two who rotate at the same moment one is refused.
        """
        described = self._client.describe_secret(SecretId=self._arn)
        live = _live(described, now)
        check(rotation, live)
        present = next(name for name, stages in _versions(described).items() if "AWSCURRENT" in stages)
        version = str(uuid5(SUCCESSORS, present))
        made = {each: _made(each) for each in dict.fromkeys(rotation.types)}
        try:
            self._client.put_secret_value(
                SecretId=self._arn, SecretString=" ".join(made.values()), ClientRequestToken=version
            )
        except self._client.exceptions.ResourceExistsException as error:
            raise Conflict("Somebody else has just rotated the keys.") from error
        keys = tuple(_shown(key) for key in made.values())
        self._client.tag_resource(
            SecretId=self._arn, Tags=[{"Key": TAG + version, "Value": _written(keys, now)}]
        )
        self._forget(described, keep={version, present})
        before = live.current.model_copy(update={"until": until(now)})
        return Rotated(
            current=SigningKeySet(keys=keys, since=now), previous=before, secret=made.get("symmetric")
        )

    def _forget(self, described: "DescribeSecretResponseTypeDef", keep: set[str]) -> None:
        """A secret holds fifty tags."""
        names = [tag.get("Key", "") for tag in described.get("Tags", ())]
        old = [name for name in names if name.startswith(TAG) and name.removeprefix(TAG) not in keep]
        if old:
            self._client.untag_resource(SecretId=self._arn, TagKeys=old)


def _live(described: "DescribeSecretResponseTypeDef", now: datetime) -> LiveKeys:
    changed = described.get("LastChangedDate", described["CreatedDate"])
    sets = {
        stage: _read(described, name) for name, stages in _versions(described).items() for stage in stages
    }
    current, previous = sets["AWSCURRENT"], sets.get("AWSPREVIOUS")
    if current.since is None:
        current = current.model_copy(update={"since": changed})
    ends = until(current.since or changed)
    if previous is None or now >= ends:
        return LiveKeys(current=current)
    return LiveKeys(current=current, previous=previous.model_copy(update={"until": ends}))


def _versions(described: "DescribeSecretResponseTypeDef") -> dict[str, list[str]]:
    return dict(described.get("VersionIdsToStages", {}))


def _read(described: "DescribeSecretResponseTypeDef", version: str) -> SigningKeySet:
    tags = {tag.get("Key"): tag.get("Value", "") for tag in described.get("Tags", ())}
    text = tags.get(TAG + version)
    if text is None:
        return SigningKeySet(keys=None, since=None)
    since, *keys = text.split()
    pairs = [key.split(":", 1) for key in keys]
    found = [
        SigningKey(type="ed25519", public_key=told)
        if kind == "ed25519"
        else SigningKey(type="symmetric", hint=f"…{told}")
        for kind, told in pairs
    ]
    return SigningKeySet(keys=tuple(found), since=from_stamp(since))


def _written(keys: tuple[SigningKey, ...], now: datetime) -> str:
    told = [f"{key.type}:{key.public_key or (key.hint or '').removeprefix('…')}" for key in keys]
    return " ".join([stamp(now), *told])


def _made(kind: str) -> str:
    return ("whsk_" if kind == "ed25519" else "whsec_") + b64encode(token_bytes(KEY_BYTES)).decode()


def _shown(key: str) -> SigningKey:
    if key.startswith("whsec_"):
        return SigningKey(type="symmetric", hint=f"…{key[-4:]}")
    from inbox_recipes.adapters.signatures import public_key  # noqa: PLC0415 - loads what nothing else here needs

    return SigningKey(type="ed25519", public_key=public_key(key))
