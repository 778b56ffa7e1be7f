"""The Push port on SNS mobile push: one endpoint for each device (class C)."""

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from inbox_recipes.adapters.aws_answers import judged, judged_lost
from inbox_recipes.digests import Letter
from inbox_recipes.errors import Permanent


class SnsPush:
    """Sends to endpoints."""

    def __init__(self, client: Callable[[], Any]) -> None:
        self._client = client

    def send(self, to: str, letter: Letter) -> None:
        """Hand one push to SNS, in the forms that Apple's and Google's services read."""
        try:
            self._client().publish(
                TargetArn=to, Message=json.dumps(_message(letter)), MessageStructure="json"
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in ("EndpointDisabled", "EndpointDisabledException"):
                raise Permanent("the device takes no more notifications; register it again") from error
            raise judged(error, "SNS") from error
        except BotoCoreError as error:
            raise judged_lost(error, "SNS") from error


def _message(letter: Letter) -> dict[str, str]:
    link = {"url": letter.link} if letter.link else {}
    apple = {"aps": {"alert": {"title": letter.subject, "body": letter.brief}, "sound": "default"}, **link}
    google = {"fcmV1Message": {"message": {
        "notification": {"title": letter.subject, "body": letter.brief}, "data": link}}}  # fmt: skip
    plain = {"default": letter.brief}
    return plain | {name: json.dumps(body, ensure_ascii=False) for name, body in (
        ("APNS", apple), ("APNS_SANDBOX", apple), ("GCM", google))}  # fmt: skip
