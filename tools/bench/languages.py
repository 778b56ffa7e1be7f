"""Made-up words of twenty languages, and texts of them: no real message is needed to measure.

A language is its share of the messages, its script, and whether it writes spaces. Its words are
syllables put together by a seeded generator and used as often as real words are (Zipf). Who says
something and what people ask for is the business of `mentions` and `trees`.
"""

from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from math import log
from random import Random

WORDS = 2000
LONGEST = 2000
"""Bytes of text at most."""
MIDDLE, SPREAD = log(158), log(518 / 158) / 1.2816
"""Half of the texts are below 158 bytes, nine of ten below 518."""

LATIN = "b c d f g h l m n p r s t v br cl pr st tr gr"
# Code, share of the mentions, what syllables begin with, what they end with.
ROWS = (
    ("en", 30, LATIN, "a e i o u ea ou"),
    ("fr", 14, LATIN, "a e é è i o u ê ou oi"),
    ("es", 10, LATIN, "a e i o u á é ó ñi"),
    ("de", 7, LATIN, "a e i o u ä ö ü ei ß"),
    ("pt", 6, LATIN, "a e i o u ã ço ão é"),
    ("it", 4, LATIN, "a e i o u à è io"),
    ("nl", 3, LATIN, "a e i o u ij ee oo"),
    ("pl", 2, LATIN, "a e i o u ą ę ó ży"),
    ("tr", 2, LATIN, "a e ı i o ö u ü aş"),
    ("cs", 1, LATIN, "a e i o u á č ě ř ů"),
    ("sv", 1, LATIN, "a e i o u å ä ö"),
    ("ru", 4, "б в г д к л м н п р с т", "а е и о у ы ю я"),
    ("uk", 1, "б в г д к л м н п р с т", "а е и о у і ї є"),
    ("el", 1, "β γ δ κ λ μ ν π ρ σ τ", "α ε ι ο υ ά έ ή ί"),
    ("ar", 5, "ب ت ج د ر س ع ف ق ك ل م ن ه", "ا و ي ة"),
    ("hi", 2, "क ग ज ट ड त द न प ब म र ल व स ह", "ा ि ी ु े ो"),
    ("ko", 2, "가 나 다 라 마 바 사 아 자 하 고 노 도", "기 는 을 를 이 에 서 인 한"),
    ("th", 1, "ก ข ค ง จ ช ด ต ท น บ ป พ ม ร ล ว ส ห", "า ี ุ เ แ"),
    (
        "ja",
        4,
        "注 文 請 求 返 品 配 送 料 金 店 員 電 話 番 号 確 認",
        "の は が を に で と か も し た い く る",
    ),
    ("zh", 2, "订 单 发 票 退 货 配 送 价 格 店 员 电 话 号 码 确 认", "的 了 在 是 我 有 不 这 个 们 来 到"),
)
WITHOUT_SPACES = ("th", "ja", "zh")


@dataclass(frozen=True)
class Language:
    """One language. Its vocabulary begins with the most frequent words."""

    code: str
    share: int
    words: tuple[str, ...]

    @property
    def space(self) -> str:
        """What stands between two words."""
        return "" if self.code in WITHOUT_SPACES else " "

    def phrase(self, rank: int) -> str:
        """A word and the one that likes to follow it."""
        return self.space.join((self.words[rank], self.words[_follower(rank)]))


@cache
def languages() -> tuple[Language, ...]:
    """The twenty languages, the same ones at every call."""
    return tuple(Language(code, share, _words(code, a.split(), b.split())) for code, share, a, b in ROWS)


def _words(code: str, first: list[str], then: list[str]) -> tuple[str, ...]:
    rng = Random(f"words of {code}")
    words: dict[str, None] = {}
    while len(words) < WORDS:
        syllables = 1 + (len(words) > 30) + (len(words) > 300) + rng.randrange(2)
        words["".join(rng.choice(first) + rng.choice(then) for _ in range(syllables))] = None
    return tuple(words)


def names(brand: int) -> tuple[str, ...]:
    """The words that only one brand's customers use: its products."""
    words = _words(f"brand {brand}", LATIN.split(), ["o", "ix", "ara"])
    return tuple(f"{word}{brand or ''}" for word in words[:150])


def text(rng: Random, language: Language, own: tuple[str, ...]) -> str:
    """A message: sentences, at times with a product, a number, an address, a hashtag, an emoji."""
    size = min(LONGEST, int(rng.lognormvariate(MIDDLE, SPREAD)))
    parts: list[str] = []
    length = 0
    for rank in rng.choices(range(WORDS), cum_weights=_weights(), k=2 + size // 3):
        piece = language.phrase(rank) if rng.random() < 0.08 else language.words[rank]
        if rng.random() < 0.06:
            piece = _extra(rng, piece, own)
        if not parts or rng.random() < 0.12:
            piece = piece.capitalize() if not parts else f"{piece}{rng.choice(',.!?')}"
        length += len(piece.encode()) + len(language.space)
        if length > size and parts:
            break
        parts.append(piece)
    return language.space.join(parts).encode()[:LONGEST].decode(errors="ignore")


def _extra(rng: Random, word: str, own: tuple[str, ...]) -> str:
    match rng.randrange(7):
        case 0 | 1:
            return rng.choice(own)
        case 2:
            return str(rng.randrange(100_000))
        case 3:
            return f" https://example.com/{rng.randrange(10_000_000)} "
        case 4:
            return f" #{word} "
        case 5:
            return f" @user{rng.randrange(20_000)} "
        case _:
            return rng.choice(("😡", "🙏", "😀👍", "❤️", word.upper()))


@cache
def _weights() -> list[float]:
    return list(accumulate(1 / (rank + 3) for rank in range(WORDS)))


def _follower(rank: int) -> int:
    return (rank * 7 + 3) % WORDS
