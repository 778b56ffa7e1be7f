"""The Mail port on SES (API v2). SES knows no key that would make a repeat harmless (class C).

The client must not retry by itself: only errors that say that nothing was accepted may be tried again.
"""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from inbox_recipes.adapters.aws_answers import judged, judged_lost
from inbox_recipes.digests import Letter

NOT_SET_UP = "no sender address is set up (NotificationSender)"


class SesMail:
    """Sends e-mail from one address. Without an address it sends nothing, and says so."""

    def __init__(self, client: Callable[[], Any], sender: str) -> None:
        self._client = client
        self._sender = sender

    def refusal(self) -> str | None:
        """Why no mail at all can be sent, if so."""
        return None if self._sender else NOT_SET_UP

    def send(self, to: str, letter: Letter) -> None:
        """Hand one mail to SES. That it was accepted does not mean that it arrives."""
        content = {name: {"Data": text, "Charset": "UTF-8"} for name, text in _parts(letter).items()}
        try:
            self._client().send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [to]},
                Content={
                    "Simple": {
                        "Subject": content["Subject"],
                        "Body": {"Text": content["Text"], "Html": content["Html"]},
                    }
                },
            )
        except ClientError as error:
            raise judged(error, "SES") from error
        except BotoCoreError as error:
            raise judged_lost(error, "SES") from error


def _parts(letter: Letter) -> dict[str, str]:
    return {"Subject": letter.subject, "Text": letter.text, "Html": letter.html}
