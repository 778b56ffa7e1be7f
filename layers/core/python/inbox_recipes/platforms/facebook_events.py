"""What Facebook tells of: posts and comments on a page, messages to and from it.

Sources on developers.facebook.com: docs/graph-api/webhooks/reference/page (feed),
docs/messenger-platform/reference/webhook-events (messages, echoes, postbacks). What is asked of Facebook is
in `facebook`.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from inbox_recipes.inbox import (
    Attachment,
    Author,
    IncomingMention,
    Message,
    Published,
    Source,
    TopicRef,
)
from inbox_recipes.platforms.base import Connection, Json, Unread, kept_link, read_each, to_native_id
from inbox_recipes.quick_replies import ClickedButton

POSTS = ("status", "post", "photo", "video", "share")
UNKNOWN = "unknown-"
"""How an id begins that stands for an author whom Facebook does not name."""


def entry_events(entry: Json, pages: Mapping[str, Connection]) -> Iterator[IncomingMention | str | Unread]:
    """What one page tells of; a text names the kind of what says nothing to an inbox."""
    page = pages.get(str(entry["id"]))
    if page is None:
        yield "not_connected"
        return
    yield from read_each(entry.get("changes", ()), lambda change: _change(change, page))
    # `standby` is what another app answers; it is part of the conversation all the same.
    events = [*entry.get("messaging", ()), *entry.get("standby", ())]
    yield from read_each(events, lambda event: _message(event, page))


def _change(change: Json, page: Connection) -> IncomingMention | str:
    """`feed`: somebody posted or commented on the page."""
    value = change["value"]
    item, verb = value.get("item", "other"), value.get("verb", "other")
    if change["field"] != "feed":
        return str(change["field"])
    if verb != "add" or item not in ("comment", *POSTS):
        return f"{item}_{verb}"
    comment = item == "comment"
    native = value["comment_id"] if comment else value["post_id"]
    # Facebook leaves `from` out when the person does not share it with the app.
    author, ours = value.get("from") or {"id": f"{UNKNOWN}{native}"}, page.profile.native_id
    return _mention(
        page,
        native_id=native,
        author=Author(
            id=to_native_id(author["id"]), name=author.get("name"), managed=author["id"] == ours
        ),
        message=Message(
            content=value.get("message", ""),
            type="comment" if comment else "post",
            attachments=_linked(value),
        ),
        source=_source(
            page, native, value.get("parent_id") if comment else None,
            f"https://www.facebook.com/{native}",
        ),
        private=False,
        published=datetime.fromtimestamp(value["created_time"], UTC),
    )  # fmt: skip


def _message(event: Json, page: Connection) -> IncomingMention | str:
    """A message to the page, or one of the page's own that Messenger tells us of (an echo)."""
    if "mid" in event.get("postback", {}):
        return _postback(event, page)
    message = event.get("message")
    if message is None:
        kinds = [key for key in event if key not in ("sender", "recipient", "timestamp")]
        return kinds[0] if kinds else "other"
    if message.get("is_deleted") or message.get("is_unsupported"):
        return "message_deleted" if message.get("is_deleted") else "message_unsupported"
    clicked = message.get("quick_reply")
    sender, recipient = event["sender"]["id"], event["recipient"]["id"]
    managed = bool(message.get("is_echo")) or sender == page.profile.native_id
    source = _source(page, message["mid"], message.get("reply_to", {}).get("mid"), None)
    return _mention(
        page,
        native_id=message["mid"],
        author=Author(
            id=page.profile.native_id if managed else sender,
            name=page.profile.name if managed else None,
            managed=managed,
        ),
        message=Message(
            content=message.get("text", ""), type="privatemessage", attachments=_attached(message)
        ),
        source=source.model_copy(update={"recipient": recipient}) if managed else source,
        private=True,
        published=datetime.fromtimestamp(event["timestamp"] / 1000, UTC),
        clicked=(ClickedButton(title=message["text"], payload=clicked["payload"]),) if clicked else (),
    )


def _postback(event: Json, page: Connection) -> IncomingMention:
    """A click on a button that stays: of a template, or of the page's menu."""
    postback = event["postback"]
    button = ClickedButton(title=postback["title"], payload=postback.get("payload", ""))
    return _mention(
        page,
        native_id=postback["mid"],
        author=Author(id=event["sender"]["id"]),
        message=Message(content=button.title, type="privatemessage"),
        source=_source(page, postback["mid"], None, None),
        private=True,
        published=datetime.fromtimestamp(event["timestamp"] / 1000, UTC),
        clicked=(button,),
    )


def _mention(
    page: Connection, *, native_id: str, author: Author, message: Message, source: Source, private: bool,
    published: datetime, clicked: tuple[ClickedButton, ...] = (),
) -> IncomingMention:  # fmt: skip
    return IncomingMention(
        id=to_native_id(native_id),
        topic=TopicRef(id=page.profile.topic),
        message=message,
        source=source,
        author=author,
        private=private,
        clicked_buttons=clicked,
        date=Published(published=published),
    )


def _source(page: Connection, native: str, answers: str | None, url: str | None) -> Source:
    return Source(
        service="facebook",
        id=to_native_id(native),
        in_reply_to_message_id=to_native_id(answers) if answers else None,
        url=url,
        profile=page.id,
    )


def _linked(value: Json) -> tuple[Attachment, ...]:
    kind = "video" if "video" in value or value["item"] == "video" else "image"
    link = (
        value.get("photo") or value.get("video") or (value.get("link") if value["item"] != "share" else None)
    )
    return (Attachment(type=kind, url=kept_link(link)),) if isinstance(link, str) else ()


def _attached(message: Json) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(type=each["type"], url=kept_link((each.get("payload") or {}).get("url")))
        for each in message.get("attachments", ())
    )
