"""A made-up mention and case: what a webhook is tried out with before there is a real one."""

from datetime import UTC, datetime

from inbox_recipes.inbox import Assignment, Case, CaseDates, Dates, IncomingMention, Mention

PUBLISHED = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)


def a_sample_mention() -> Mention:
    """A customer's private message, with something in every field that variables read."""
    incoming = IncomingMention.model_validate(
        {
            "id": "test-1",
            "topic": {"id": "0", "name": "Test topic"},
            "project": {"id": "0", "name": "Test project"},
            "message": {
                "title": "Test",
                "content": 'This is a test of a webhook: "café", <b>50 %</b> & more.',
                "type": "privatemessage",
                "language": "en",
                "sentiment": "neutral",
                "category": "test",
            },
            "source": {
                "service": "facebook",
                "id": "test-1",
                "url": "https://example.com/test-1",
                "profile": "test",
            },
            "author": {"id": "test-author", "name": "test_author", "fullname": "Test Author", "followers": 1},
            "location": {"country": "FR", "city": "Lille"},
            "private": True,
            "tags": ["test"],
            "date": {"published": PUBLISHED},
        }
    )
    own = {name: getattr(incoming, name) for name in IncomingMention.model_fields}
    return Mention(
        **own
        | {
            "unique_id": "0_test-1",
            "status": "new",
            "assignment": Assignment(),
            "case_id": "cas_test",
            "contact_id": "con_test",
            "permalink": "/mentions/0_test-1",
            "date": Dates(published=PUBLISHED, added=PUBLISHED),
            "revision": 1,
        }
    )


def a_sample_case(mention: Mention, now: datetime) -> Case:
    """An unresolved case with that mention in it."""
    return Case(
        id=mention.case_id or "cas_test",
        title=mention.message.title or mention.message.content[:100],
        topic=mention.topic,
        project=mention.project,
        status="unresolved",
        priority="medium",
        tags=("test",),
        assignment=Assignment(),
        contact_id=mention.contact_id or "con_test",
        linked_case_id=None,
        last_mention_id=mention.unique_id,
        last_message_by="customer",
        last_message_at=mention.date.published,
        last_incoming_id=mention.unique_id,
        last_reply_at=None,
        fence=1,
        date=CaseDates(added=now, updated=now),
        revision=1,
    )
