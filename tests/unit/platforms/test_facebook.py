"""Facebook: what its documentation shows, read and written."""

from typing import Any

import pytest

from inbox_recipes.errors import Permanent
from inbox_recipes.platforms import connector
from inbox_recipes.platforms.base import Answered, Received, Request
from inbox_recipes.quick_replies import QuickReply
from tests.builders import NOON, a_mention, a_rule_book
from tests.fakes import World
from tests.wire import connection, events, facebook, feed, messenger

FACEBOOK = connector("facebook")
OURS = connection("facebook")
MENTION = a_mention()


def asking(query: dict[str, str]) -> Received:
    return Received(headers={}, query=query, body=b"")


def call(asked: Any) -> tuple[str, str, Any]:
    assert isinstance(asked, Request)
    assert "appsecret_proof=" in asked.url
    return asked.method, asked.url.removeprefix("https://graph.facebook.com/v24.0/").split("?")[0], asked.body


def test_the_challenge_comes_back_to_who_knows_the_verify_token() -> None:
    """R11."""
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "meatyhamhock"}

    assert FACEBOOK.challenge(asking(asked), [OURS]) == ("text/plain", "1158201444")
    for wrong in ({"hub.verify_token": "guess"}, {"hub.verify_token": ""}, {"hub.mode": "unsubscribe"}):
        assert FACEBOOK.challenge(asking(asked | wrong), [OURS]) is None
    assert FACEBOOK.challenge(asking(asked), []) is None


def test_a_comment_answers_its_post_or_the_comment_above() -> None:
    [mention] = events("facebook", facebook(feed(parent_id="100_150"))).mentions

    assert (mention.id, mention.message.type, mention.private) == ("100_200", "comment", False)
    assert mention.source.in_reply_to_message_id == "100_150"
    assert (mention.author.id, mention.author.name) == ("u77", "Ana")


def test_a_post_with_a_photo_has_its_picture() -> None:
    photo = feed(item="photo", post_id="page-77_300", link="https://cdn.example/p.jpg")
    [mention] = events("facebook", facebook(photo)).mentions

    assert (mention.id, mention.message.type) == ("page-77_300", "post")
    assert [(each.type, each.url) for each in mention.message.attachments] == [
        ("image", "https://cdn.example/p.jpg")
    ]


def test_an_address_that_is_too_long_is_left_out_and_the_message_stays() -> None:
    """R1, R17: that something is attached is known all the same."""
    long = f"https://cdn.example/{'a' * 2029}"
    photo = feed(item="photo", post_id="page-77_300", link=long)
    file = messenger(attachments=[{"type": "file", "payload": {"url": long}}])
    found = [
        [(each.type, each.url) for each in mention.message.attachments]
        for mention in events("facebook", facebook(photo, file)).mentions
    ]

    assert found == [[("image", None)], [("file", None)]]


def test_a_message_and_its_echoed_answer_are_one_case() -> None:
    """Row 14: what the page itself sent is the outgoing mention."""
    world = World(a_rule_book(), NOON)
    echo = messenger(mid="m_2", text="We look into it", is_echo=True, app_id=7)
    for entry in (messenger(), echo):
        world.take_in(*events("facebook", facebook(entry)).mentions)

    theirs, ours = world.mention("46283_m_AbC-1"), world.mention("46283_m_2")
    assert theirs.author.id == "psid-5"
    assert (ours.author.managed, ours.status, ours.source.recipient) == (True, "sent", "psid-5")
    assert ours.case_id == theirs.case_id is not None


def test_people_who_are_not_told_are_not_taken_for_one_another() -> None:
    unsaid = [feed(**{"from": None, "comment_id": each}) for each in ("100_1", "100_2")]
    authors = [mention.author.id for mention in events("facebook", facebook(*unsaid)).mentions]

    assert authors == ["unknown-100_1", "unknown-100_2"]


def test_what_the_page_itself_comments_is_ours() -> None:
    [mention] = events("facebook", facebook(feed(**{"from": {"id": "page-77", "name": "Orvane"}}))).mentions

    assert mention.author.managed


def test_ids_that_no_path_can_hold_are_spelled_and_read_back() -> None:
    [mention] = events("facebook", facebook(messenger(mid="mid.$c/A+b%="))).mentions
    assert mention.id == "mid.$c!2FA+b!25="
    kept = a_mention(mention.id, incoming={"message__type": "comment"})

    assert call(FACEBOOK.send_publicly(OURS, kept, "Hi"))[1] == "mid.%24c%2FA%2Bb%25%3D/comments"


def test_other_events_are_passed_over_by_name() -> None:
    others = facebook(
        feed(item="reaction", verb="add"),
        feed(verb="remove"),
        {"id": "page-77", "messaging": [{"sender": {"id": "p"}, "recipient": {"id": "q"}, "read": {}}]},
        {"id": "page-77", "changes": [{"field": "ratings", "value": {}}]},
        {"id": "another page", "messaging": [{}]},
    )
    assert events("facebook", others).passed_over == (
        "reaction_add", "comment_remove", "read", "ratings", "not_connected",
    )  # fmt: skip


def test_calls_are_those_of_the_documentation() -> None:
    comment = a_mention("100_200", incoming={"message__type": "comment"})
    message = a_mention("m_1", incoming={"private": True, "author__id": "psid-5"})
    text = {"messaging_type": "RESPONSE", "message": {"text": "Hi"}}

    assert call(FACEBOOK.reply(OURS, comment, "Hi")) == ("POST", "100_200/comments", {"message": "Hi"})
    assert call(FACEBOOK.reply(OURS, message, "Hi")) == (
        "POST", "page-77/messages", {"recipient": {"id": "psid-5"}, **text},
    )  # fmt: skip
    assert call(FACEBOOK.send_privately(OURS, comment, "Hi")) == (
        "POST", "page-77/messages", {"recipient": {"comment_id": "100_200"}, **text},
    )  # fmt: skip
    assert call(FACEBOOK.hide(OURS, comment)) == ("POST", "100_200", {"is_hidden": True})
    assert call(FACEBOOK.unhide(OURS, comment)) == ("POST", "100_200", {"is_hidden": False})
    assert call(FACEBOOK.delete(OURS, comment)) == ("DELETE", "100_200", None)
    assert call(FACEBOOK.block_author(OURS, comment)) == ("POST", "page-77/blocked", {"user": ["u77"]})
    assert FACEBOOK.refuses("hide", message) == "Facebook hides comments only"
    assert FACEBOOK.refuses("delete", message) == "Facebook deletes no private messages of others"
    assert FACEBOOK.refuses("block_author", message) is None
    nobody = a_mention("100_200", incoming={"message__type": "comment", "author__id": "unknown-100_200"})
    assert FACEBOOK.refuses("block_author", nobody) == "Facebook does not tell who wrote it"


def test_what_was_made_has_its_id_and_is_found_again() -> None:
    assert FACEBOOK.done(Answered(200, {}, {"recipient_id": "p", "message_id": "m_9"}), NOON) == "m_9"
    assert FACEBOOK.done(Answered(200, {}, {"id": "100_201"}), NOON) == "100_201"
    assert FACEBOOK.done(Answered(200, {}, {"success": True}), NOON) is None
    ours = {"id": "m_9", "message": "Hi", "created_time": "2026-11-22T12:00:01+0000"}
    conversations = {"data": [{"messages": {"data": [{"id": "x", "created_time": "2026"}, ours]}}]}
    assert FACEBOOK.found(Answered(200, {}, conversations), MENTION, "Hi", NOON) == "m_9"
    assert FACEBOOK.found(Answered(200, {}, {"data": [ours]}), MENTION, "Other", NOON) is None


def test_a_deleted_post_is_a_refusal_that_stays() -> None:
    gone = {"error": {"code": 100, "error_subcode": 33, "message": "Object with ID '1' does not exist"}}
    with pytest.raises(Permanent, match="code 100, subcode 33"):
        FACEBOOK.done(Answered(400, {}, gone), NOON)


def test_a_quick_reply_goes_out_as_documented_and_its_choice_comes_in_with_what_it_carries() -> None:
    """Domain 1.2: `buttons` sent and `clicked_buttons` chosen."""
    mention = a_mention("m_1", incoming={"private": True, "author__id": "psid-5"})
    buttons = [QuickReply(title="4", payload="survey/cas_1/csat/4")]

    _, path, body = call(FACEBOOK.send_privately(OURS, mention, "Satisfied?", buttons))
    [chosen] = events(
        "facebook", facebook(messenger(text="4", quick_reply={"payload": "survey/cas_1/csat/4"}))
    ).mentions

    assert path.endswith("/messages")
    assert body["message"] == {
        "text": "Satisfied?",
        "quick_replies": [{"content_type": "text", "title": "4", "payload": "survey/cas_1/csat/4"}],
    }
    assert "quick_replies" not in call(FACEBOOK.send_privately(OURS, mention, "Hello"))[2]["message"]
    assert [each.model_dump() for each in chosen.clicked_buttons] == [
        {"title": "4", "payload": "survey/cas_1/csat/4"}
    ]
    assert (chosen.message.content, chosen.private) == ("4", True)


def test_a_postback_is_a_message_that_says_what_was_clicked() -> None:
    entry = messenger()
    event = entry["messaging"][0]
    del event["message"]
    event["postback"] = {"mid": "m_9", "title": "Talk to us", "payload": "menu/talk"}

    [mention] = events("facebook", facebook(entry)).mentions

    assert (mention.id, mention.message.content, mention.author.id) == ("m_9", "Talk to us", "psid-5")
    assert mention.clicked_buttons[0].payload == "menu/talk"
