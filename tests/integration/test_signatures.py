"""What we sign is verified by others: the libraries of Python and npm, and ed25519 by its rules (R11)."""

import json
import subprocess
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey
from standardwebhooks import Webhook, WebhookVerificationError

from inbox_recipes.adapters.signatures import public_key, standard_webhooks, x_signature

ROOT = Path(__file__).parents[2]
NPM = ROOT / ".tools" / "webhooks-npm"
KEY = "whsec_" + b64encode(b"k" * 32).decode()
OLD_KEY = "whsec_" + b64encode(b"o" * 24).decode()
BARE_KEY = "x" * 48
"""As CloudFormation makes it: without a prefix."""
BODIES = ['{"text":"déjà 📱 \\u2028"}', "", "a=b&c=%C3%A9", '{"a":"' + "x" * 100_000 + '"}']


def signed(body: str, *keys: str, at: datetime | None = None) -> dict[str, str]:
    return standard_webhooks(keys or (KEY,), "msg_1", at or datetime.now(UTC), body)


def npm_says(*cases: dict[str, Any]) -> list[str | None]:
    """What the npm library finds wrong with each, nothing where it verifies."""
    assert NPM.exists(), "`make test` installs the npm library; or `make .tools/webhooks-npm/.ready`"
    answer = subprocess.run(
        ["node", ROOT / "tools" / "webhook_verifier" / "verify.mjs", NPM],  # noqa: S607
        input=json.dumps(cases), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    found: list[str | None] = json.loads(answer.stdout)
    return found


def test_both_reference_libraries_verify_what_we_sign() -> None:
    cases = [{"secret": key, "headers": signed(body, key), "body": body}
             for body in BODIES for key in (KEY, OLD_KEY, BARE_KEY)]  # fmt: skip
    for case in cases:
        Webhook(str(case["secret"])).verify(str(case["body"]), case["headers"], json_parse=False)  # type: ignore[arg-type]

    assert npm_says(*[case for case in cases if _is_json(str(case["body"]))]) == [None] * 6


def _is_json(body: str) -> bool:
    """The npm library reads what it has verified as JSON."""
    return body.startswith("{")


def test_both_refuse_one_changed_bit_and_what_is_too_old_or_too_new() -> None:
    now = datetime.now(UTC)
    body, good = BODIES[0], signed(BODIES[0])
    wrong = [
        {"headers": {**good, "webhook-id": "msg_2"}, "body": body},
        {"headers": {**good, "webhook-timestamp": str(int(good["webhook-timestamp"]) + 1)}, "body": body},
        {"headers": good, "body": body.replace("d", "e", 1)},
        {"headers": signed(body, at=now - timedelta(minutes=5, seconds=3)), "body": body},
        {"headers": signed(body, at=now + timedelta(minutes=5, seconds=3)), "body": body},
    ]
    for case in wrong:
        with pytest.raises(WebhookVerificationError):
            Webhook(KEY).verify(str(case["body"]), case["headers"])  # type: ignore[arg-type]
    assert None not in npm_says(*[{"secret": KEY, **case} for case in wrong])

    edges = [
        signed(body, at=now - timedelta(minutes=4, seconds=50)),
        signed(body, at=now + timedelta(minutes=4)),
    ]
    assert npm_says(*[{"secret": KEY, "headers": each, "body": body} for each in edges]) == [None, None]


def test_while_a_secret_is_rotated_receivers_with_either_are_content() -> None:
    headers = signed(BODIES[0], KEY, OLD_KEY)

    assert headers["webhook-signature"].count("v1,") == 2
    for key in (KEY, OLD_KEY):
        Webhook(key).verify(BODIES[0], headers)
    assert npm_says(*[{"secret": key, "headers": headers, "body": BODIES[0]} for key in (KEY, OLD_KEY)]) == [
        None,
        None,
    ]


def test_ed25519_is_an_option_beside_the_symmetric_key() -> None:
    """`v1a`, with a key pair as the specification writes it"""
    seed = bytes(range(32))
    private = "whsk_" + b64encode(seed).decode()
    headers = signed(BODIES[0], private, KEY)
    asymmetric, symmetric = headers["webhook-signature"].split(" ")
    assert symmetric.startswith("v1,")
    Webhook(KEY).verify(BODIES[0], headers)

    version, signature = asymmetric.split(",")
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{BODIES[0]}".encode()
    verifies = VerifyKey(b64decode(public_key(private).removeprefix("whpk_")))

    assert version == "v1a"
    verifies.verify(content, b64decode(signature))
    with pytest.raises(BadSignatureError):
        verifies.verify(content + b" ", b64decode(signature))
    long_form = "whsk_" + b64encode(seed + bytes(SigningKey(seed).verify_key)).decode()
    assert (
        signed(BODIES[0], long_form, at=datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC))[
            "webhook-signature"
        ]
        == asymmetric
    )


NODE = """
const [key, content, signature] = JSON.parse(require("fs").readFileSync(0, "utf8"));
const prefix = Buffer.from("302a300506032b6570032100", "hex");
const der = Buffer.concat([prefix, Buffer.from(key, "base64")]);
const given = require("crypto").createPublicKey({key: der, format: "der", type: "spki"});
console.log(require("crypto").verify(null, Buffer.from(content), given, Buffer.from(signature, "base64")));
"""


def test_ed25519_signatures_are_verified_by_another_implementation_than_the_one_that_signs() -> None:
    """OpenSSL, by way of Node: no reference library of Standard Webhooks knows `v1a` yet."""
    key = "whsk_" + b64encode(bytes(range(32))).decode()
    headers = signed(BODIES[0], key)
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{BODIES[0]}"
    signature = headers["webhook-signature"].removeprefix("v1a,")

    def says(text: str) -> str:
        given = json.dumps([public_key(key).removeprefix("whpk_"), text, signature])
        return subprocess.run(
            ["node", "-e", NODE],  # noqa: S607
            input=given,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout.strip()

    assert (says(content), says(content + " ")) == ("true", "false")


def test_the_products_own_signature_is_base64_of_hmac_sha256() -> None:
    """Domain 4; the value was made with openssl dgst -sha256 -hmac client-secret -binary | base64"""
    answer = subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", "client-secret", "-binary"],  # noqa: S607
        input='{"text":"déjà"}'.encode(), capture_output=True, check=True, timeout=20,
    )  # fmt: skip

    assert x_signature("client-secret", '{"text":"déjà"}') == b64encode(answer.stdout).decode()
