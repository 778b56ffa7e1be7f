"""Rotating what signs, in Secrets Manager: who rotates cannot read, who signs sees both for a day (R11)."""

from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws
from nacl.signing import VerifyKey
from standardwebhooks import Webhook

from inbox_recipes.adapters.secrets import SigningKeys
from inbox_recipes.adapters.signatures import standard_webhooks
from inbox_recipes.adapters.signing_secret import TAG, SigningSecret
from inbox_recipes.clock import to_millisecond
from inbox_recipes.errors import Conflict
from inbox_recipes.signing_keys import Rotation
from tests.integration.aws import REGION

DEPLOYED = "x" * 48
"""As CloudFormation makes the first one."""


@pytest.fixture
def manager() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("secretsmanager", REGION)
        client.create_secret(Name="signing", SecretString=DEPLOYED)
        yield client
        # A mock around all tests of the process keeps what one of them leaves.
        client.delete_secret(SecretId="signing", ForceDeleteWithoutRecovery=True)


@pytest.fixture
def now() -> datetime:
    return to_millisecond(datetime.now(UTC))


class CannotRead:
    """A client as the API's role lets it be."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        allowed = {"describe_secret", "put_secret_value", "tag_resource", "untag_resource", "exceptions"}
        assert name in allowed
        return getattr(self._client, name)


def ring(manager: Any) -> SigningSecret:
    return SigningSecret(CannotRead(manager), "signing")  # type: ignore[arg-type]


def test_after_a_rotation_receivers_with_either_key_verify_and_anybody_with_the_public_one(
    manager: Any, now: datetime
) -> None:
    made = ring(manager).rotate(Rotation(types=("symmetric", "ed25519")), now)

    signing = SigningKeys(manager, "signing")()
    headers = standard_webhooks(signing, "msg_1", now, "{}")
    assert made.secret is not None
    for key in (made.secret, DEPLOYED):
        Webhook(key).verify("{}", headers)
    assert made.current.keys is not None
    public = made.current.keys[1].public_key or ""
    [signature] = [each for each in headers["webhook-signature"].split() if each.startswith("v1a,")]
    content = f"msg_1.{headers['webhook-timestamp']}.{{}}".encode()
    VerifyKey(b64decode(public.removeprefix("whpk_"))).verify(content, b64decode(signature[4:]))


def test_what_may_be_known_of_the_keys_is_known_to_everybody_who_asks(manager: Any, now: datetime) -> None:
    made = ring(manager).rotate(Rotation(types=("ed25519",)), now)

    live = ring(manager).live(now + timedelta(hours=23))

    assert live.current == made.current
    assert live.previous is not None
    assert (live.previous.keys, live.previous.until) == (None, now + timedelta(days=1))
    assert ring(manager).live(now + timedelta(hours=24)).previous is None
    assert DEPLOYED not in repr(live)


def test_keys_that_still_sign_are_not_dropped_before_their_day_is_over(manager: Any, now: datetime) -> None:
    ring(manager).rotate(Rotation(), now)

    with pytest.raises(Conflict, match="drop_previous"):
        ring(manager).rotate(Rotation(), now + timedelta(hours=23))
    ring(manager).rotate(Rotation(drop_previous=True), now + timedelta(hours=23))
    later = ring(manager).rotate(Rotation(), now + timedelta(hours=48))

    assert later.previous is not None
    assert later.previous.since == now + timedelta(hours=23)
    tags = [tag["Key"] for tag in manager.describe_secret(SecretId="signing")["Tags"]]
    assert len([name for name in tags if name.startswith(TAG)]) == 2, "no more than two sets are live"


def test_of_two_who_rotate_at_once_one_is_refused(manager: Any, now: datetime) -> None:
    """Otherwise the key of the deployment would stop at once, and receivers with it."""
    described = manager.describe_secret(SecretId="signing")

    class Late(CannotRead):
        def describe_secret(self, **_: Any) -> Any:
            return described

    ring(manager).rotate(Rotation(), now)
    with pytest.raises(Conflict, match="Somebody else"):
        SigningSecret(Late(manager), "signing").rotate(Rotation(), now)  # type: ignore[arg-type]

    assert DEPLOYED in SigningKeys(manager, "signing")()


def test_a_value_that_was_put_in_by_hand_is_told_as_unknown(manager: Any, now: datetime) -> None:
    ring(manager).rotate(Rotation(), now)
    manager.put_secret_value(SecretId="signing", SecretString="whsec_" + "A" * 43 + "=")

    live = ring(manager).live(datetime.now(UTC))

    assert live.current.keys is None
    assert live.previous is not None
    assert live.previous.keys is not None
