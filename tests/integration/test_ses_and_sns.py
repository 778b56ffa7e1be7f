"""E-mail and push as AWS takes them, over moto; and what their errors mean for a sending (class C)."""

import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ParamValidationError,
    ReadTimeoutError,
)
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends

from inbox_recipes.adapters.ses_mail import SesMail
from inbox_recipes.adapters.sns_devices import SnsDevices
from inbox_recipes.adapters.sns_push import SnsPush
from inbox_recipes.digests import Letter
from inbox_recipes.errors import Conflict, Permanent, Retryable, Unclear

REGION = "eu-west-1"
LETTER = Letter("Urgent: 1 new mention é", "text é", "<p>html é</p>", "brief é", "https://inbox.example/m/1")
URL = "https://x.example"


@pytest.fixture(autouse=True)
def _aws() -> Iterator[None]:
    with mock_aws():
        yield


def sns() -> Any:
    return boto3.client("sns", REGION)


@pytest.fixture
def application() -> str:
    attributes = {"PlatformCredential": "x", "PlatformPrincipal": "y"}
    created = sns().create_platform_application(Name="app", Platform="APNS", Attributes=attributes)
    return str(created["PlatformApplicationArn"])


def test_a_mail_has_a_subject_text_and_html() -> None:
    box = ses_backends[DEFAULT_ACCOUNT_ID][REGION]  # kept by moto from one test to the next
    before = len(box.sent_messages)
    boto3.client("sesv2", REGION).create_email_identity(EmailIdentity="recipes@example.com")
    mail = SesMail(lambda: boto3.client("sesv2", REGION), "recipes@example.com")
    assert mail.refusal() is None
    mail.send("nora@example.com", LETTER)

    [sent] = box.sent_messages[before:]
    assert (sent.source, sent.destinations["ToAddresses"]) == ("recipes@example.com", ["nora@example.com"])
    assert (sent.subject, sent.body) == (LETTER.subject, LETTER.html)


def test_without_a_sender_no_mail_can_be_sent() -> None:
    assert SesMail(Mock(), "").refusal() == "no sender address is set up (NotificationSender)"


def test_a_push_is_for_both_platforms(application: str) -> None:
    endpoint = SnsDevices(sns, {"apple": application, "google": ""}).register("apple", "abc", "nora")
    publish = Mock(return_value={})
    SnsPush(lambda: Mock(publish=publish)).send(endpoint, LETTER)
    SnsPush(sns).send(endpoint, LETTER)

    asked = publish.call_args.kwargs
    message = json.loads(asked["Message"])
    assert (asked["TargetArn"], asked["MessageStructure"]) == (endpoint, "json")
    assert json.loads(message["APNS"])["aps"]["alert"] == {"title": LETTER.subject, "body": "brief é"}
    google = json.loads(message["GCM"])["fcmV1Message"]["message"]
    assert google["notification"] == {"title": LETTER.subject, "body": "brief é"}
    assert google["data"] == {"url": LETTER.link}
    assert message["default"] == "brief é"


def test_a_token_keeps_its_endpoint_and_goes_to_whoever_registers_it(application: str) -> None:
    devices = SnsDevices(sns, {"apple": application, "google": ""})
    first = devices.register("apple", "abc", "nora")
    assert devices.register("apple", "abc", "nora") == first
    assert devices.register("apple", "abc", "omar") == first
    sns().set_endpoint_attributes(EndpointArn=first, Attributes={"Enabled": "false"})
    devices.register("apple", "abc", "omar")

    attributes = sns_backends[DEFAULT_ACCOUNT_ID][REGION].platform_endpoints[first].attributes
    assert (str(attributes["Enabled"]).lower(), attributes["CustomUserData"]) == ("true", "omar")
    assert devices.register("apple", "other", "nora") != first
    devices.forget(first)
    assert first not in sns_backends[DEFAULT_ACCOUNT_ID][REGION].platform_endpoints


def test_a_platform_that_is_not_set_up_is_named() -> None:
    devices = SnsDevices(sns, {"apple": "", "google": f"arn:aws:sns:{REGION}:1:app/GCM/gone"})
    with pytest.raises(Conflict, match="ApplePushApplicationArn is empty"):
        devices.register("apple", "abc", "nora")
    with pytest.raises(Conflict, match="SNS refuses the device"):
        devices.register("google", "abc", "nora")


def an_answer(code: str, status: int) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": "why"}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        "Send",
    )


@pytest.mark.parametrize(
    ("error", "meaning", "words"),
    [
        (an_answer("MessageRejected", 400), Permanent, "SES answered MessageRejected: why"),
        (an_answer("MailFromDomainNotVerifiedException", 400), Permanent, "MailFromDomainNotVerified"),
        (an_answer("SendingPausedException", 400), Permanent, "SendingPaused"),
        (an_answer("TooManyRequestsException", 429), Retryable, "TooManyRequests"),
        (an_answer("Throttling", 400), Retryable, "Throttling"),
        (an_answer("InternalServiceErrorException", 500), Unclear, "InternalServiceError"),
        (ConnectTimeoutError(endpoint_url=URL), Retryable, "no answer of SES: ConnectTimeoutError"),
        (EndpointConnectionError(endpoint_url=URL), Retryable, "no answer of SES"),
        (ReadTimeoutError(endpoint_url=URL), Unclear, "no answer of SES: ReadTimeoutError"),
        (ParamValidationError(report="to"), Permanent, "ParamValidationError"),
    ],
)
def test_only_what_surely_was_not_sent_is_tried_again(error: Exception, meaning: Any, words: str) -> None:
    """R3, class C: what may have been sent is unclear, and never sent on a guess."""
    client = Mock(send_email=Mock(side_effect=error))
    with pytest.raises(meaning, match=words):
        SesMail(lambda: client, "recipes@example.com").send("nora@example.com", LETTER)


def test_a_device_that_takes_no_more_is_told_apart() -> None:
    client = Mock(publish=Mock(side_effect=an_answer("EndpointDisabled", 400)))
    with pytest.raises(Permanent, match="register it again"):
        SnsPush(lambda: client).send("arn:1", LETTER)
