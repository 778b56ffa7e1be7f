"""What a developer would have set up by hand on AWS before notifications can be sent."""

from tools.local_stack.stack_file import client

SENDER = "recipes@inbox-recipes.example"
INBOX_URL = "https://inbox.example"


def set_up(port: int) -> list[str]:
    """Verify the sender in SES and make an SNS application for devices; gives the stack's parameters."""
    mail = client("sesv2", port)
    if SENDER not in [each["IdentityName"] for each in mail.list_email_identities()["EmailIdentities"]]:
        mail.create_email_identity(EmailIdentity=SENDER)
    application = client("sns", port).create_platform_application(
        Name="inbox-recipes",
        Platform="APNS",
        Attributes={"PlatformCredential": "none", "PlatformPrincipal": "none"},
    )
    return [
        f"NotificationSender={SENDER}",
        f"InboxUrl={INBOX_URL}",
        f"ApplePushApplicationArn={application['PlatformApplicationArn']}",
    ]
