"""Sending again by hand, one delivery or all of a time, and trying a webhook out (R12)."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from inbox_recipes import ids
from inbox_recipes.actions.webhook import Webhook
from inbox_recipes.credentials import KEPT_FIELDS
from inbox_recipes.deliveries import Delivery, replayed
from inbox_recipes.errors import Conflict, InvalidInput, NotFound, Problem, Stale
from inbox_recipes.inbox import Frozen, Mention, Subject, Time
from inbox_recipes.messages import DeliveryMessage
from inbox_recipes.people import SYSTEM, Id
from inbox_recipes.ports import Deliveries, Inbox, Page, Retries, RuleBooks
from inbox_recipes.recipes import Recipe
from inbox_recipes.samples import a_sample_case, a_sample_mention
from inbox_recipes.triggers import Occurrence, OccurrenceKind
from inbox_recipes.variables import Facts

MISSED = timedelta(hours=1)
"""The message of an attempt that is later than this is not coming."""


class Trial(Frozen):
    """A webhook to try out: an action of a recipe as it is saved, or one that is not, without credentials.

    Its variables get the values of a mention of the inbox, or of a made-up one.
    """

    recipe_id: Id | None = None
    position: int | None = None
    action: Webhook | None = None
    unique_id: str | None = None

    @model_validator(mode="after")
    def _names_one(self) -> "Trial":
        if (self.recipe_id is None) == (self.action is None):
            detail = (
                "Name a saved webhook ('recipe_id', and 'position' if it has several), or give an 'action'."
            )
            raise PydanticCustomError("refused", "{detail}", {"detail": detail, "allowed": []})
        if self.action and any(getattr(self.action, name) for name in KEPT_FIELDS):
            detail = (
                "Credentials, and URLs that are keys, are only used by a saved recipe: save it, disabled if "
                "you like, and name it here."
            )
            raise PydanticCustomError(
                "refused", "{detail}", {"key": "action", "detail": detail, "allowed": []}
            )
        return self


class Selection(Frozen):
    """Which deliveries to send again: those that failed in a time, to one receiver or to all."""

    since: Time
    until: Time | None = None
    endpoint_id: str | None = None


@dataclass(frozen=True)
class Sending:
    """What sending by hand needs."""

    deliveries: Deliveries
    retries: Retries
    now: datetime

    def replay(self, delivery_id: str) -> Delivery:
        """Begin another round of attempts, same id and body; of one that is stuck, make the next attempt.

        Raises NotFound, or Conflict if it is under way.
        """
        delivery = self.deliveries.get(delivery_id)
        if delivery is None:
            raise NotFound("delivery", delivery_id)
        self.deliveries.request(delivery_id)
        if not delivery.over:
            if self.now < (delivery.next_attempt_at or delivery.updated_at) + MISSED:
                raise Conflict(
                    f"The delivery {delivery_id!r} is still under way: its next attempt is planned."
                )
            self._queue(delivery)
            return delivery
        again = replayed(delivery, self.now)
        try:
            self.deliveries.record(delivery, again, None)
        except Stale as error:
            raise Conflict(f"The delivery {delivery_id!r} has just been sent again.") from error
        self._queue(again)
        return again

    def replay_all(self, wanted: Selection, limit: int, cursor: str | None) -> Page[Delivery]:
        """The same for every delivery of the time that failed; a page of them at once.

        What somebody else has sent again meanwhile is left out, and what has nothing to send any more (R20).
        """
        page = self.deliveries.listed(
            limit,
            cursor,
            state="failed",
            endpoint_id=wanted.endpoint_id,
            since=wanted.since,
            until=wanted.until,
        )
        sent = []
        for each in page.data:
            with suppress(NotFound, Conflict):
                sent.append(self.replay(each.id))
        return Page(sent, page.next)

    def test(self, trial: Trial, token: str, rule_books: RuleBooks, inbox: Inbox) -> Delivery:
        """Send a webhook once, so that its author sees what it looks like and what comes back."""
        recipe, action = _chosen(trial, rule_books)
        mention = _mention(trial, inbox)
        kind: OccurrenceKind = (
            "case_created" if recipe and recipe.trigger.type.startswith("case") else "mention_arrived"
        )
        case = a_sample_case(mention, self.now)
        occurrence = Occurrence(
            id=f"test:{token}", kind=kind, at=self.now, mention_id=mention.unique_id,
            case_id=case.id, detail=None, actor=SYSTEM, chain=(),
        )  # fmt: skip
        subject = Subject(mention=mention, case=case)
        name = action.called
        draft = action.draft(subject, occurrence.about)
        recipe_id, recipe_name = (recipe.id, recipe.name) if recipe else ("", "")
        request = draft.filled(Facts(subject, occurrence, recipe_id, recipe_name, name))
        delivery = Delivery(
            id=ids.delivery_id(f"test_{token}", 0),
            kind="test",
            webhook=name,
            endpoint_id=draft.receiver[0],
            endpoint_url=draft.receiver[1],
            method=request.method,
            url=request.shown_url,
            recipe_id=recipe_id,
            recipe_name=recipe_name,
            run_id=None,
            position=None,
            about=occurrence.about,
            item_id=trial.unique_id,
            created_at=self.now,
            updated_at=self.now,
            next_attempt_at=self.now,
        )
        self.deliveries.create(delivery, request)
        self._queue(delivery)
        return delivery

    def _queue(self, delivery: Delivery) -> None:
        message = DeliveryMessage(
            delivery_id=delivery.id, replay=delivery.replays, attempt=delivery.attempts + 1
        )
        self.retries.send_later(message, 0)


def _chosen(trial: Trial, rule_books: RuleBooks) -> tuple[Recipe | None, Webhook]:
    if trial.action:
        return None, trial.action
    recipe = rule_books.current().recipe(trial.recipe_id or "")
    if recipe is None:
        raise NotFound("recipe", trial.recipe_id or "")
    webhooks = {place: each for place, each in enumerate(recipe.actions) if isinstance(each, Webhook)}
    place = next(iter(webhooks), None) if trial.position is None else trial.position
    if place not in webhooks:
        places = tuple(str(each) for each in webhooks)
        raise InvalidInput([Problem("/position", "There is no webhook at this place of the recipe.", places)])
    return recipe, webhooks[place]


def _mention(trial: Trial, inbox: Inbox) -> Mention:
    if trial.unique_id is None:
        return a_sample_mention()
    found = inbox.mentions([trial.unique_id]).get(trial.unique_id)
    if found is None:
        raise NotFound("mention", trial.unique_id)
    return found
