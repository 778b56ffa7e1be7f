"""Every route of the API in one table: what it takes and gives, which scope it needs, who answers.

The router, the OpenAPI file and the test of the template's routes and scopes all read these rows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from inbox_recipes.configuration import KINDS, KindName
from inbox_recipes.contact_edits import ContactPatch
from inbox_recipes.devices import DeviceRegistration
from inbox_recipes.filters.query import FilterText
from inbox_recipes.flows.cases import LinkedMentions, NewCase
from inbox_recipes.flows.contacts import Merge
from inbox_recipes.flows.explain import Explanation
from inbox_recipes.flows.export import Exported
from inbox_recipes.flows.moderating_by_hand import ModerationDecision, NewModeration, Objection
from inbox_recipes.flows.notes import NewNote, NotePatch
from inbox_recipes.flows.replays import Selection, Trial
from inbox_recipes.flows.replies import NewReply
from inbox_recipes.history import ToldEntry
from inbox_recipes.http import (
    account,
    bulk,
    cases,
    catalog,
    contacts,
    deliveries,
    devices,
    feedback,
    filters,
    inbox,
    moderation,
    notes,
    outbox,
    personal_data,
    profiles,
    recipes,
    replies,
    runs,
    schedules,
    selection,
    shapes,
    signing_keys,
    surveys,
    users,
    waits,
)
from inbox_recipes.http.members import Members
from inbox_recipes.http.request import Answer, Request
from inbox_recipes.inbox import Case, Contact, Frozen, IncomingMention, Mention, Note
from inbox_recipes.outbox import Decision, OutboxItem, OutboxPatch, Settlement
from inbox_recipes.patches import CasePatch, MentionPatch
from inbox_recipes.roles import Permission
from inbox_recipes.runs import Run, Wait
from inbox_recipes.signing_keys import LiveKeys, Rotated, Rotation

Scope = Literal[
    "inbox-recipes/recipes.read",
    "inbox-recipes/recipes.write",
    "inbox-recipes/inbox.read",
    "inbox-recipes/inbox.write",
    "inbox-recipes/mentions.write",
]
READ_RECIPES: Scope = "inbox-recipes/recipes.read"
WRITE_RECIPES: Scope = "inbox-recipes/recipes.write"
READ_INBOX: Scope = "inbox-recipes/inbox.read"
WRITE_INBOX: Scope = "inbox-recipes/inbox.write"
WRITE_MENTIONS: Scope = "inbox-recipes/mentions.write"
BY_SCOPE: dict[Scope, Permission] = {
    READ_RECIPES: "recipes.read",
    WRITE_RECIPES: "recipes.write",
    READ_INBOX: "inbox.read",
    WRITE_INBOX: "inbox.write",
    WRITE_MENTIONS: "mentions.write",
}
NEEDED_TO_CHANGE: dict[KindName, Permission] = {
    "schedule": "schedules.write",
    "user": "directory.write",
    "team": "directory.write",
    "role": "directory.write",
    "profile": "directory.write",
}
"""What a person's role must hold to change a kind where `recipes.write` does not do."""


@dataclass(frozen=True)
class Operation:
    """One method of one path. `answers` is nothing where the ingest function answers.

    Without a scope no login is asked for: a platform's signature tells who calls, or a link who may answer
    a survey. `needs` is what a person's role must hold where that is finer than the scope. A `page` is
    HTML, for a browser.
    `statuses` are those of success. `version` says what the version is for: a single thing read has
    one, a change needs one, and a creation makes one.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    scope: Scope | None
    summary: str
    answers: Callable[[Request], Answer] | None
    gives: Any = None
    takes: Any = None
    listed: bool = False
    query: tuple[str, ...] = ()
    version: Literal["read", "changed", "changed or created", "created", "optional"] | None = None
    statuses: tuple[int, ...] = (200,)
    needs: Permission | None = None
    page: bool = False

    @property
    def permission(self) -> Permission:
        """What a person's role must hold. Raises LookupError where nobody logs in."""
        if self.scope is None:
            raise LookupError(f"{self.method} {self.path} asks for no login")
        return self.needs or BY_SCOPE[self.scope]

    @property
    def tag(self) -> str:
        """The first part of the path: groups operations in the documentation."""
        return self.path.split("/")[1]


SHOWN: dict[KindName, type[shapes.Member]] = {
    "recipe": shapes.RecipeMember,
    "saved_filter": shapes.SavedFilterMember,
    "schedule": shapes.ScheduleMember,
    "topic": shapes.TopicMember,
    "user": shapes.UserMember,
    "team": shapes.TeamMember,
    "category": shapes.CategoryMember,
    "role": shapes.RoleMember,
    "profile": shapes.ProfileMember,
    "response": shapes.ResponseMember,
}

TAKEN: dict[KindName, type[Frozen]] = {
    "recipe": shapes.RecipeBody,
    "saved_filter": shapes.SavedFilterBody,
    "profile": profiles.ProfileBody,
}
"""What is sent of a kind, where it is more than its model."""

OWN_REQUESTS: dict[KindName, Callable[[], Members]] = {
    "recipe": recipes.Recipes,
    "user": users.Users,
    "profile": profiles.Profiles,
}
"""Kinds that are not quite shown, or written, as the others."""


def _of_each_kind() -> Iterator[Operation]:
    for kind in KINDS.values():
        if kind.single:
            continue
        members = OWN_REQUESTS[kind.name]() if kind.name in OWN_REQUESTS else Members(kind)
        query = ("waits",) if kind.name == "recipe" else ()
        shown, taken = SHOWN[kind.name], TAKEN.get(kind.name, kind.model)
        many, one = f"/{kind.route}", f"/{kind.route}/{{id}}"
        words, needs = kind.words, NEEDED_TO_CHANGE.get(kind.name)
        yield Operation("GET", many, READ_RECIPES, f"List the {kind.many}", members.all, shown, listed=True)
        yield Operation(
            "POST", many, WRITE_RECIPES, f"Create a {words} with an id made by the API",
            members.create, shown, taken, version="created", statuses=(201,), needs=needs,
        )  # fmt: skip
        yield Operation("GET", one, READ_RECIPES, f"Read a {words}", members.get, shown, version="read")
        yield Operation(
            "PUT", one, WRITE_RECIPES,
            f"Replace a {words}, or create it with this id (If-None-Match: *)",
            members.put, shown, taken, version="changed or created", statuses=(200, 201), query=query,
            needs=needs,
        )  # fmt: skip
        yield Operation(
            "DELETE", one, WRITE_RECIPES, f"Delete a {words} that nothing refers to",
            members.delete, version="changed", statuses=(204,), query=query, needs=needs,
        )  # fmt: skip


def _of_devices(whose: str, words: str, needs: Permission | None) -> Iterator[Operation]:
    many, one = f"{whose}/devices", f"{whose}/devices/{{device_id}}"
    yield Operation(
        "GET", many, READ_INBOX, f"List {words} devices for push notifications",
        devices.all_of, devices.DeviceShown, listed=True,
    )  # fmt: skip
    yield Operation(
        "PUT", one, WRITE_INBOX, f"Register one of {words} devices for push notifications, also anew",
        devices.put, devices.DeviceShown, DeviceRegistration, needs=needs,
    )  # fmt: skip
    yield Operation(
        "DELETE", one, WRITE_INBOX, f"Forget one of {words} devices: nothing is pushed to it any more",
        devices.delete, statuses=(204,), needs=needs,
    )  # fmt: skip


CHOSEN_BY = ("topic_id", *selection.FIELDS)

OPERATIONS: tuple[Operation, ...] = (
    *_of_each_kind(),
    Operation("GET", "/account", READ_RECIPES, "Read the account's settings",
              account.get, shapes.AccountSettings, version="read"),
    Operation("PATCH", "/account", WRITE_RECIPES,
              "Change the account's settings (JSON merge patch); `paused` stops all recipes",
              account.patch, shapes.AccountSettings, dict, version="changed"),
    Operation("PATCH", "/recipes/{id}", WRITE_RECIPES, "Change parts of a recipe (JSON merge patch)",
              recipes.patch, shapes.RecipeMember, dict, version="changed", query=("waits",)),
    Operation("GET", "/recipes/order", READ_RECIPES, "Read the order in which recipes act",
              recipes.get_order, recipes.RecipeOrder, version="read"),
    Operation("PUT", "/recipes/order", WRITE_RECIPES, "Set the order in which recipes act",
              recipes.put_order, recipes.RecipeOrder, recipes.RecipeOrder, version="changed"),
    Operation("GET", "/recipes/{id}/receivers", READ_RECIPES, "List a recipe's receivers and how they do",
              deliveries.receivers, deliveries.RecipeReceiver, listed=True),
    Operation("GET", "/recipes/{id}/versions", READ_RECIPES, "List a recipe's versions, newest first",
              recipes.versions, shapes.RecipeVersion, listed=True),
    Operation("GET", "/recipes/{id}/versions/{version}", READ_RECIPES, "Read a recipe at one version",
              recipes.version, shapes.RecipeChange, version="read"),
    Operation("POST", "/recipes/{id}/versions/{version}/restore", WRITE_RECIPES,
              "Make a version the present one; a deleted recipe comes back",
              recipes.restore, shapes.RecipeMember, version="optional", query=("waits",)),
    Operation("GET", "/schedules/{id}/open", READ_RECIPES,
              "Tell whether a schedule is open, why, and when that changes",
              schedules.opening, schedules.Opening, query=("at",)),
    Operation("POST", "/users/{id}/status", WRITE_INBOX, "Say whether a user takes new work",
              users.set_status, shapes.UserMember, users.UserStatusChange, needs="status.write"),
    Operation("GET", "/me", READ_INBOX, "Tell who is calling, and what he, she or it may do",
              users.me, users.Me),
    Operation("POST", "/me/status", WRITE_INBOX, "Say whether you take new work",
              users.set_own_status, shapes.UserMember, users.UserStatusChange),
    *_of_devices("/users/{id}", "a user's", "status.write"),
    *_of_devices("/me", "one's own", None),
    Operation("GET", "/catalog", READ_RECIPES, "List all triggers, fields, actions and platforms",
              catalog.get, catalog.Catalog),
    Operation("POST", "/filters/parse", READ_RECIPES, "Read a filter from text",
              filters.parse, filters.ParsedFilter, FilterText),
    Operation("POST", "/filters/print", READ_RECIPES, "Print a filter as text",
              filters.printed, FilterText, filters.FilterTree),
    Operation("POST", "/explain", READ_RECIPES, "Explain why a recipe acts on something, or does not",
              runs.why, Explanation, shapes.QuestionBody),
    Operation("GET", "/mentions", READ_INBOX, "List mentions, newest first",
              inbox.mentions, Mention, listed=True, query=CHOSEN_BY),
    Operation("POST", "/mentions", WRITE_MENTIONS, "Take in one mention, or up to 100",
              None, shapes.TakenIn | shapes.BatchTakenIn, IncomingMention | shapes.MentionBatch,
              statuses=(202, 200)),
    Operation("GET", "/mentions/{unique_id}", READ_INBOX, "Read a mention",
              inbox.mention, Mention, version="read"),
    Operation("PATCH", "/mentions/{unique_id}", WRITE_INBOX,
              "Change a mention's status, tags, assignment or properties",
              inbox.change_mention, Mention, MentionPatch, version="changed"),
    Operation("POST", "/mentions/{unique_id}/notes", WRITE_INBOX, "Write a note on a mention",
              notes.note_mention, Note, NewNote, version="created", statuses=(201, 200)),
    Operation("PATCH", "/mentions/{unique_id}/notes/{note_id}", WRITE_INBOX,
              "Say that what a mention's note asks for is done, or still to be done",
              notes.change_mention_note, Note, NotePatch, version="changed"),
    Operation("POST", "/mentions/bulk", WRITE_INBOX, "Change up to 100 mentions alike",
              bulk.change_mentions, bulk.BulkChanged, bulk.MentionsChange),
    Operation("POST", "/mentions/{unique_id}/reply", WRITE_INBOX, "Answer a mention",
              replies.to_mention, Mention | OutboxItem, NewReply, version="created", statuses=(201, 202, 200),
              needs="inbox.reply"),
    Operation("GET", "/mentions/{unique_id}/history", READ_INBOX, "List what happened to a mention",
              inbox.mention_history, ToldEntry, listed=True),
    Operation("POST", "/mentions/{unique_id}/moderation", WRITE_INBOX,
              "Hide, delete or show a mention on its platform again, or block its author there",
              moderation.act, moderation.ShownModeration, NewModeration, statuses=(202, 200),
              needs="inbox.moderate"),
    Operation("GET", "/cases", READ_INBOX, "List cases, newest first",
              inbox.cases, Case, listed=True, query=CHOSEN_BY),
    Operation("POST", "/cases", WRITE_INBOX, "Open a case by hand, with an id and a number made by the API",
              cases.create, Case, NewCase, version="created", statuses=(201, 200)),
    Operation("GET", "/cases/{id}", READ_INBOX, "Read a case", inbox.case, Case, version="read"),
    Operation("PATCH", "/cases/{id}", WRITE_INBOX, "Change a case's status, tags, assignment or priority",
              inbox.change_case, Case, CasePatch, version="changed"),
    Operation("POST", "/cases/{id}/notes", WRITE_INBOX, "Write a note on a case",
              notes.note_case, Note, NewNote, version="created", statuses=(201, 200)),
    Operation("PATCH", "/cases/{id}/notes/{note_id}", WRITE_INBOX,
              "Say that what a case's note asks for is done, or still to be done",
              notes.change_case_note, Note, NotePatch, version="changed"),
    Operation("POST", "/cases/bulk", WRITE_INBOX, "Change up to 100 cases alike",
              bulk.change_cases, bulk.BulkChanged, bulk.CasesChange),
    Operation("POST", "/cases/{id}/reply", WRITE_INBOX, "Answer the customer's most recent message in a case",
              replies.in_case, Mention | OutboxItem, NewReply, version="created", statuses=(201, 202, 200),
              needs="inbox.reply"),
    Operation("GET", "/cases/{id}/history", READ_INBOX, "List what happened to a case",
              inbox.case_history, ToldEntry, listed=True),
    Operation("GET", "/cases/{id}/mentions", READ_INBOX, "List what a case holds, oldest first",
              cases.mentions, Mention, listed=True),
    Operation("POST", "/cases/{id}/mentions", WRITE_INBOX, "Put mentions into a case that was opened by hand",
              cases.link, Case, LinkedMentions, version="optional"),
    Operation("DELETE", "/cases/{id}/mentions/{unique_id}", WRITE_INBOX,
              "Take a mention out of a case that was opened by hand",
              cases.unlink, Case, version="optional"),
    Operation("GET", "/contacts", READ_INBOX, "List contacts, newest first, or find one by a social profile",
              contacts.contacts, Contact, listed=True, query=("service", "profile_id")),
    Operation("GET", "/contacts/{id}", READ_INBOX, "Read a contact; a merged one is whom it became",
              contacts.contact, Contact, version="read"),
    Operation("PATCH", "/contacts/{id}", WRITE_INBOX, "Change what is known about a contact",
              contacts.change, Contact, ContactPatch, version="changed"),
    Operation("POST", "/contacts/{id}/merge", WRITE_INBOX,
              "Make one contact of several; the same call again does what was left undone",
              contacts.merge, Contact, Merge, version="optional"),
    Operation("GET", "/contacts/{id}/cases", READ_INBOX, "List a contact's cases, newest first",
              contacts.cases, Case, listed=True),
    Operation("GET", "/contacts/{id}/export", READ_INBOX, "Take out everything that is kept about a contact",
              personal_data.export, Exported, listed=True, needs="contacts.export"),
    Operation("POST", "/contacts/{id}/erase", WRITE_RECIPES, "Erase everything that is kept about a contact",
              personal_data.erase, personal_data.ShownErasure, statuses=(202,), needs="contacts.erase"),
    Operation("GET", "/contacts/{id}/erasure", READ_INBOX, "Read how far the erasing of a contact is",
              personal_data.erasure, personal_data.ShownErasure),
    Operation("GET", "/platforms/{platform}/webhook", None, "Answer a platform's challenge",
              None, query=("profile",)),
    Operation("POST", "/platforms/{platform}/webhook", None, "Take in a platform's events, signed by it",
              None, shapes.PlatformEvents, query=("profile",)),
    Operation("GET", "/surveys/{token}", None, "Show a survey to the customer who has its link",
              surveys.show, page=True),
    Operation("POST", "/surveys/{token}", None, "Take a customer's answer to a survey (a form)",
              surveys.take, page=True),
    Operation("GET", "/feedback", READ_INBOX, "Read how surveys came out (28 days, unless said; 92 at most)",
              feedback.summary, feedback.FeedbackSummary, query=("topic_id", "since", "until")),
    Operation("GET", "/runs", READ_INBOX, "List runs, newest first", runs.runs, Run, listed=True),
    Operation("GET", "/runs/{run_id}", READ_INBOX, "Read a run with its actions", runs.run, Run),
    Operation("GET", "/deliveries", READ_INBOX, "List webhooks that were sent, newest first",
              deliveries.deliveries, deliveries.ShownDelivery, listed=True,
              query=("state", "endpoint_id", "since", "until")),
    Operation("GET", "/deliveries/{id}", READ_INBOX, "Read a delivery: what was sent, and every attempt",
              deliveries.delivery, deliveries.WholeDelivery),
    Operation("POST", "/deliveries/{id}/replay", WRITE_RECIPES, "Send a delivery again, same id and body",
              deliveries.replay, deliveries.ShownDelivery, statuses=(202,)),
    Operation("POST", "/deliveries/replay", WRITE_RECIPES, "Send again what failed in a time, a page at once",
              deliveries.replay_all, deliveries.ShownDelivery, Selection, listed=True, statuses=(202,)),
    Operation("POST", "/deliveries/test", WRITE_RECIPES, "Try a webhook out: send it once",
              deliveries.test, deliveries.ShownDelivery, Trial, statuses=(202,)),
    Operation("GET", "/outbox", READ_INBOX, "List what was written to customers, newest first",
              outbox.items, OutboxItem, listed=True, query=outbox.FILTERS),
    Operation("GET", "/outbox/{id}", READ_INBOX, "Read a message to a customer and how far it has come",
              outbox.item, OutboxItem, version="read"),
    Operation("PATCH", "/outbox/{id}", WRITE_INBOX,
              "Change the text or the approver of a message that is not on its way, or comment on it",
              outbox.change, OutboxItem, OutboxPatch, version="changed", needs="inbox.reply"),
    Operation("POST", "/outbox/{id}/approve", WRITE_INBOX,
              "Have a draft or a message that awaits approval sent",
              outbox.approve, OutboxItem, Decision, version="optional", needs="inbox.reply"),
    Operation("POST", "/outbox/{id}/reject", WRITE_INBOX,
              "Have a draft or a message that awaits approval not sent",
              outbox.reject, OutboxItem, Decision, version="optional", needs="inbox.reply"),
    Operation("POST", "/outbox/{id}/send-again", WRITE_INBOX,
              "Have a message sent again that failed or that may have been sent",
              outbox.send_again, OutboxItem, Decision, version="optional", needs="inbox.reply"),
    Operation("POST", "/outbox/{id}/settle", WRITE_INBOX,
              "Say whether the customer has a message that may have been sent",
              outbox.settle, OutboxItem, Settlement, version="optional", needs="inbox.reply"),
    Operation("GET", "/endpoints", READ_INBOX, "List the receivers of webhooks and how they do",
              deliveries.endpoints, deliveries.ShownEndpoint, listed=True),
    Operation("GET", "/endpoints/{id}", READ_INBOX, "Read how a receiver does",
              deliveries.endpoint, deliveries.ShownEndpoint),
    Operation("POST", "/endpoints/{id}/enable", WRITE_RECIPES, "Have a receiver called again",
              deliveries.enable, deliveries.ShownEndpoint),
    Operation("POST", "/endpoints/{id}/disable", WRITE_RECIPES, "Have nothing sent to a receiver",
              deliveries.disable, deliveries.ShownEndpoint),
    Operation("GET", "/signing-keys", READ_RECIPES, "Read which keys sign webhooks",
              signing_keys.live, LiveKeys),
    Operation("POST", "/signing-keys/rotate", WRITE_RECIPES, "Sign webhooks with new keys",
              signing_keys.rotate, Rotated, Rotation),
    Operation("GET", "/moderation", READ_INBOX,
              "List what was done on platforms and why, newest first; as CSV with `format=csv`",
              moderation.moderation, moderation.ShownModeration, listed=True,
              query=("recipe_id", "topic_id", "state", "since", "until", "format")),
    Operation("GET", "/moderation/{id}", READ_INBOX, "Read what was done on a platform, and why",
              moderation.one, moderation.ShownModeration),
    Operation("POST", "/moderation/{id}/object", WRITE_INBOX,
              "Object: what waits is called off, and what is hidden is shown again",
              moderation.object_to, moderation.ShownModeration, Objection),
    Operation("POST", "/moderation/{id}/approve", WRITE_INBOX, "Let go on what is held for a person",
              moderation.approve, moderation.ShownModeration, ModerationDecision, needs="inbox.moderate"),
    Operation("POST", "/moderation/{id}/dismiss", WRITE_INBOX, "Have nothing done about what is held",
              moderation.dismiss, moderation.ShownModeration, ModerationDecision, needs="inbox.moderate"),
    Operation("POST", "/moderation/{id}/retry", WRITE_INBOX, "Try again what has failed",
              moderation.retry, moderation.ShownModeration, ModerationDecision, needs="inbox.moderate"),
    Operation("GET", "/waits", READ_INBOX, "List armed waits, the next due first",
              waits.waits, Wait, listed=True, query=("recipe_id", "case_id")),
    Operation("GET", "/waits/{wait_id}", READ_INBOX, "Read a wait, also one that is over",
              waits.wait, Wait),
    Operation("DELETE", "/waits/{wait_id}", WRITE_INBOX, "Cancel a wait, and what was to come after it",
              waits.cancel, statuses=(204,)),
    Operation("GET", "/quarantine", READ_INBOX, "List what could not be read or evaluated, newest day first",
              runs.quarantine, runs.PutAside, listed=True),
)  # fmt: skip
