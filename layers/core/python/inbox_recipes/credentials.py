"""Credentials that somebody writes and nobody reads again (A16, R9).

What was written travels as a secret value for as long as it takes to put it into the secret store. Kept,
shown and compared is only that there is one, and its last characters.
"""

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, SecretStr, SerializationInfo, WithJsonSchema, model_serializer
from pydantic_core import PydanticCustomError

from inbox_recipes.inbox import Frozen
from inbox_recipes.secret_addresses import presentable
from inbox_recipes.spelling import hint

LONGEST = 4096

AUTHORIZATION = re.compile(r"[A-Za-z][A-Za-z0-9._-]* [!-~](?:[ -~]*[!-~])?")
SHARED_SECRET = re.compile(r"[!-~]{8,}")

KEPT_FIELDS = ("authorization", "x_signature", "url_secret")
"""Fields of an action that hold credentials."""


FOR_THE_STORE = {"stored": True}
"""Context of a dump that keeps the names of credentials."""


class Kept(Frozen):
    """Credentials that are kept elsewhere: `secret` is their name there, `value` what was just written."""

    set: Literal[True] = True
    hint: str = "…"
    secret: str | None = None
    value: SecretStr | None = None

    @model_serializer
    def _written_down(self, info: SerializationInfo) -> dict[str, Any]:
        """Their name in the store is written down only where recipes are (`FOR_THE_STORE`)."""
        name = {"secret": self.secret} if info.context == FOR_THE_STORE else {}
        return {"set": True, "hint": self.hint, **name}


class KeptAddress(Kept):
    """An address that is a key. `endpoint_id` is its receiver's, made when it went into the store."""

    endpoint_id: str | None = None

    @model_serializer
    def _written_down(self, info: SerializationInfo) -> dict[str, Any]:
        stored = {"secret": self.secret, "endpoint_id": self.endpoint_id}
        return {"set": True, "hint": self.hint, **(stored if info.context == FOR_THE_STORE else {})}


def _written(pattern: re.Pattern[str], wanted: str) -> Callable[[Any], Any]:
    def read(given: Any) -> Any:
        if not isinstance(given, str):
            return (
                {name: each for name, each in given.items() if name != "value"}
                if isinstance(given, dict)
                else given
            )
        if len(given) > LONGEST or not pattern.fullmatch(given):
            raise PydanticCustomError("refused", "{detail}", {"detail": wanted, "allowed": []})
        return {"hint": hint(given), "value": SecretStr(given)}

    return read


def _declared(given: Any) -> Any:
    """What is left of `true` after the action has taken the address apart is one that cannot be."""
    if given is True:
        detail = "An address that is kept secret has variables in its query only: its path is kept as it is."
        raise PydanticCustomError("refused", "{detail}", {"detail": detail, "allowed": []})
    if given is False:
        return None
    return (
        {name: each for name, each in given.items() if name != "value"} if isinstance(given, dict) else given
    )


SHOWN = {
    "type": "object",
    "properties": {"set": {"const": True}, "hint": {"type": "string"}},
    "required": ["set", "hint"],
    "additionalProperties": False,
}


def _schema(description: str, written: dict[str, Any] | None = None) -> WithJsonSchema:
    written = written or {"type": "string", "maxLength": LONGEST}
    return WithJsonSchema({"description": description, "anyOf": [written, SHOWN]})


Authorization = Annotated[
    Kept,
    BeforeValidator(
        _written(
            AUTHORIZATION,
            "This is a scheme, one space and credentials, as in 'Bearer xyz'. The scheme has letters, "
            "digits, '-', '.' and '_' and begins with a letter; the credentials are printable characters "
            "of ASCII.",
        )
    ),
    _schema("Sent as the Authorization header. Written as text, shown as that there is one and how it ends."),
]

SharedSecret = Annotated[
    Kept,
    BeforeValidator(
        _written(SHARED_SECRET, "This is 8 or more printable characters of ASCII without spaces.")
    ),
    _schema("Signs the body for x-signature. Written as text, shown as that there is one and how it ends."),
]

SecretAddress = Annotated[
    KeptAddress,
    BeforeValidator(_declared),
    _schema(
        "Whether the URL is a secret: written as true, shown as that it is one and how it ends. That of a "
        "well-known receiver, or with a key in its query, always is.",
        {"type": "boolean"},
    ),
]


def without_names(body: dict[str, Any]) -> dict[str, Any]:
    """The body of a recipe as it is shown: it does not say where its credentials are kept."""
    if "actions" not in body:
        return body
    return {**body, "actions": [_shown(action) for action in body["actions"]]}


def _shown(action: dict[str, Any]) -> dict[str, Any]:
    kept = {name: {"set": True, "hint": action[name]["hint"]} for name in KEPT_FIELDS if action.get(name)}
    address = {"url": presentable(action["url"])} if "url" in action else {}
    return {**action, **address, **kept}
