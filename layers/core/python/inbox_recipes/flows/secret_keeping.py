"""Credentials that come in with a recipe go into the secret store before the recipe is written (A16, R9).

A recipe that is sent back as it was shown keeps its credentials, unless its webhook now goes somewhere else:
whoever may edit a recipe must not be able to have somebody's credentials sent to an address of their own.

An address that is a key is kept in the same way. Its receiver's id is made here: nobody can read it again.
"""

from collections.abc import Iterator
from typing import Any, Self

from inbox_recipes.actions.webhook import Webhook
from inbox_recipes.credentials import KEPT_FIELDS, Kept, KeptAddress
from inbox_recipes.errors import InvalidInput, Problem
from inbox_recipes.inbox import Frozen
from inbox_recipes.ports import SecretStore
from inbox_recipes.recipes import RecipeDefinition
from inbox_recipes.secret_addresses import is_key
from inbox_recipes.web_addresses import local, origin


class Keeping:
    """The credentials of one change. What was put into the store is taken out again if the change fails."""

    def __init__(self, store: SecretStore) -> None:
        self._store = store
        self._kept: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if error is not None:
            for name in self._kept.values():
                self._store.forget(name)
        self._kept.clear()

    def kept(self, model: Frozen, known_body: Any = None) -> Frozen:
        """The model with all its credentials in the store. It may go on with those of a body that is known.

        Raises InvalidInput for credentials that are only hinted at and were not there before.
        """
        if not isinstance(model, RecipeDefinition):
            return model
        known = list(_known(known_body))
        actions = [
            self._action(action, index, known) if isinstance(action, Webhook) else action
            for index, action in enumerate(model.actions)
        ]
        return model.model_copy(update={"actions": tuple(actions)})

    def _action(self, action: Webhook, index: int, known: list[tuple[int, Webhook]]) -> Webhook:
        if action.url_secret is None and is_key(action.url):
            detail = "This address is a key and is kept as it is: it has variables in its query only."
            raise InvalidInput([Problem(f"/actions/{index}/url", detail)])
        changed = {
            name: self._one(getattr(action, name), name, action, index, known)
            for name in KEPT_FIELDS
            if getattr(action, name)
        }
        return action.model_copy(update=changed)

    def _one(
        self, kept: Kept, name: str, action: Webhook, index: int, known: list[tuple[int, Webhook]]
    ) -> Kept:
        if kept.value is not None:
            return self._stored(kept)
        there = sorted(known, key=lambda each: (each[1].name != action.name, abs(each[0] - index)))
        olds = [old for _, old in there if origin(old.url) == origin(action.url)]
        for old in [getattr(each, name) for each in olds]:
            if old and old.hint == kept.hint and kept.secret in (None, old.secret):
                return self._stored(old) if old.value else old
        words = (
            "Credentials with this hint are not" if name != "url_secret" else "An address that ends so is not"
        )
        detail = f"{words} kept for {origin(action.url)}: write them again."
        raise InvalidInput([Problem(f"/actions/{index}/{'url' if name == 'url_secret' else name}", detail)])

    def _stored(self, kept: Kept) -> Kept:
        """What was written, put into the store: once, however often it stands in the recipe."""
        if kept.value is None:
            raise ValueError("Only what was just written is put into the store.")
        text = kept.value.get_secret_value()
        if text not in self._kept:
            self._kept[text] = self._store.keep(text)
        stored: dict[str, Any] = {"hint": kept.hint, "secret": self._kept[text]}
        if not isinstance(kept, KeptAddress):
            return Kept(**stored)
        return KeptAddress(**stored, endpoint_id=f"end_{self._store.fingerprint(text.partition('?')[0])}")


def out_of_reach(model: Frozen, *, reaches_loopback: bool) -> list[Problem]:
    """Webhooks to the machine's own address, which nothing but the local stack can reach."""
    if reaches_loopback or not isinstance(model, RecipeDefinition):
        return []
    detail = "This address is the machine's own: only a local stack sends webhooks there."
    return [
        Problem(f"/actions/{index}/url", detail)
        for index, action in enumerate(model.actions)
        if isinstance(action, Webhook) and local(action.url)
    ]


def _known(body: Any) -> Iterator[tuple[int, Webhook]]:
    """The webhooks of a body, with their places."""
    for place, action in enumerate((body or {}).get("actions", ())):
        if action.get("type") == "webhook":
            yield place, Webhook.model_validate(action)
