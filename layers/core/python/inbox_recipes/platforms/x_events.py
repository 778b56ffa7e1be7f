"""What X tells of: posts and direct messages.

Sources: developer.x.com "Account Activity data objects" and "Message Create Object" (their shapes),
"Entities object" and "Extended entities object" (what is attached), and
developer.x.com/en/docs/direct-messages/quick-replies (what a choice looks like). That `&`, `<` and `>` are
escaped in texts stands in no reference; X's developers say so (twittercommunity.com/t/68810). What is asked
of X is in `x`.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape

from inbox_recipes.inbox import (
    Attachment,
    Author,
    Entities,
    IncomingMention,
    Message,
    Published,
    Source,
    TopicRef,
)
from inbox_recipes.platforms.base import Connection, Json, kept_link
from inbox_recipes.quick_replies import ClickedButton


def read_post(post: Json, to: Connection, ours: set[str]) -> IncomingMention | str:
    """A post; a repost says nothing of its own."""
    if "retweeted_status" in post:
        return "repost"
    user, extended = post["user"], post.get("extended_tweet", {})
    entities = extended.get("entities") or post.get("entities", {})
    # `entities` has the first picture only, and calls a video a photo.
    all_media = extended.get("extended_entities") or post.get("extended_entities") or entities
    answers = post.get("in_reply_to_status_id_str")
    return _mention(
        to,
        native_id=post["id_str"],
        user=user,
        managed=user["id_str"] in ours,
        message=Message(
            content=unescape(extended.get("full_text") or post.get("full_text") or post["text"]),
            type="reply" if answers else "post",
            language=None if post.get("lang") in (None, "und", "zxx", "qme") else post["lang"],
            entities=_entities(entities),
            attachments=_attachments(all_media.get("media", ())),
        ),
        source=Source(
            service="twitter",
            id=post["id_str"],
            in_reply_to_message_id=answers,
            url=f"https://x.com/{user['screen_name']}/status/{post['id_str']}",
            profile=to.id,
        ),
        private=False,
        published=parsedate_to_datetime(post["created_at"]),
    )


def read_direct_message(
    event: Json, to: Connection, ours: set[str], users: Mapping[str, Json]
) -> IncomingMention | str:
    """A direct message to or from the account; whatever else it tells of is named by its kind."""
    if event["type"] != "message_create":
        return str(event["type"])
    made = event["message_create"]
    sender, data = made["sender_id"], made["message_data"]
    media, managed = (data.get("attachment") or {}).get("media"), sender in ours
    return _mention(
        to,
        native_id=event["id"],
        user=users.get(sender, {"id_str": sender}),
        managed=managed,
        message=Message(
            content=unescape(data["text"]),
            type="privatemessage",
            entities=_entities(data.get("entities", {})),
            attachments=_attachments([media] if media else ()),
        ),
        source=Source(
            service="twitter",
            id=event["id"],
            profile=to.id,
            recipient=made["target"]["recipient_id"] if managed else None,
        ),
        private=True,
        published=datetime.fromtimestamp(int(event["created_timestamp"]) / 1000, UTC),
        clicked=_clicked(data),
    )


def _clicked(data: Json) -> tuple[ClickedButton, ...]:
    """The option that was chosen: its label is the text, and `metadata` what the message gave it."""
    chosen = data.get("quick_reply_response")
    if chosen is None:
        return ()
    return (ClickedButton(title=unescape(data["text"]), payload=chosen.get("metadata", "")),)


def _mention(
    to: Connection, *, native_id: str, user: Json, managed: bool, message: Message, source: Source,
    private: bool, published: datetime, clicked: tuple[ClickedButton, ...] = (),
) -> IncomingMention:  # fmt: skip
    return IncomingMention(
        id=native_id,
        topic=TopicRef(id=to.profile.topic),
        message=message,
        source=source,
        author=Author(
            # Direct messages tell of a user by `id`, posts by `id_str`.
            id=user.get("id_str") or user["id"],
            name=user.get("screen_name"),
            fullname=user.get("name"),
            managed=managed,
            followers=user.get("followers_count"),
            url=f"https://x.com/{user['screen_name']}" if user.get("screen_name") else None,
        ),
        private=private,
        clicked_buttons=clicked,
        date=Published(published=published),
    )


def _entities(entities: Json) -> Entities:
    links = (
        kept_link(each.get("expanded_url")) or kept_link(each["url"]) for each in entities.get("urls", ())
    )
    return Entities(
        hashtag=tuple(each["text"] for each in entities.get("hashtags", ())),
        url=tuple(link for link in links if link),
        user=tuple(each["screen_name"] for each in entities.get("user_mentions", ())),
    )


def _attachments(media: Iterable[Json]) -> tuple[Attachment, ...]:
    """Pictures, videos and GIFs. Those of a direct message are shown by X to the account itself only."""
    return tuple(
        Attachment(type="image" if each["type"] == "photo" else each["type"], url=_address(each))
        for each in media
    )


def _address(media: Json) -> str | None:
    """Of what moves, the best film; a still of it if there is none."""
    variants = media.get("video_info", {}).get("variants", ())
    films = [each for each in variants if each.get("content_type") == "video/mp4"]
    best: Json = max(films, key=lambda film: film.get("bitrate", 0), default={})
    return kept_link(best.get("url")) or kept_link(media.get("media_url_https"))
