"""E-mail: SES's notifications and the mails in them; SNS's signatures."""

import base64
import json
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from inbox_recipes.platforms import connector, sns
from inbox_recipes.platforms.base import Answered, Connection, Letter, StoredMail, to_native_id
from tests.builders import NOON, a_mention, a_rule_book
from tests.fakes import World
from tests.wire import (
    CERTIFICATE_URL,
    SNS_TOPIC,
    connection,
    events,
    mail,
    ses,
    sns_key,
    verified,
)
from tests.wire import sns as a_message

MAIL = connector("email")
OURS = connection("email")


def only(request: Any) -> Any:
    [mention] = events("email", request).mentions
    return mention


def test_a_mail_is_read_whole() -> None:
    mention = only(ses(mail()))

    assert (mention.id, mention.author.id, mention.author.fullname) == (
        "a1@mail.example.com", "ana@example.com", "Ana",
    )  # fmt: skip
    assert (mention.message.title, mention.message.content) == ("My order", "Where is my order?")
    assert mention.private
    assert not mention.source.auto_submitted


def test_a_thread_is_known_by_its_ids() -> None:
    """RFC 5322, 3.6.4."""
    answer = only(ses(mail("In-Reply-To: <b/2@x.example>", "References: <a@x> <b/2@x.example>")))
    loose = only(ses(mail("References: <a@x>\r\n <b@x>")))

    assert answer.source.in_reply_to_message_id == "b!2F2@x.example"
    assert loose.source.in_reply_to_message_id == "b@x"


def test_html_and_strange_letters_become_words() -> None:
    html = "<html><head><style>p{}</style></head><body><p>Caf&eacute;<br>noir</p><script>x</script></body>"
    assert only(ses(mail("Content-Type: text/html", body=html))).message.content == "Café\nnoir"
    latin = mail("Content-Type: text/plain; charset=iso-8859-1", body="déjà").encode("latin-1")
    assert only(ses(latin)).message.content == "déjà"
    unknown = mail("Content-Type: text/plain; charset=klingon", body="hello")
    assert only(ses(unknown)).message.content == "hello"
    assert only(ses(mail("Subject: =?utf-8?q?=C3=89t=C3=A9?="))).message.title == "Été"


@pytest.mark.parametrize(
    "begin",
    [
        "<html><head><meta charset=x><title>t</title><body><p>",
        "<html><head><style>p{}</style>\n<p>",
        "<head><script>x</script><link><title>t</title><table><td>",
        "<head><title>t</title>",
        "<html><head><style>p{}</style><title>t</title></head>\n<body><p>",
    ],
)
def test_a_head_that_is_not_closed_hides_nothing(begin: str) -> None:
    """HTML: `</head>` and `<body>` may be left out; whatever cannot stand in a head begins the body."""
    assert only(ses(mail("Content-Type: text/html", body=f"{begin}Hello"))).message.content == "Hello"


def test_an_attachment_has_its_name() -> None:
    parts = """--b
Content-Type: text/plain

See the photo
--b
Content-Type: image/png; name="a.png"
Content-Disposition: attachment; filename="a.png"
Content-Transfer-Encoding: base64

AAAA
--b--
"""
    mention = only(ses(mail("Content-Type: multipart/mixed; boundary=b", body=parts)))

    assert mention.message.content == "See the photo"
    assert [(each.type, each.name) for each in mention.message.attachments] == [("image/png", "a.png")]


@pytest.mark.parametrize(
    "headers",
    [
        ("Auto-Submitted: auto-replied",),
        ("Auto-Submitted: auto-generated; owner=x",),
        ("Precedence: bulk",),
        ("List-Id: <news.example.com>",),
        ("Return-Path: <>",),
        ("Content-Type: multipart/report; boundary=x",),
        ("From: No Reply <no-reply@shop.example>",),
        ("From: <MAILER-DAEMON@mail.example>",),
    ],
)
def test_what_a_machine_wrote_is_marked(headers: tuple[str, ...]) -> None:
    """A9. RFC 3834."""
    assert only(ses(mail(*headers))).source.auto_submitted


def test_a_person_is_no_machine() -> None:
    assert not only(ses(mail("Auto-Submitted: no"))).source.auto_submitted
    assert not only(ses(mail("From: Noreen <noreen@example.com>"))).source.auto_submitted


def test_our_own_address_in_from_is_believed_only_with_proof() -> None:
    ours = mail(
        "From: support@orvane.example", "To: Ana <ana@example.com>", "In-Reply-To: <a1@mail.example.com>"
    )
    failed = {"status": "FAIL"}

    assert only(ses(ours)).author.managed
    assert only(ses(ours)).source.recipient == "ana@example.com"
    assert not only(ses(ours, dkimVerdict=failed)).author.managed


def test_who_wants_the_answers_is_the_author() -> None:
    """RFC 5322, 3.6.2: a contact form writes for its visitors, and is not itself a customer."""
    form = only(
        ses(mail("From: Shop <no-reply@shop.example>", "Reply-To: Léa <Lea@example.com>, x@x.example"))
    )
    unnamed = only(ses(mail("Reply-To: lea@example.com")))

    assert (form.author.id, form.author.fullname) == ("lea@example.com", "Léa")
    assert not form.source.auto_submitted
    assert (unnamed.author.id, unnamed.author.fullname) == ("lea@example.com", None)
    assert only(ses(mail("Reply-To: no-reply@shop.example"))).source.auto_submitted


@pytest.mark.parametrize("where", ["support@orvane.example", "", "nobody"])
def test_answers_never_go_to_ourselves_or_to_nowhere(where: str) -> None:
    mention = only(ses(mail(f"Reply-To: {where}")))

    assert (mention.author.id, mention.author.managed) == ("ana@example.com", False)


def test_our_own_mail_is_ours_wherever_its_answers_go() -> None:
    headers = ("From: support@orvane.example", "To: ana@example.com", "Reply-To: desk@orvane.example")

    ours = only(ses(mail(*headers)))

    assert (ours.author.id, ours.author.managed) == ("support@orvane.example", True)


def test_a_form_that_writes_as_ourselves_to_ourselves_is_its_visitors() -> None:
    form = only(ses(mail("From: support@orvane.example", "Reply-To: Léa <lea@example.com>")))

    assert (form.author.id, form.author.managed, form.source.recipient) == ("lea@example.com", False, None)


def test_a_customers_mails_are_one_case() -> None:
    world = World(a_rule_book(), NOON)
    world.take_in(
        only(ses(mail())), only(ses(mail("Message-ID: <a2@x>", "In-Reply-To: <a1@mail.example.com>")))
    )

    assert world.case().fence == 2
    assert world.store.contacts[world.case().contact_id or ""].email == "ana@example.com"


def test_viruses_stay_out_and_spam_is_tagged() -> None:
    failed = {"status": "FAIL"}
    assert events("email", ses(mail(), virusVerdict=failed)).passed_over == ("virus",)
    assert only(ses(mail(), spamVerdict=failed)).tags == ("spam",)
    assert events("email", ses(mail(), recipients=["sales@orvane.example"])).passed_over == ("not_connected",)


def test_a_mail_in_s3_is_pointed_to() -> None:
    request = ses(mail(), action={"type": "S3", "bucketName": "mails", "objectKey": "in/1"})
    [place] = MAIL.stored(request)
    brought = MAIL.parse(request, [OURS], {place: mail().encode()}, NOON)

    assert place == StoredMail("mails", "in/1")
    assert [each.id for each in brought.mentions] == ["a1@mail.example.com"]
    assert MAIL.stored(ses(mail())) == ()


def test_a_subscription_is_confirmed_at_snss_own_address_only() -> None:
    good = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=x&Token=1"
    for url, confirmed in ((good, good), ("https://evil.example/?Action=ConfirmSubscription&x", None)):
        told = {"Type": "SubscriptionConfirmation", "Message": "m", "Token": "1", "SubscribeURL": url}
        assert events("email", a_message(told)).confirm == confirmed


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_signature_of_either_version_is_checked(version: str) -> None:
    """R11. Signed by another implementation: the `cryptography` package."""
    request = a_message({"Type": "Notification", "Message": "{}", "Subject": "Über"}, version)
    _, connections = verified("email", request)
    message = json.loads(request.body)

    assert len(connections) == 1
    for name in ("Message", "MessageId", "Subject", "Timestamp", "TopicArn"):
        assert not sns.is_signed(message | {name: "other"}, sns_key()[1])
    assert not sns.is_signed(message | {"SignatureVersion": "3"}, sns_key()[1])
    signature = bytearray(base64.b64decode(message["Signature"]))
    signature[-1] ^= 1
    assert not sns.is_signed(message | {"Signature": base64.b64encode(signature).decode()}, sns_key()[1])
    assert not sns.is_signed(message, b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert not sns.is_signed(message, b"no certificate")


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-9c.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-9c.pem",
        "https://evil.example/SimpleNotificationService-9c.pem",
        "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-9c.pem/../mine",
        "https://sns.eu-west-1.amazonaws.com/../SimpleNotificationService-9c.pem",
        "https://sns.eu-west-1.amazonaws.com@evil.example/SimpleNotificationService-9c.pem",
    ],
)
def test_only_snss_own_certificate_counts(url: str) -> None:
    """R10, R11."""
    message: Any = {"Type": "Notification", "Message": "{}"}
    assert MAIL.certificate(a_message(message, url=url), [OURS]) is None
    assert MAIL.certificate(a_message(message), [OURS]) == CERTIFICATE_URL
    assert MAIL.certificate(a_message(message | {"TopicArn": f"{SNS_TOPIC}-of-others"}), [OURS]) is None


def answer(ours: Connection = OURS, **incoming: Any) -> str:
    """The source text of our answer to a mail."""
    mail = {"source__service": "email", "author__id": "ana@example.com", **incoming}
    letter = MAIL.reply(ours, a_mention(incoming=mail), "Hello")
    assert isinstance(letter, Letter)
    return letter.raw.decode()


def test_an_answer_stays_in_the_thread_and_says_that_a_machine_wrote_it() -> None:
    """A10. RFC 5322, 3.6.4; RFC 3834, 5."""
    world = World(a_rule_book(), NOON)
    [done] = world.take_in(only(ses(mail("Message-ID: <a/2@x>", "In-Reply-To: <a@x>"))))
    letter = MAIL.reply(OURS, world.mention(done.unique_id), "It is on its way — été", by_machine=True)
    assert isinstance(letter, Letter)
    read = message_from_bytes(letter.raw, policy=default)

    assert (letter.sender, letter.recipients) == ("support@orvane.example", ("ana@example.com",))
    assert (read["To"], read["Subject"]) == ("ana@example.com", "Re: My order")
    assert (read["In-Reply-To"], read["References"]) == ("<a/2@x>", "<a@x> <a/2@x>")
    assert read["Auto-Submitted"] == "auto-replied"
    by_a_person = MAIL.reply(OURS, world.mention(done.unique_id), "Hello")
    assert isinstance(by_a_person, Letter)
    assert b"Auto-Submitted" not in by_a_person.raw
    assert read.get_content().strip() == "It is on its way — été"


def test_a_long_message_id_stays_as_it_is() -> None:
    """RFC 2047, 5: an encoded word within a message id is none, and the answer would be in no thread."""
    ours, theirs = f"{'0' * 60}-000000@eu-west-1.amazonses.com", f"{'B' * 90}@prod.outlook.example"
    letter = answer(
        id=to_native_id(theirs), message__title="É" * 80, source__in_reply_to_message_id=to_native_id(ours)
    )

    assert f"\r\nReferences: <{ours}>\r\n <{theirs}>\r\nIn-Reply-To: <{theirs}>\r\n" in letter
    assert "\r\nSubject: Re: =?utf-8?" in letter
    assert letter.isascii()


@pytest.mark.parametrize("odd", ["é@x", "a b@x", "a\nBcc: eve@example.com@x", "<a@x"])
def test_what_can_be_no_message_id_is_left_out_of_the_thread(odd: str) -> None:
    """RFC 5322, 3.6.4. The answer goes out all the same."""
    letter = answer(id=to_native_id(odd), source__in_reply_to_message_id="a@x")

    assert "\r\nReferences: <a@x>\r\n" in letter
    assert "In-Reply-To" not in letter
    assert "Bcc" not in letter


def test_what_stands_on_several_lines_is_one_line_in_a_header() -> None:
    """A subject can be posted, and a profile's name is what somebody has typed."""
    shop = connection("email", name="Orvane\nFrance")
    letter = answer(shop, message__title="My order\r\n\u2028Bcc: eve@example.com")

    assert "\r\nSubject: Re: My order Bcc: eve@example.com\r\n" in letter
    assert letter.startswith("From: Orvane France <support@orvane.example>\r\n")


def test_what_ses_calls_an_answer_is_its_id() -> None:
    assert MAIL.done(Answered(200, {}, {"MessageId": "010001"}), NOON) == "010001"
