"""What was said, where, by whom: Content, Source, Author, Contact, Locations, Profiles, Media."""

from typing import get_args

from inbox_recipes.filters.fields.row import Attribute, Field, Seen, of_contact, of_mention
from inbox_recipes.inbox import Mention, Sentiment


def _all_text(mention: Mention) -> str:
    return "\n".join(filter(None, (mention.message.title, mention.message.content)))


ROWS = (
    Field("content.text", "text", of_mention(_all_text)),
    Field("content.title", "text", Attribute("mention", "message.title")),
    Field("content.body", "text", Attribute("mention", "message.content")),
    Field("content.hashtag", "tags", Attribute("mention", "message.entities.hashtag", ())),
    Field("content.link", "tags", Attribute("mention", "message.entities.url", ())),
    Field("content.clicked_buttons", "tags",
          of_mention(lambda m: tuple(button.title for button in m.clicked_buttons), ())),
    Field("content.language", "choice", Attribute("mention", "message.language")),
    Field("content.sentiment", "choice", Attribute("mention", "message.sentiment"), get_args(Sentiment)),
    Field("content.category", "choice", Attribute("mention", "message.category")),
    Field("source.service", "choice", Attribute("mention", "source.service")),
    Field("source.domain", "choice", Attribute("mention", "source.domain")),
    Field("source.application", "choice", Attribute("mention", "source.application")),
    Field("source.message_type", "choice", Attribute("mention", "message.type")),
    Field("source.private", "flag", Attribute("mention", "private")),
    Field("source.published_at", "time", Seen(Attribute("mention", "date.published"))),
    Field("author.name", "name", Attribute("mention", "author.name")),
    Field("author.id", "choice", Attribute("mention", "author.id")),
    Field("author.managed", "flag", Attribute("mention", "author.managed")),
    Field("author.followers", "number", Attribute("mention", "author.followers")),
    Field("contact.name", "name", of_contact(lambda c: c.name)),
    Field("contact.email", "name", of_contact(lambda c: c.email)),
    Field("contact.tags", "tags", of_contact(lambda c: c.tags, ())),
    Field("contact.custom_attributes", "tags",
          of_contact(lambda c: tuple(f"{name}={value}" for name, value in c.customattributes.items()), ())),
    Field("locations.continent", "choice", Attribute("mention", "location.continent")),
    Field("locations.country", "choice", Attribute("mention", "location.country")),
    Field("locations.region", "choice", Attribute("mention", "location.region")),
    Field("locations.city", "choice", Attribute("mention", "location.city")),
    Field("profiles.profile", "choice", Attribute("mention", "source.profile")),
    Field("media.has_attachment", "flag",
          of_mention(lambda m: bool(m.message.attachments), missing=False)),
    Field("media.attachment_type", "choice",
          of_mention(lambda m: tuple(attachment.type for attachment in m.message.attachments)),
          several=True),
)  # fmt: skip
