"""Bodies that well-known receivers take, as templates (row 106).

Texts of customers cannot ring a channel's bell: they stand where the receiver reads no markup, or where
mentions are off.
"""

from dataclasses import dataclass

from inbox_recipes.inbox import Object

ABOUT: dict[Object, str] = {
    "mention": "[topic.name]: [author.name] on [mention.service]",
    "case": "[topic.name]: [case.title] ([case.status])",
}


@dataclass(frozen=True)
class Preset:
    """One receiver's form. `{about}` becomes the headline for a mention or a case.

    `longest_value` is how many characters of one value the receiver takes.
    """

    name: str
    description: str
    body: str
    longest_value: int | None = None

    def template(self, about: Object) -> str:
        """The body for a recipe about a mention or a case."""
        return self.body.replace("{about}", ABOUT[about])


ROWS = (
    Preset(
        "slack",
        "A Slack incoming webhook",
        '{"text":"[webhook.name]","blocks":['
        '{"type":"section","text":{"type":"plain_text","text":"{about}","emoji":false}},'
        '{"type":"section","text":{"type":"plain_text","text":"[mention.stripped_content]","emoji":false}},'
        '{"type":"context","elements":[{"type":"plain_text","text":"[recipe.name], [mention.permalink]"}]}]}',
        longest_value=900,
    ),
    Preset(
        "teams",
        "A Microsoft Teams workflow that takes webhook requests, with an adaptive card",
        '{"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{'
        '"$schema":"http://adaptivecards.io/schemas/adaptive-card.json","type":"AdaptiveCard","version":"1.4",'
        '"body":[{"type":"TextBlock","weight":"Bolder","wrap":true,"text":"{about}"},'
        '{"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"[mention.stripped_content]"}]},'
        '{"type":"TextBlock","isSubtle":true,"wrap":true,"text":"[recipe.name]"}]}}]}',
        longest_value=8_000,
    ),
    Preset(
        "mattermost",
        "A Mattermost incoming webhook",
        '{"text":"**[webhook.name]**","attachments":[{"fallback":"{about}","title":"{about}",'
        '"text":"[mention.stripped_content]","footer":"[recipe.name]"}]}',
        longest_value=7_000,
    ),
    Preset(
        "discord",
        "A Discord webhook",
        '{"content":"{about}","embeds":[{"description":"[mention.stripped_content]",'
        '"footer":{"text":"[recipe.name]"}}],"allowed_mentions":{"parse":[]}}',
        longest_value=500,
    ),
    Preset(
        "zapier",
        "Flat JSON, which Zapier, Make and n8n turn into fields",
        '{"event_id":[event.id],"event_type":[event.type],"event_time":[event.time],"recipe":[recipe.name],'
        '"webhook":[webhook.name],"topic":[topic.name],"mention_id":[mention.unique_id],'
        '"content":[mention.stripped_content],"title":[mention.title],"type":[mention.type],'
        '"service":[mention.service],"language":[mention.language],"sentiment":[mention.sentiment],'
        '"tags":"[mention.tags]","url":[mention.url],"published":[mention.date.published],'
        '"author_id":[author.id],"author_name":[author.name],"contact_id":[contact.id],'
        '"contact_email":[contact.email],"case_id":[case.id],"case_title":[case.title],'
        '"case_status":[case.status],"case_priority":[case.priority]}',
    ),
)  # fmt: skip

PRESETS = {row.name: row for row in ROWS}
