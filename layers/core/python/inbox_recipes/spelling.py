"""How ids and addresses are spelled: as patterns for checking, and in words for whoever gets one wrong.

And how secrets are hinted at.
"""

TOPIC_ID = r"^[A-Za-z0-9-]{1,64}$"
NATIVE_ID = r"^[!-\"$&-.0->@-~]{1,256}$"
SERVICE = r"^[a-z0-9_]{1,40}$"
ID = r"^[A-Za-z0-9_-]{1,64}$"
EMAIL = r"^[^@\s]+@[^@\s]+$"
LOGIN = r"^[^\s]{1,128}$"

IN_WORDS = {
    TOPIC_ID: "1 to 64 of the characters A-Z, a-z, 0-9 and -",
    NATIVE_ID: "1 to 256 printable characters of ASCII, no space, slash, question mark, hash or percent sign",
    SERVICE: "1 to 40 of the characters a-z, 0-9 and _",
    ID: "1 to 64 of the characters A-Z, a-z, 0-9, _ and -",
    EMAIL: "an e-mail address",
    LOGIN: "1 to 128 characters without a space, as the user pool spells usernames",
}

HINTED_FROM = 16
"""Characters that a secret needs before four of them may be shown."""


def hint(text: str) -> str:
    """The last four characters, of a secret that is long enough to spare them."""
    return f"…{text[-4:]}" if len(text) >= HINTED_FROM else "…"
