"""Send the mention, or the case and the mention, to the team's application (rows 51, 92, 102, 105-120)."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from inbox_recipes.actions.base import ARRIVALS, CASE_UPDATES, Action, Offer, known_variables, offers
from inbox_recipes.credentials import Authorization, KeptAddress, SecretAddress, SharedSecret
from inbox_recipes.effects import Call, Effect
from inbox_recipes.inbox import Object, Subject
from inbox_recipes.people import Name
from inbox_recipes.presets import PRESETS
from inbox_recipes.secret_addresses import hint_in, is_key, sealed, whole
from inbox_recipes.templates import fill, named, nearest, unknown
from inbox_recipes.triggers import Trigger
from inbox_recipes.variables import VARIABLES
from inbox_recipes.web_addresses import host, refusal
from inbox_recipes.webhook_requests import Draft, Method, context, receiver

JSON_TYPE = "application/json"
CONTENT_TYPE = (
    r"^[A-Za-z0-9!#$&^_.+-]{1,80}/[A-Za-z0-9!#$&^_.+-]{1,80}(?:; ?[A-Za-z0-9-]{1,40}=[A-Za-z0-9._-]{1,40})*$"
)
LONGEST_URL = 2048
WHOLE = {"mention": "[mention]", "case": '{"case":[case],"mention":[mention]}'}
"""The automatic bodies (A17, rows 102, 115)."""


def _refused(detail: str, key: str = "", allowed: tuple[str, ...] = ()) -> PydanticCustomError:
    return PydanticCustomError(
        "refused", "{detail}", {"key": key, "detail": detail, "allowed": list(allowed)}
    )


def _web_address(url: str) -> str:
    detail = refusal(url)
    if detail:
        raise _refused(detail)
    return known_variables(url)


def _variable(given: str) -> str:
    name = given.removeprefix("[").removesuffix("]")
    if name not in VARIABLES:
        near = nearest(name)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        raise _refused(f"There is no variable {name!r}.{meant}", allowed=near or tuple(VARIABLES))
    return name


Variable = Annotated[str, AfterValidator(_variable)]


class Webhook(Action):
    """A signed request. `name` is what the history shows (row 109), `description` stays inside (row 111).

    What it says is one of: chosen `variables` (row 116), a `body` with variables in brackets, a `preset`, or
    else the whole mention. On case updates it is a POST of the whole mention or case, or a preset.

    A URL that is a key (`url_secret`) is taken apart as soon as it comes in: `url` is what people see of it.
    """

    type: Literal["webhook"]
    name: Name | None = None
    description: Annotated[str, StringConstraints(max_length=1000)] = ""
    method: Method = "POST"
    url: Annotated[str, StringConstraints(max_length=LONGEST_URL), AfterValidator(_web_address)]
    url_secret: SecretAddress | None = None
    content_type: Annotated[str, StringConstraints(pattern=CONTENT_TYPE)] = JSON_TYPE
    authorization: Authorization | None = None
    x_signature: SharedSecret | None = None
    variables: Annotated[tuple[Variable, ...], Field(max_length=len(VARIABLES))] = ()
    body: (
        Annotated[str, StringConstraints(min_length=1, max_length=20_000), AfterValidator(known_variables)]
        | None
    ) = None
    preset: Literal["slack", "teams", "mattermost", "discord", "zapier"] | None = None
    offered_on: ClassVar[frozenset[Offer]] = ARRIVALS | CASE_UPDATES
    effect_class: ClassVar[Literal["A", "B", "C", "wait"]] = "B"

    @model_validator(mode="before")
    @classmethod
    def _takes_apart(cls, given: Any) -> Any:
        """A URL that is wrong stays as it is: its own check says what is wrong."""
        url = given.get("url") if isinstance(given, dict) else None
        if not isinstance(url, str) or len(url) > LONGEST_URL or refusal(url) or unknown(url):
            return given
        declared, seen = given.get("url_secret"), hint_in(url)
        if seen:
            known = declared if isinstance(declared, dict) else {}
            return {**given, "url_secret": {**known, "hint": seen}}
        apart = sealed(url) if declared is True or isinstance(declared, dict) or is_key(url) else None
        if apart is None:
            return given
        kept = KeptAddress(hint=hint_in(apart.shown) or "…", value=SecretStr(apart.secret))
        return {**given, "url": apart.shown, "url_secret": kept}

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Webhook":
        said = [name for name in ("variables", "body", "preset") if getattr(self, name)]
        if len(said) > 1:
            raise _refused(f"A webhook has one of {' and '.join(said)}.", said[1])
        if self.method == "GET":
            for name in ("body", "preset", "x_signature"):
                if getattr(self, name):
                    raise _refused("A GET has no body: choose variables, or send a POST.", name)
        if self.preset and self.content_type != JSON_TYPE:
            raise _refused(f"A preset is {JSON_TYPE}.", "content_type")
        if self.variables and context(self.content_type) == "markup" and self.method == "POST":
            raise _refused(
                "Chosen variables make JSON, a form or plain text; for XML and HTML write a body.", "body"
            )
        self._check_json()
        return self

    def _check_json(self) -> None:
        if self.body is None or context(self.content_type) != "json":
            return
        try:
            json.loads(fill(self.body, dict.fromkeys(named(self.body)), "json"))
        except ValueError as error:
            raise _refused(f"With its variables put in, this is not JSON: {error}.", "body") from error

    def misplaced(self, trigger: Trigger) -> Iterator[tuple[str, str]]:
        """On case updates less is asked (row 110); elsewhere a name is needed (row 109)."""
        if not set(offers(trigger)) <= CASE_UPDATES:
            if self.name is None:
                yield "name", "A webhook on new mentions or cases has a name, which the history shows."
            return
        if self.method == "GET":
            yield "method", "A webhook on a case update is a POST."
        if self.content_type != JSON_TYPE:
            yield "content_type", f"A webhook on a case update is {JSON_TYPE}."
        for name in ("variables", "body"):
            if getattr(self, name):
                yield (
                    name,
                    "A webhook on a case update has the whole mention or case as its body, or a preset.",
                )

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """What to send, with its variables still in it."""
        return Call(name=self.called, draft=self.draft(subject, about), subject=subject)

    def draft(self, subject: Subject, about: Object) -> Draft:
        """A recipe about a case sends the case with the mention (row 102)."""
        of: Object = "mention" if about == "mention" and subject.mention else "case"
        preset = PRESETS[self.preset] if self.preset else None
        url = self._with_query() if self.method == "GET" else self.url
        kept = self.url_secret
        return Draft(
            method=self.method,
            url=whole(kept.value.get_secret_value(), url) if kept and kept.value else url,
            url_secret=kept.secret if kept else None,
            receiver=self.receiver,
            content_type=self.content_type,
            body=preset.template(of) if preset else self._body(of),
            authorization=self.authorization.secret if self.authorization else None,
            x_signature=self.x_signature.secret if self.x_signature else None,
            longest_value=preset.longest_value if preset else None,
        )

    @property
    def called(self) -> str:
        """Its name, or else its host's."""
        return self.name or host(self.url)

    @property
    def receiver(self) -> tuple[str, str]:
        """The receiver's id, and its address as people see it (R13)."""
        kept = self.url_secret
        if kept is None:
            return receiver(self.url)
        address = self.url.partition("?")[0]
        if kept.value:  # of a recipe that was written before such addresses were kept elsewhere (R24)
            return receiver(kept.value.get_secret_value())[0], address
        return kept.endpoint_id or "", address

    def _body(self, of: Object) -> str:
        if self.body is not None:
            return self.body
        if not self.variables:
            return WHOLE[of]
        match context(self.content_type):
            case "json":
                return "{" + ",".join(f'"{name}":[{name}]' for name in self.variables) + "}"
            case "url":
                return self._pairs()
            case _:
                return "\n".join(f"{name}: [{name}]" for name in self.variables)

    def _with_query(self) -> str:
        """The chosen variables as query parameters (A15)."""
        mark = "&" if "?" in self.url else "?"
        return self.url + mark + self._pairs() if self.variables else self.url

    def _pairs(self) -> str:
        return "&".join(f"{name}=[{name}]" for name in self.variables)
