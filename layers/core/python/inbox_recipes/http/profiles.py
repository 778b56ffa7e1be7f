"""Connected profiles: their secrets go into the secret store when written, and never come out (R9)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import Field, SecretStr, StringConstraints

from inbox_recipes.clock import stamp
from inbox_recipes.configuration import KINDS, Stored
from inbox_recipes.errors import InvalidInput, Problem
from inbox_recipes.http.members import Members, editor, shown
from inbox_recipes.http.paging import listing, part_of
from inbox_recipes.http.request import Answer, Request, versioned
from inbox_recipes.profiles import SECRETS, SIGNING, ConnectedProfile, Credential, ProfileSettings, Standing
from inbox_recipes.spelling import hint
from inbox_recipes.validation import validated

Secret = Annotated[SecretStr, StringConstraints(min_length=1, max_length=4096)]


class ProfileBody(ProfileSettings):
    """A profile as it is sent. What is not among the credentials stays; `null` takes one away.

    X's `api_key` and `access_token_secret` are given both, beside the other two, or neither.
    """

    credentials: Annotated[dict[str, Secret | Credential | None], Field(max_length=10)] = Field(
        default_factory=dict
    )


class Profiles(Members):
    """The requests about profiles: those about any member, with the secrets kept apart."""

    def __init__(self) -> None:
        super().__init__(KINDS["profile"])

    def all(self, request: Request) -> Answer:
        """A page of the profiles, by id."""
        profiles = request.services.configuration.of_kind("profile")
        standings = request.services.standings.all()
        return listing(
            request,
            lambda limit, cursor: part_of(profiles, lambda profile: profile.id, limit, cursor),
            lambda profile: _shown(profile, standings.get(profile.id, Standing()), request.services.now()),
        )

    def create(self, request: Request) -> Answer:
        """A new profile whose id is made here."""
        return self._create(request, self.kind.id_prefix + request.services.token())

    def get(self, request: Request) -> Answer:
        """One profile, told in full each time: whether it has expired is for the clock to say."""
        stored = request.services.configuration.get("profile", request.path["id"])
        return versioned(self.show(request, stored), stored.version)

    def put(self, request: Request) -> Answer:
        """A profile's next version, or with `If-None-Match: *` a new one with the caller's id."""
        profile_id = request.path["id"]
        if request.creates:
            return self._create(request, profile_id)
        seen, before = request.seen(), request.services.configuration.get("profile", profile_id)
        known = ConnectedProfile.model_validate(before.body)
        with _Keeping(request, known) as keeping:
            based_on = before.version if seen is None else seen
            stored = editor(request).replace(self.kind, profile_id, keeping.body, based_on)
        return versioned(self.show(request, stored), stored.version)

    def delete(self, request: Request) -> Answer:
        """End a profile, and its secrets with it."""
        before = request.services.configuration.get("profile", request.path["id"])
        answer = super().delete(request)
        for each in ConnectedProfile.model_validate(before.body).credentials.values():
            request.services.secrets.forget(each.secret or "")
        return answer

    def show(self, request: Request, stored: Stored) -> dict[str, Any]:
        """A profile with whether messages come and go by it; not where its secrets are."""
        return _shown(stored, request.services.standings.of(stored.id), request.services.now())

    def _create(self, request: Request, profile_id: str) -> Answer:
        with _Keeping(request, None) as keeping:
            stored = editor(request).create(self.kind, profile_id, keeping.body)
        return self._created(request, stored)


def _shown(stored: Stored, standing: Standing, now: datetime) -> dict[str, Any]:
    profile = ConnectedProfile.model_validate(stored.body)
    held = standing.held_until if standing.held_until and standing.held_until > now else None
    return {
        **shown(stored),
        "credentials": {name: {"set": True, "hint": each.hint} for name, each in profile.credentials.items()},
        "status": profile.status_at(now, standing),
        "held_until": stamp(held) if held else None,
    }


class _Keeping:
    """The secrets of one change: kept before it is written, and those that nothing names any more forgotten.

    Every secret that is written has a name of its own, so what reads a profile finds the secrets of the
    version that it has read. Nothing here reads a secret.
    """

    def __init__(self, request: Request, before: ConnectedProfile | None) -> None:
        self._request = request
        self._before = before
        self._kept: list[str] = []
        self.body: dict[str, Any] = {}

    def __enter__(self) -> Self:
        posted = self._request.json()
        given = validated(ProfileBody, posted)
        old = self._before.credentials if self._before and self._before.service == given.service else {}
        problems = [each for name in given.credentials if (each := _fault(name, given, old))]
        removed = {name for name, each in given.credentials.items() if each is None}
        problems = problems or _unsigned({*old, *given.credentials} - removed)
        if problems:
            raise InvalidInput(problems)
        credentials = {
            **old,
            **{name: self._keep(each, old.get(name)) for name, each in given.credentials.items()},
        }
        kept = {name: each.model_dump() for name, each in sorted(credentials.items()) if each is not None}
        self.body = {**posted, "credentials": kept}
        return self

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        before = self._before.credentials if self._before else {}
        named = {each["secret"] for each in self.body.get("credentials", {}).values()}
        old = [each.secret for each in before.values() if each.secret and each.secret not in named]
        for name in self._kept if failed else old:
            self._request.services.secrets.forget(name)

    def _keep(self, given: SecretStr | Credential | None, old: Credential | None) -> Credential | None:
        if not isinstance(given, SecretStr):
            return old if given is not None else None
        text = given.get_secret_value()
        name = self._request.services.secrets.keep(text)
        self._kept.append(name)
        return Credential(hint=hint(text), secret=name)


def _unsigned(names: set[str]) -> list[Problem]:
    """What calls of X cannot be signed without, when they are to be (OAuth 1.0a)."""
    if names.isdisjoint(SIGNING):
        return []
    detail = (
        "Signed calls (OAuth 1.0a) need this one too; without api_key and access_token_secret none is signed."
    )
    return [Problem(f"/credentials/{name}", detail) for name in SECRETS["twitter"] if name not in names]


def _fault(name: str, given: ProfileBody, old: Mapping[str, Credential]) -> Problem | None:
    if name not in SECRETS[given.service]:
        return Problem(
            f"/credentials/{name}", f"{given.service} has no such credential.", SECRETS[given.service]
        )
    if isinstance(given.credentials[name], Credential) and name not in old:
        return Problem(f"/credentials/{name}", "This credential is not set: write it as text.")
    return None
