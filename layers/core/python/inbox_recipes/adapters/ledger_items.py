"""How lines, runs, claims, waits, messages, surveys and acts are stored in the Ledger."""

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import Item
from inbox_recipes.clock import stamp
from inbox_recipes.feedback import CaseSurvey, Wording
from inbox_recipes.handling import DAYS_KEPT, Handled
from inbox_recipes.history import Line
from inbox_recipes.moderations import Moderation
from inbox_recipes.notifications import Counted
from inbox_recipes.outbox import OutboxItem
from inbox_recipes.runs import Claim, Run, Wait


def counted_item(counted: Counted, expires_at: int) -> Item:
    """An item that waits for a notification, as an item of the Ledger."""
    key = keys.counted(counted.recipe_id, counted.position, counted.at, counted.run_id)
    return {**key, "entity": "counted", "counted": counted.model_dump_json(), "expires_at": expires_at}


def outbox_item(item: OutboxItem, expires_at: int) -> Item:
    """A message to a customer as an item of the Ledger."""
    return {
        **keys.outbox(item.id),
        "entity": "outbox",
        "item": item.model_dump_json(),
        "revision": item.revision,
        "list_key": f"outbox#{item.state}",
        "list_at": f"{stamp(item.date.added)}#{item.id}",
        "expires_at": expires_at,
    }


def history_item(line: Line, expires_at: int) -> Item:
    """A history line as an item of the Ledger."""
    key = keys.history(line.log, line.item_id, line.entry.id)
    return {**key, "entity": "history", "entry": line.entry.model_dump_json(), "expires_at": expires_at}


def handled_item(contact_id: str, act: Handled) -> Item:
    """Who took care of a contact, as an item of the Ledger, for as long as anybody looks back."""
    key = keys.handled(contact_id, stamp(act.at), f"{act.about}#{act.item_id}#{act.revision:06d}")
    expires_at = keys.expiry(act.at, DAYS_KEPT)
    return {**key, "entity": "handled", "handled": act.model_dump_json(), "expires_at": expires_at}


def survey_item(kept: CaseSurvey, expires_at: int) -> Item:
    """A survey as an item of the Ledger, found by its id and by the day it was asked."""
    asked_at = kept.survey.asked_at
    return {
        **keys.survey(kept.survey.id),
        "entity": "survey",
        "survey": kept.model_dump_json(),
        "list_key": f"survey#{stamp(asked_at)[:10]}",
        "list_at": f"{stamp(asked_at)}#{kept.survey.id}",
        "expires_at": expires_at,
    }


def wording_item(survey_id: str, wording: Wording, expires_at: int) -> Item:
    """What a survey asked, as an item of the Ledger."""
    key = keys.survey_wording(survey_id)
    return {**key, "entity": "wording", "wording": wording.model_dump_json(), "expires_at": expires_at}


def run_item(run: Run, history_days: int) -> Item:
    """A run as an item of the Ledger, without its claims; kept from the end of its wait on."""
    return {
        **keys.run(run.run_id),
        "entity": "run",
        "run": run.model_dump_json(exclude={"claims"}),
        "list_key": f"run#{stamp(run.started_at)[:10]}",
        "list_at": f"{stamp(run.started_at)}#{run.run_id}",
        "expires_at": keys.expiry(max(run.started_at, run.waits_until or run.started_at), history_days),
    }


def claim_item(run_id: str, claim: Claim, expires_at: int) -> Item:
    """A claim as an item of the Ledger."""
    return {
        **keys.claim(run_id, claim.position),
        "entity": "claim",
        "claim": claim.model_dump_json(),
        "state": claim.state,
        "attempts": claim.attempts,
        "expires_at": expires_at,
    }


def wait_item(wait: Wait, expires_at: int) -> Item:
    """A wait as an item of the Ledger, listed by its time while it is armed."""
    armed = wait.state == "armed"
    return {
        **keys.wait(wait.wait_id),
        "entity": "wait",
        "wait": wait.model_dump_json(),
        "revision": wait.revision,
        "expires_at": expires_at,
        "recipe_id": wait.recipe_id,
        "case_id": wait.case_id,
        "list_key": "wait#armed" if armed else None,
        "list_at": f"{stamp(wait.due_at)}#{wait.wait_id}" if armed else None,
    }


def moderation_item(act: Moderation, expires_at: int) -> Item:
    """An act of moderation as an item of the Ledger, found by the day of its beginning."""
    return {
        **keys.moderation(act.id),
        "entity": "moderation",
        "moderation": act.model_dump_json(),
        "revision": act.revision,
        "state": act.state,
        "topic_id": act.topic_id,
        "recipe_id": act.by.id if act.by.kind == "recipe" else None,
        "list_key": f"moderation#{stamp(act.created_at)[:10]}",
        "list_at": f"{stamp(act.created_at)}#{act.id}",
        "expires_at": expires_at,
    }
