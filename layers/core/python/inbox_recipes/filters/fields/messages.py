"""What was said, where, by whom: Content, Source, Author, Contact, Locations, Profiles, Media."""

from typing import get_args

from inbox_recipes.filters.fields.row import Field, moment, of_contact, of_mention
from inbox_recipes.inbox import Mention, Sentiment


def _all_text(mention: Mention) -> str:
    return "\n".join(filter(None, (mention.message.title, mention.message.content)))


ROWS = (
    Field("content.text", "text", of_mention(_all_text)),
    Field("content.title", "text", of_mention(lambda m: m.message.title)),
    Field("content.body", "text", of_mention(lambda m: m.message.content)),
    Field("content.hashtag", "tags", of_mention(lambda m: m.message.entities.hashtag, ())),
    Field("content.link", "tags", of_mention(lambda m: m.message.entities.url, ())),
    Field("content.clicked_buttons", "tags",
          of_mention(lambda m: tuple(button.title for button in m.clicked_buttons), ())),
    Field("content.language", "choice", of_mention(lambda m: m.message.language)),
    Field("content.sentiment", "choice", of_mention(lambda m: m.message.sentiment), get_args(Sentiment)),
    Field("content.category", "choice", of_mention(lambda m: m.message.category)),
    Field("source.service", "choice", of_mention(lambda m: m.source.service)),
    Field("source.domain", "choice", of_mention(lambda m: m.source.domain)),
    Field("source.application", "choice", of_mention(lambda m: m.source.application)),
    Field("source.message_type", "choice", of_mention(lambda m: m.message.type)),
    Field("source.private", "flag", of_mention(lambda m: m.private)),
    Field("source.published_at", "time", moment(of_mention(lambda m: m.date.published))),
    Field("author.name", "name", of_mention(lambda m: m.author.name)),
    Field("author.id", "choice", of_mention(lambda m: m.author.id)),
    Field("author.managed", "flag", of_mention(lambda m: m.author.managed)),
    Field("author.followers", "number", of_mention(lambda m: m.author.followers)),
    Field("contact.name", "name", of_contact(lambda c: c.name)),
    Field("contact.email", "name", of_contact(lambda c: c.email)),
    Field("contact.tags", "tags", of_contact(lambda c: c.tags, ())),
    Field("contact.custom_attributes", "tags",
          of_contact(lambda c: tuple(f"{name}={value}" for name, value in c.customattributes.items()), ())),
    Field("locations.continent", "choice", of_mention(lambda m: m.location.continent)),
    Field("locations.country", "choice", of_mention(lambda m: m.location.country)),
    Field("locations.region", "choice", of_mention(lambda m: m.location.region)),
    Field("locations.city", "choice", of_mention(lambda m: m.location.city)),
    Field("profiles.profile", "choice", of_mention(lambda m: m.source.profile)),
    Field("media.has_attachment", "flag",
          of_mention(lambda m: bool(m.message.attachments), missing=False)),
    Field("media.attachment_type", "choice",
          of_mention(lambda m: tuple(attachment.type for attachment in m.message.attachments))),
)  # fmt: skip
