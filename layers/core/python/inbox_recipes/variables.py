"""The variables that webhooks and pre-written texts may name in brackets (domain 4; A17, A28).

The list is closed: one row for each name, with how its value is read. What is done with a value, and how
it is escaped, is the business of `templates`.
"""

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from inbox_recipes.clock import stamp
from inbox_recipes.inbox import Case, Contact, Mention, Subject
from inbox_recipes.triggers import Occurrence

MARKUP = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class Facts:
    """What variables speak of. `webhook` is its name; texts that are no webhook's have none."""

    subject: Subject
    occurrence: Occurrence
    recipe_id: str
    recipe_name: str
    webhook: str | None = None


@dataclass(frozen=True)
class Variable:
    """One row. A `whole` one is an object, and is put in as JSON."""

    name: str
    description: str
    read: Callable[[Facts], Any]
    whole: bool = False


def _of_mention(read: Callable[[Mention], Any]) -> Callable[[Facts], Any]:
    return lambda facts: read(facts.subject.mention) if facts.subject.mention else None


def _of_case(read: Callable[[Case], Any]) -> Callable[[Facts], Any]:
    return lambda facts: read(facts.subject.case) if facts.subject.case else None


def _of_contact(read: Callable[[Contact], Any]) -> Callable[[Facts], Any]:
    return lambda facts: read(facts.subject.contact) if facts.subject.contact else None


def _of_item(read: Callable[[Mention | Case], Any]) -> Callable[[Facts], Any]:
    """What mentions and cases both have: the mention's, or else the case's."""

    def of(facts: Facts) -> Any:
        item = facts.subject.mention or facts.subject.case
        return read(item) if item else None

    return of


def stripped(content: str) -> str:
    """A text without the tags of HTML, and with its entities read."""
    return html.unescape(MARKUP.sub("", content))


ROWS = (
    Variable("mention", "the whole mention, as JSON",
             _of_mention(lambda m: m.model_dump(mode="json")), whole=True),
    Variable("case", "the whole case, as JSON", _of_case(lambda c: c.model_dump(mode="json")), whole=True),
    Variable("mention.id", "the platform's own id of the message", _of_mention(lambda m: m.id)),
    Variable("mention.unique_id", "the mention's id in the inbox", _of_mention(lambda m: m.unique_id)),
    Variable("mention.permalink", "where the inbox shows it", _of_mention(lambda m: m.permalink)),
    Variable("mention.status", "new, done or sent", _of_mention(lambda m: m.status)),
    Variable("mention.title", "its title", _of_mention(lambda m: m.message.title)),
    Variable("mention.content", "its text", _of_mention(lambda m: m.message.content)),
    Variable("mention.stripped_content", "its text without HTML",
             _of_mention(lambda m: stripped(m.message.content))),
    Variable("mention.type", "post, comment, privatemessage, ...", _of_mention(lambda m: m.message.type)),
    Variable("mention.language", "its language", _of_mention(lambda m: m.message.language)),
    Variable("mention.sentiment", "positive, neutral or negative",
             _of_mention(lambda m: m.message.sentiment)),
    Variable("mention.category", "its category", _of_mention(lambda m: m.message.category)),
    Variable("mention.tags", "its tags", _of_mention(lambda m: m.tags)),
    Variable("mention.service", "facebook, twitter, email, ...", _of_mention(lambda m: m.source.service)),
    Variable("mention.url", "where the platform shows it", _of_mention(lambda m: m.source.url)),
    Variable("mention.domain", "the site it is from", _of_mention(lambda m: m.source.domain)),
    Variable("mention.profile", "our profile that received it", _of_mention(lambda m: m.source.profile)),
    Variable("mention.country", "the author's country", _of_mention(lambda m: m.location.country)),
    Variable("mention.city", "the author's city", _of_mention(lambda m: m.location.city)),
    Variable("mention.date.added", "when the inbox got it", _of_mention(lambda m: stamp(m.date.added))),
    Variable("mention.date.published", "when it was published",
             _of_mention(lambda m: stamp(m.date.published))),
    Variable("author.id", "the author's id on the platform", _of_mention(lambda m: m.author.id)),
    Variable("author.name", "the author's name on the platform", _of_mention(lambda m: m.author.name)),
    Variable("author.fullname", "the author's full name", _of_mention(lambda m: m.author.fullname)),
    Variable("author.url", "the author's page", _of_mention(lambda m: m.author.url)),
    Variable("topic.id", "the topic's id", _of_item(lambda item: item.topic.id)),
    Variable("topic.name", "the topic's name", _of_item(lambda item: item.topic.name)),
    Variable("project.id", "the project's id", _of_item(lambda item: item.project and item.project.id)),
    Variable("project.name", "the project's name", _of_item(lambda item: item.project and item.project.name)),
    Variable("assignees", "ids of the users and teams it is assigned to",
             _of_item(lambda item: item.assignment.users + item.assignment.teams)),
    Variable("case.id", "the case's id", _of_case(lambda c: c.id)),
    Variable("case.title", "its title", _of_case(lambda c: c.title)),
    Variable("case.status", "unresolved, pending or resolved", _of_case(lambda c: c.status)),
    Variable("case.priority", "low, medium, high or critical", _of_case(lambda c: c.priority)),
    Variable("case.tags", "its tags", _of_case(lambda c: c.tags)),
    Variable("contact.id", "the contact's id", lambda facts: facts.subject.contact_id),
    Variable("contact.name", "the contact's name", _of_contact(lambda c: c.name)),
    Variable("contact.email", "the contact's e-mail address", _of_contact(lambda c: c.email)),
    Variable("recipe.id", "the recipe's id", lambda facts: facts.recipe_id),
    Variable("recipe.name", "the recipe's name", lambda facts: facts.recipe_name),
    Variable("webhook.name", "the webhook's name", lambda facts: facts.webhook),
    Variable("event.id", "the id of what happened, the same in every webhook about it",
             lambda facts: facts.occurrence.id),
    Variable("event.type", "mention_arrived, case_created, tag_added or status_changed",
             lambda facts: facts.occurrence.kind),
    Variable("event.time", "when it happened", lambda facts: stamp(facts.occurrence.at)),
)  # fmt: skip

VARIABLES = {row.name: row for row in ROWS}
FIRST_WORDS = frozenset(name.split(".")[0] for name in VARIABLES)


def values(names: Iterable[str], facts: Facts) -> dict[str, Any]:
    """The value of each of these variables; nothing for one that has none here."""
    return {name: VARIABLES[name].read(facts) for name in names}
