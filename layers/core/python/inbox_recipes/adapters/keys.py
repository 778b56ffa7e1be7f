"""Every key of the three tables in one place."""

from datetime import UTC, datetime, timedelta
from typing import Any

from inbox_recipes.clock import stamp

STATE = "STATE"


def mention(unique_id: str) -> dict[str, str]:
    """A mention's item in the Inbox."""
    return {"pk": f"MENTION#{unique_id}", "sk": STATE}


def case(case_id: str) -> dict[str, str]:
    """A case's item in the Inbox."""
    return {"pk": f"CASE#{case_id}", "sk": STATE}


def link(case_id: str, listed_at: str, unique_id: str) -> dict[str, str]:
    """The mark that a mention is in a case: lists a case's mentions, oldest first."""
    return {"pk": f"CASE#{case_id}", "sk": f"MENTION#{listed_at}#{unique_id}"}


def profile(service: str, author_id: str) -> dict[str, str]:
    """A social profile in the Inbox: its contact and its open case."""
    return {"pk": f"PROFILE#{service}#{author_id}", "sk": STATE}


def contact(contact_id: str) -> dict[str, str]:
    """A contact in the Inbox."""
    return {"pk": f"CONTACT#{contact_id}", "sk": STATE}


def turn(kind: str, assignee_id: str) -> dict[str, str]:
    """When a user or a team last had a turn, in the Inbox."""
    return {"pk": f"TURN#{kind}#{assignee_id}", "sk": STATE}


def handled(contact_id: str, at: str, change: str) -> dict[str, str]:
    """Who took care of a contact, in the Ledger: a contact's acts sort by time."""
    return {"pk": f"CONTACT#{contact_id}", "sk": f"HANDLED#{at}#{change}"}


def case_of(contact_id: str, listed_at: str, case_id: str) -> dict[str, str]:
    """The mark that a case is a contact's: lists a contact's cases by when they were opened."""
    return {"pk": f"CONTACT#{contact_id}", "sk": f"CASE#{listed_at}#{case_id}"}


def case_numbers() -> dict[str, str]:
    """The count of all cases, in the Inbox."""
    return {"pk": "NUMBERS#CASE", "sk": STATE}


def history(log: str, item_id: str, entry_id: str) -> dict[str, str]:
    """A history line in the Ledger: a log's lines sort by time."""
    return {"pk": f"{log.upper()}#{item_id}", "sk": f"HISTORY#{entry_id}"}


def run(run_id: str) -> dict[str, str]:
    """A run in the Ledger."""
    return {"pk": f"RUN#{run_id}", "sk": STATE}


def claim(run_id: str, position: int) -> dict[str, str]:
    """The claim of a run's action in the Ledger, beside its run."""
    return {"pk": f"RUN#{run_id}", "sk": f"ACTION#{position:02d}"}


def once(recipe_id: str, occurrence_id: str) -> dict[str, str]:
    """The mark that a recipe has acted on an occurrence, at whatever version."""
    return {"pk": f"ONCE#{recipe_id}#{occurrence_id}", "sk": STATE}


def wait(wait_id: str) -> dict[str, str]:
    """A wait in the Ledger."""
    return {"pk": f"WAIT#{wait_id}", "sk": STATE}


def delivery(delivery_id: str) -> dict[str, str]:
    """How a delivery stands, in the Ledger."""
    return {"pk": f"DELIVERY#{delivery_id}", "sk": STATE}


def delivery_request(delivery_id: str) -> dict[str, str]:
    """What a delivery sends, in the Ledger."""
    return {"pk": f"DELIVERY#{delivery_id}", "sk": "REQUEST"}


def delivery_attempt(delivery_id: str, number: int) -> dict[str, str]:
    """One attempt of a delivery, in the Ledger: they sort by number."""
    return {"pk": f"DELIVERY#{delivery_id}", "sk": f"ATTEMPT#{number:06d}"}


def moderation(moderation_id: str) -> dict[str, str]:
    """An act of moderation, in the Ledger."""
    return {"pk": f"MODERATION#{moderation_id}", "sk": STATE}


def moderation_due(moderation_id: str) -> dict[str, str]:
    """The mark that something is due in an act of moderation, beside it."""
    return {"pk": f"MODERATION#{moderation_id}", "sk": "DUE"}


def flow_due(case_id: str) -> dict[str, str]:
    """The mark that a flow is under way in a case, in the Ledger; a case's own place there is its history."""
    return {"pk": f"FLOW#{case_id}", "sk": "DUE"}


def receiver(endpoint_id: str) -> dict[str, str]:
    """A receiver of webhooks, in the Ledger."""
    return {"pk": f"RECEIVER#{endpoint_id}", "sk": STATE}


def survey(survey_id: str) -> dict[str, str]:
    """A survey of a case as it stands, in the Ledger."""
    return {"pk": f"SURVEY#{survey_id}", "sk": STATE}


def survey_wording(survey_id: str) -> dict[str, str]:
    """What a survey asked, in the Ledger."""
    return {"pk": f"SURVEY#{survey_id}", "sk": "WORDING"}


def outbox(item_id: str) -> dict[str, str]:
    """A message to a customer, in the Ledger."""
    return {"pk": f"OUTBOX#{item_id}", "sk": STATE}


def mark(of: str, at: str, item_id: str) -> dict[str, str]:
    """That a conversation or contact was written to, in the Ledger: they sort by time."""
    return {"pk": f"WRITTEN#{of}", "sk": f"{at}#{item_id}"}


STANDINGS = "STANDING"


def standing(profile_id: str) -> dict[str, str]:
    """What a platform has said about the calls of a profile, in the Ledger: all of them side by side."""
    return {"pk": STANDINGS, "sk": profile_id}


def budget(setting: str, of: str, hour: str) -> dict[str, str]:
    """The counter of a budget in the Ledger: whose it is, in one hour."""
    return {"pk": f"BUDGET#{setting}#{of}", "sk": hour}


COUNTED = "ITEM#"


def tray(recipe_id: str, position: int) -> dict[str, str]:
    """Where the notifications of an action stand, in the Ledger."""
    return {"pk": f"NOTIFY#{recipe_id}#{position:02d}", "sk": STATE}


def counted(recipe_id: str, position: int, at: datetime, run_id: str) -> dict[str, str]:
    """An item that waits for the next notification of an action, beside its tray."""
    return {"pk": tray(recipe_id, position)["pk"], "sk": f"{COUNTED}{stamp(at)}#{run_id}"}


def device(user_id: str, device_id: str) -> dict[str, str]:
    """A device of a user, in the Recipes table."""
    return {"pk": f"DEVICES#{user_id}", "sk": device_id}


def endpoint(arn: str) -> dict[str, str]:
    """Whose device an endpoint is, in the Recipes table."""
    return {"pk": f"ENDPOINT#{arn}", "sk": STATE}


def events(hour: str, page: str) -> dict[str, str]:
    """A page of event records in the Ledger, found by the hour in which it was written."""
    return {"pk": f"EVENTS#{hour}", "sk": page}


def quarantine(day: str, sequence: str) -> dict[str, str]:
    """A record in the Ledger that could not be evaluated."""
    return {"pk": f"QUARANTINE#{day}", "sk": sequence}


def rule_book() -> dict[str, str]:
    """The head of the rule book in the Recipes table: its revision, and nothing that makes it larger."""
    return {"pk": "BOOK", "sk": "REVISION"}


def recipe_order() -> dict[str, str]:
    """The order of the recipes, in the Recipes table."""
    return {"pk": "BOOK", "sk": "ORDER"}


def change(revision: int) -> dict[str, str]:
    """What one revision of the rule book changed, in the Recipes table."""
    return {"pk": "CHANGES", "sk": f"{revision:012d}"}


def member(kind: str, member_id: str) -> dict[str, str]:
    """A recipe, topic, team, ... as it is now, in the Recipes table."""
    return {"pk": kind.upper(), "sk": member_id}


def availability(user_id: str) -> dict[str, str]:
    """Whether a user takes new work, in the Recipes table, beside the rule book."""
    return {"pk": "AVAILABILITY", "sk": user_id}


def version(kind: str, member_id: str, number: int) -> dict[str, str]:
    """A member at one version, in the Recipes table; the last of a deleted one too."""
    return {"pk": f"VERSIONS#{kind}#{member_id}", "sk": f"{number:09d}"}


def erasure(contact_id: str) -> dict[str, str]:
    """How far the erasing of a contact is, in the Ledger."""
    return {"pk": f"ERASURE#{contact_id}", "sk": STATE}


def sweep() -> dict[str, str]:
    """How far the sweeper has come, in the Ledger."""
    return {"pk": "SWEEP", "sk": STATE}


def expiry(at: datetime, days: int) -> int:
    """When DynamoDB may forget an item, in epoch seconds."""
    return int((at + timedelta(days=days)).timestamp())


def is_kept(item: dict[str, Any]) -> bool:
    """Whether an item has not expired; DynamoDB takes it away up to two days later (R20)."""
    expires_at = item.get("expires_at")
    return expires_at is None or bool(expires_at > datetime.now(UTC).timestamp())
