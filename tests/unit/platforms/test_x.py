"""X: what its documentation shows, read and written."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.errors import Permanent
from inbox_recipes.inbox import Mention
from inbox_recipes.platforms import connector
from inbox_recipes.platforms.base import Answered, Request
from tests.builders import NOON, a_mention, a_rule_book
from tests.fakes import World
from tests.wire import USERS, connection, direct_message, events, post, received, x

X = connector("twitter")
OURS = connection("twitter")


def a_post(native_id: str = "1860", **changed: Any) -> Mention:
    return a_mention(native_id, incoming={"source__service": "twitter", "author__id": "88", **changed})


EXAMPLE = replace(
    OURS,
    secrets={
        "api_key": "xvz1evFS4wEEPTGEFPHBog",
        "app_secret": "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
        "access_token": "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        "access_token_secret": "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
    },
)
"""The keys of docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature."""
AT, NONCE = datetime.fromtimestamp(1318622958, UTC), "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg"
EXAMPLE_URL = (
    "https://api.x.com/1.1/statuses/update.json?include_entities=true"
    "&status=Hello%20Ladies%20%2B%20Gentlemen%2C%20a%20signed%20OAuth%20request%21"
)


def picture(name: str) -> dict[str, Any]:
    """A media object, by developer.x.com "Entities object"."""
    return {"id_str": "7", "type": "photo", "media_url_https": f"https://pbs.twimg.com/media/{name}.jpg"}


FILM = {
    **picture("still"),
    "type": "video",
    "video_info": {
        "variants": [
            {"bitrate": 320000, "content_type": "video/mp4", "url": "https://video.twimg.com/320.mp4"},
            {"bitrate": 832000, "content_type": "video/mp4", "url": "https://video.twimg.com/832.mp4"},
            {"content_type": "application/x-mpegURL", "url": "https://video.twimg.com/pl.m3u8"},
        ],
    },
}


def signed(request: Request, ours: Any = EXAMPLE, nonce: str = NONCE) -> str:
    """The header that the request goes out with."""
    return X.authorized(ours, request, AT, nonce).headers["authorization"]


def below(native_id: str) -> dict[str, Any]:
    """What X says of a post that answers another."""
    return {"referenced_tweets": [{"type": "replied_to", "id": native_id}]}


def test_the_challenge_is_answered_with_the_tokens_hash() -> None:
    """R11. The vector was made with openssl dgst -sha256 -hmac x-consumer-secret."""
    asked = received(b"", crc_token="challenge_string")

    media, text = X.challenge(asked, [OURS, OURS]) or ("", "{}")

    assert media == "application/json"
    assert json.loads(text) == {"response_token": "sha256=Mh91teySBWI4Mi/M5j5jgDFjp2IIQhy8AWNxU0NSqQc="}


def test_without_a_token_or_with_two_apps_there_is_no_answer() -> None:
    other = connection("twitter", native_id="502")
    assert X.challenge(received(b""), [OURS]) is None
    assert X.challenge(received(b"", crc_token="t"), []) is None
    two = [OURS, type(OURS)(id="b", profile=other.profile, secrets={"app_secret": "another"})]
    assert X.challenge(received(b"", crc_token="t"), two) is None


def test_a_post_is_read_whole() -> None:
    [mention] = events("twitter", x({"tweet_create_events": [post()]})).mentions

    assert (mention.id, mention.message.content, mention.message.type) == (
        "1860",
        "@orvane my order?",
        "post",
    )
    assert mention.author.model_dump() == {
        "id": "88", "name": "ana", "fullname": "Ana", "managed": False, "followers": 12,
        "url": "https://x.com/ana",
    }  # fmt: skip
    assert mention.message.entities.model_dump() == {
        "hashtag": ("late",), "url": ("https://example.com/a",), "user": ("orvane",),
    }  # fmt: skip
    assert mention.source.url == "https://x.com/ana/status/1860"
    assert mention.message.language == "en"
    assert not mention.private


def test_a_long_post_is_read_to_its_end_and_a_reply_knows_what_it_answers() -> None:
    long = post(
        truncated=True, extended_tweet={"full_text": "all of it", "entities": {}},
        in_reply_to_status_id_str="1859", lang="und",
    )  # fmt: skip
    [mention] = events("twitter", x({"tweet_create_events": [long]})).mentions

    assert (mention.message.content, mention.message.type) == ("all of it", "reply")
    assert mention.source.in_reply_to_message_id == "1859"
    assert mention.message.language is None


def test_a_link_that_is_too_long_is_left_out_and_the_message_stays() -> None:
    """R1, R17: of a link that X tells twice, the short one is kept."""
    long, fits = f"https://example.com/{'a' * 2029}", f"https://example.com/{'a' * 2028}"
    links = [{"url": "https://t.co/x", "expanded_url": long}, {"url": long}, {"url": fits}]
    [mention] = events("twitter", x({"tweet_create_events": [post(entities={"urls": links})]})).mentions

    assert mention.message.entities.url == ("https://t.co/x", fits)


def attached(mention: Any) -> list[tuple[str, str | None]]:
    return [(each.type, each.url) for each in mention.message.attachments]


def test_pictures_and_videos_of_a_post_are_attached() -> None:
    """Domain 1.2. `entities` calls everything a photo; of a long post, only `extended_tweet` tells all."""
    photos = [picture("a"), picture("b")]
    short = post(extended_entities={"media": photos}, entities={"media": photos[:1]})
    long = post("1861", extended_tweet={"full_text": "all", "extended_entities": {"media": [FILM]}})
    bare = post("1862", entities={"media": photos[:1]})
    found = events("twitter", x({"tweet_create_events": [short, long, bare, post("1863")]})).mentions

    assert [attached(each) for each in found] == [
        [("image", "https://pbs.twimg.com/media/a.jpg"), ("image", "https://pbs.twimg.com/media/b.jpg")],
        [("video", "https://video.twimg.com/832.mp4")],
        [("image", "https://pbs.twimg.com/media/a.jpg")],
        [],
    ]


def test_what_is_attached_to_a_direct_message_is_attached() -> None:
    """Domain 1.2. A GIF is one, whatever X makes of it."""
    event = direct_message()
    moving = {**FILM, "type": "animated_gif", "video_info": {"variants": []}}
    event["message_create"]["message_data"]["attachment"] = {"type": "media", "media": moving}
    [mention] = events("twitter", x({"direct_message_events": [event], "users": USERS})).mentions

    assert attached(mention) == [("animated_gif", "https://pbs.twimg.com/media/still.jpg")]


def test_a_direct_message_is_private_and_ours_joins_the_case_of_its_recipient() -> None:
    """A26. An echo of what we sent is the outgoing mention (row 14)."""
    world = World(a_rule_book(), NOON)
    for event in (direct_message(), direct_message("9002", "On its way", sender="501")):
        world.take_in(*events("twitter", x({"direct_message_events": [event], "users": USERS})).mentions)

    theirs, ours = world.mention("46283_9001"), world.mention("46283_9002")
    assert (theirs.private, theirs.status, theirs.author.name) == (True, "new", "ana")
    assert (ours.private, ours.status, ours.author.managed) == (True, "sent", True)
    assert ours.case_id == theirs.case_id == world.case().id
    assert world.case().last_message_by == "us"


def test_escaped_letters_are_read_and_what_x_changes_in_a_text_is_looked_through() -> None:
    """R3: our own message must be found again in what X made of it."""
    [mention] = events("twitter", x({"tweet_create_events": [post(text="R&amp;D &lt;3 &amp;amp;")]})).mentions
    assert mention.message.content == "R&D <3 &amp;"
    told = "@ana @bob See R&amp;D: https://t.co/abc"
    data = [{"id": "7", "text": told, "created_at": "2026-11-22T12:00:01.000Z", **below(mention.id)}]

    whole = "See R&D: https://orvane.example/r-and-d"
    assert X.found(Answered(200, {}, {"data": data}), a_post(mention.id), whole, NOON) == "7"
    assert X.found(Answered(200, {}, {"data": data}), a_post(mention.id), "See R&D", NOON) is None


def test_other_activities_are_passed_over_by_name() -> None:
    brought = events(
        "twitter",
        x({"favorite_events": [{}], "tweet_create_events": [post(retweeted_status={})],
           "direct_message_events": [{"type": "typing"}], "user_has_blocked": False}),
    )  # fmt: skip

    assert brought.mentions == ()
    assert sorted(brought.passed_over) == ["favorite_events", "repost", "typing"]


def test_events_of_an_account_that_is_not_connected_are_passed_over() -> None:
    assert events("twitter", x({"for_user_id": "999", "tweet_create_events": [post()]})).passed_over == (
        "not_connected",
    )


def test_calls_are_those_of_the_documentation() -> None:
    public, private = a_post(), a_post(private=True)
    shown = {
        name: (call.method, call.url.removeprefix("https://api.x.com"), call.body)
        for name, call in {
            "public": X.reply(OURS, public, "Hi"),
            "private": X.reply(OURS, private, "Hi"),
            "hide": X.hide(OURS, public),
            "unhide": X.unhide(OURS, public),
            "block": X.block_author(OURS, public),
        }.items()
        if isinstance(call, Request)
    }

    assert shown == {
        "public": ("POST", "/2/tweets", {"text": "Hi", "reply": {"in_reply_to_tweet_id": "1860"}}),
        "private": ("POST", "/2/dm_conversations/with/88/messages", {"text": "Hi"}),
        "hide": ("PUT", "/2/tweets/1860/hidden", {"hidden": True}),
        "unhide": ("PUT", "/2/tweets/1860/hidden", {"hidden": False}),
        "block": ("POST", "/2/users/88/dm/block", {}),
    }
    assert X.refuses("hide", public) == X.refuses("hide", private) == "X hides replies only"


def test_what_was_made_has_its_id() -> None:
    assert X.done(Answered(201, {}, {"data": {"id": "77", "text": "Hi"}}), NOON) == "77"
    made = {"data": {"dm_conversation_id": "501-88", "dm_event_id": "78"}}
    assert X.done(Answered(201, {}, made), NOON) == "78"
    assert X.done(Answered(200, {}, {"data": {"hidden": True}}), NOON) is None


def test_our_message_is_found_again_but_not_an_older_one_with_the_same_words() -> None:
    old, new = NOON - timedelta(hours=1), NOON + timedelta(seconds=2)
    data = [
        {"id": str(i), "text": "Hi", "created_at": at.isoformat(), **below("1860")}
        for i, at in enumerate((old, new))
    ]
    ours = a_post("1860")
    assert X.found(Answered(200, {}, {"data": data}), ours, "Hi", NOON) == "1"
    assert X.found(Answered(200, {}, {"data": data[:1]}), ours, "Hi", NOON) is None
    assert X.found(Answered(200, {}, {"meta": {"result_count": 0}}), ours, "Hi", NOON) is None


def test_the_same_words_below_another_post_are_another_message() -> None:
    """R3: a pre-written answer is given to many; each is looked for below what it answers."""
    data = [{"id": "7", "text": "Hi", "created_at": NOON.isoformat(), **below("1861")}]

    assert X.found(Answered(200, {}, {"data": data}), a_post("1860"), "Hi", NOON) is None
    assert X.found(Answered(200, {}, {"data": data}), a_post("1861"), "Hi", NOON) == "7"


def test_a_chosen_option_comes_in_with_what_it_carries() -> None:
    """Domain 1.2: another tool may have sent it by version 1.1 of the API."""
    event = direct_message(text="My order")
    event["message_create"]["message_data"]["quick_reply_response"] = {"type": "options", "metadata": "order"}

    [mention] = events("twitter", x({"direct_message_events": [event], "users": USERS})).mentions

    assert [each.model_dump() for each in mention.clicked_buttons] == [
        {"title": "My order", "payload": "order"}
    ]


def test_a_signature_is_the_one_that_x_has_published() -> None:
    """RFC 5849; X's own example, whose form fields count as the query does (3.4.1.3)."""
    assert signed(Request("POST", EXAMPLE_URL)) == (
        f'OAuth oauth_nonce="{NONCE}", oauth_timestamp="1318622958", oauth_version="1.0", '
        'oauth_signature_method="HMAC-SHA1", oauth_consumer_key="xvz1evFS4wEEPTGEFPHBog", '
        'oauth_token="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb", '
        'oauth_signature="Ls93hJiZbQ3akF3HF3x1Bz8%2FzU4%3D"'
    )


def test_a_json_body_is_not_signed_and_everything_else_is() -> None:
    body = {"status": "Hi"}
    asked = Request("POST", EXAMPLE_URL, body=body)

    assert X.authorized(EXAMPLE, asked, AT, NONCE).body == body
    assert signed(asked) == signed(Request("POST", EXAMPLE_URL))
    for other in (
        signed(Request("PUT", EXAMPLE_URL)),
        signed(Request("POST", EXAMPLE_URL + "&trim_user=true")),
        signed(Request("POST", EXAMPLE_URL), nonce="another"),
        *(
            signed(asked, replace(EXAMPLE, secrets={**EXAMPLE.secrets, name: "another"}))
            for name in EXAMPLE.secrets
        ),
    ):
        assert other.rpartition("oauth_signature=")[2] != '"Ls93hJiZbQ3akF3HF3x1Bz8%2FzU4%3D"'


def test_a_profile_without_the_keys_sends_its_token_and_one_with_them_never_does() -> None:
    """An OAuth 1.0a token is none without a signature."""
    [bearer, bare] = [X.reply(ours, a_post(), "Hi") for ours in (OURS, EXAMPLE)]
    assert isinstance(bearer, Request)
    assert isinstance(bare, Request)

    assert X.authorized(OURS, bearer, AT, NONCE) == bearer
    assert bearer.headers == {"authorization": "Bearer x-user-token"}
    assert bare.headers == {}
    assert signed(bare).startswith("OAuth ")


def test_a_key_that_is_missing_is_named() -> None:
    secrets = {name: each for name, each in EXAMPLE.secrets.items() if name != "app_secret"}

    with pytest.raises(Permanent, match="has no app_secret"):
        signed(Request("POST", EXAMPLE_URL), replace(EXAMPLE, secrets=secrets))
