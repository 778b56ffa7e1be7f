"""What a webhook sends: drafted by the action with variables still in it, then filled in for one event.

Pure. How it gets to its receiver is the business of `flows.calls`.
"""

from dataclasses import dataclass
from typing import Any, Literal

from inbox_recipes.errors import Permanent
from inbox_recipes.ids import digest
from inbox_recipes.inbox import Frozen
from inbox_recipes.secret_addresses import presentable, whole
from inbox_recipes.templates import Context, fill, in_words, named
from inbox_recipes.variables import VARIABLES, Facts, values

type Method = Literal["GET", "POST"]

LONGEST_URL = 8_000
"""Characters; common servers refuse longer ones (A15)."""
LARGEST_BODY = 256 * 1024
"""Bytes (R14)."""
MASKED = "***"


class Request(Frozen):
    """One request as every attempt sends it. Credentials stand in it by their names in the secret store.

    `shown_url` is the address as people may see it: values that the recipe's author wrote into the query are
    masked, for they may be tokens (R9). Where `url_secret` is set, `url` is only what people see of it too.
    """

    method: Method
    url: str
    shown_url: str
    content_type: str | None
    body: str
    authorization: str | None = None
    x_signature: str | None = None
    url_secret: str | None = None

    def address(self, secret: str) -> str:
        """The address that is called, of one that is kept as a secret. Raises Permanent if it is too long."""
        return _not_too_long(whole(secret, self.url))


@dataclass(frozen=True)
class Draft:
    """A request with variables in `url` and `body`. `longest_value` cuts values.

    `receiver` is its id and its address without the query.
    """

    method: Method
    url: str
    receiver: tuple[str, str]
    content_type: str
    body: str
    authorization: str | None = None
    x_signature: str | None = None
    url_secret: str | None = None
    longest_value: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The variables that filling it in needs."""
        return named(self.url + self.body)

    def filled(self, facts: Facts) -> Request:
        """The request for these facts. Raises Permanent when it would be larger than anybody takes."""
        found = {name: self._cut(name, value) for name, value in values(self.names, facts).items()}
        url = _not_too_long(fill(self.url, found, "url"))
        body = "" if self.method == "GET" else fill(self.body, found, context(self.content_type))
        size = len(body.encode())
        if size > LARGEST_BODY:
            raise Permanent(f"the body would have {size} bytes, and {LARGEST_BODY} are the most")
        return Request(
            method=self.method,
            url=url,
            shown_url=fill(masked(presentable(self.url)), found, "url"),
            content_type=None if self.method == "GET" else self.content_type,
            body=body,
            authorization=self.authorization,
            x_signature=self.x_signature,
            url_secret=self.url_secret,
        )

    def _cut(self, name: str, value: Any) -> Any:
        if self.longest_value is None or VARIABLES[name].whole or value is None:
            return value
        words = in_words(value)
        return value if len(words) <= self.longest_value else f"{words[: self.longest_value - 1]}…"


def receiver(url: str) -> tuple[str, str]:
    """A receiver's id and address: the same address means the same one, whatever its query says."""
    address = url.split("?", 1)[0]
    return f"end_{digest(address)}", address


def _not_too_long(url: str) -> str:
    if len(url) > LONGEST_URL:
        raise Permanent(f"the URL would have {len(url)} characters, and {LONGEST_URL} are the most")
    return url


def context(content_type: str) -> Context:
    """How values are escaped in a body of that type."""
    media = content_type.split(";", maxsplit=1)[0].strip().casefold()
    if media.endswith(("/json", "+json")):
        return "json"
    if media == "application/x-www-form-urlencoded":
        return "url"
    return "markup" if media.endswith(("/xml", "+xml", "/html")) else "plain"


def masked(url: str) -> str:
    """An address whose query shows variables and hides what was written beside them."""
    before, mark, query = url.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&")] if mark else []
    shown = [
        f"{name}{equals}{value if not value or named(value) else MASKED}" for name, equals, value in pairs
    ]
    return before + mark + "&".join(shown)
