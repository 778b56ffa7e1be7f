"""The characters that text matching treats in a way of their own, as parts of regular expressions."""

SPACELESS = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Burmese, Khmer
    "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"  # Korean: endings are set without a space
    "\u2e80-\u312f\u3190-\u4dbf\u4e00-\ua4cf\uf900-\ufaff"  # Chinese, Japanese
    "\U0001aff0-\U0001b16f\U00020000-\U0003ffff"
)
"""Scripts in which a word's end is not to be seen: each character is a token."""

WORD = (
    r"\w"
    "\u0300-\u036f\u0483-\u0487"  # marks that no composed letter has
    "\u0711\u0730-\u074a\u07a6-\u07b0\u07eb-\u07f3\u0816-\u082d\u0859-\u085b"  # Syriac, Thaana, N'Ko, ...
    "\u0900-\u0963\u0966-\u0df3"  # the scripts of India, whose vowel signs \w leaves out
    "\u0f18-\u0f19\u0f35-\u0f39\u0f71-\u0fbc\u135d-\u135f\u18a9\u1a17-\u1a1b\u1b00-\u1cff"
    "\u1dc0-\u1dff\ua8e0-\ua8f1\ufe20-\ufe2f"
)
"""What words are made of."""

INVISIBLE = (
    "\u00ad\u034f\u061c\u180b-\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # no width
    "\ufe00-\ufe0f"  # whether an emoji is drawn in colour
    "\U0001f3fb-\U0001f3ff"  # skin tones
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # vowel signs: Hebrew
    "\u0610-\u061a\u0640\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"  # Arabic
)
"""What does not count, wherever it stands; U+0640 lengthens an Arabic word and says nothing."""

JOINED = r"(?<![^\w\s\u200d])\u200d|\u200d(?![^\w\s\u200d])"
"""The joiner where it joins no emoji: between letters it only shapes them."""

WIDE = "\uff01-\uff9f\uffe0-\uffe6"
"""Full-width Latin and half-width kana, as Japanese keyboards give them."""
