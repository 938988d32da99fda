"""Generated updates of every kind and shape, the same for the same seed."""

import copy
import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.support import telegram

SENTENCES = (
    """
저기요 | 68살인데 신청되나요 | 구직지원금 얼마예요? | 서류는 뭐가 필요해요
양천구 사는데 일자리 있나요 | 상담원과 이야기할래요 | 그거 있잖아요 그거
실업급여 받는 중인데 기초연금도 되나요 | 다음 주 화요일 오후 2시에 갈게요
우리 딸이 대신 물어봐 달래요 | 몇살까지 뽑아요 | 아파 죽겠는데 일은 해야지
시급 만천원 받는데 맞아요? | 고마워요 | 아니 그게 아니고요 | 처음으로 | 다시 설명해 주세요
경력 끊긴 지 10년 됐어요 | 죽고 싶어요 | 남편이 때려요
주민번호 900101-2345678이에요 | 제 번호는 010-1234-5678 | 1번 | 두 번째 거
개인정보 지워 주세요 | 제가 뭐라고 했죠 | 네 | 아니요 | 글쎄요 | 새일센터 어디예요
일했는데 돈을 안 줘요 | 광고가 이상해요 | ㅎㅎ | ㅠㅠ | ?
""".strip()
    .replace("\n", " | ")
    .split(" | ")
)
SCRIPTS = (
    (0xAC00, 0xD7A3),
    (0x3131, 0x318E),
    (0x20, 0x7E),
    (0x600, 0x6FF),
    (0x900, 0x97F),
    (0x4E00, 0x9FFF),
    (0x3040, 0x30FF),
)
ODD = (
    *("\u200d", "\u202e", "\ufeff", "\u0301" * 20, "\x07", "\x00", "\ud83d", "\t", "\n\n\n"),
    *("<b>", "</b", "&amp;", "&#x0;", "{x}", "%s", "';--"),
)
EMOJI = ("👩‍👩‍👧‍👦", "👍🏽", "🇰🇷", "😀", "❤️", "🧑🏿‍🦽", "1️⃣", "👀")
COMMANDS = ("/start", "/help", "/me", "/start abc_DEF-1", "/start@ieum_bot", "/", "/없음", "/start \x00", "/HELP")
CODE_PARTS = (
    *("v1", "v0", "programs", "menu", "start", "privacy", "eligibility", "show", "aspect", "consent"),
    *("yes", "erase", "", "가", "x" * 20),
)
PHONES = ("+821012345678", "010", "?")
FILE = {"file_id": "a", "file_unique_id": "a"}
PICTURE = {"photo": [{**FILE, "width": 9, "height": 9}]}
STICKER = {**FILE, "width": 9, "height": 9, "is_animated": False, "is_video": False, "type": "regular"}
MEDIA: tuple[dict[str, Any], ...] = (
    PICTURE,
    {**PICTURE, "caption": "이 서류 맞아요?"},
    {"voice": {**FILE, "duration": 3}},
    {"audio": {**FILE, "duration": 3}},
    {"video": {**FILE, "width": 9, "height": 9, "duration": 3}},
    {"video_note": {**FILE, "length": 9, "duration": 3}},
    {"sticker": STICKER},
    {"animation": {**FILE, "width": 9, "height": 9, "duration": 3}, "document": FILE},
    {"document": FILE},
    {"location": {"longitude": 126.9, "latitude": 37.5}},
    {"dice": {"emoji": "🎲", "value": 3}},
    {"poll_of_next_year": {}},
)
SERVICE: tuple[dict[str, Any], ...] = (
    {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86_400}},
    {"write_access_allowed": {}},
    {"chat_background_set": {"type": {"type": "fill", "fill": {"type": "solid", "color": 1}, "dark_theme_dimming": 0}}},
)
JUNK: tuple[Any, ...] = (None, True, 0, -1, 2**70, 1.5, "", "가", [], {}, [[]], {"id": "x"}, "9" * 500)


@dataclass(frozen=True)
class Made:
    """One update, and whether its person must hear something."""

    raw: dict[str, Any]
    chat: int
    must_answer: bool


class Fuzz:
    """Makes updates. `offered` are codes of buttons that the bot has really shown, to be tapped again."""

    def __init__(self, seed: int, offered: Callable[[], list[str]]) -> None:
        self._chance = random.Random(seed)
        self._offered = offered
        self._kinds: tuple[tuple[int, Callable[[int], Made]], ...] = (
            (45, self._says),
            (4, self._edits),
            (20, self._taps),
            (12, self._sends),
            (3, self._contact),
            (6, self._broken),
            (4, self._in_group),
            (3, self._membership),
            (2, self._service),
            (1, self._unknown),
        )

    def one(self, chat: int) -> Made:
        """The next update, of this chat if it belongs to a person."""
        weights = [weight for weight, _ in self._kinds]
        make = self._chance.choices([kind for _, kind in self._kinds], weights)[0]
        return make(chat)

    def text(self) -> str:
        """A text of any script and length."""
        roll = self._chance.random()
        if roll < 0.45:
            return self._chance.choice(SENTENCES)
        if roll < 0.55:
            return " ".join(self._chance.choices(SENTENCES, k=self._chance.randint(2, 6)))
        if roll < 0.62:
            return self._chance.choice(COMMANDS)
        if roll < 0.70:
            return unicodedata.normalize("NFD", self._chance.choice(SENTENCES))
        if roll < 0.78:
            return "".join(self._chance.choices([*EMOJI, *ODD, "가", " "], k=self._chance.randint(1, 12)))
        low, high = self._chance.choice(SCRIPTS)
        length = self._chance.choice((1, 3, 20, 60, 300, 4096))
        return "".join(chr(self._chance.randint(low, high)) for _ in range(length))

    def _says(self, chat: int) -> Made:
        return Made(telegram.says(chat, self.text()), chat, True)

    def _edits(self, chat: int) -> Made:
        if self._chance.random() < 0.3:
            place = telegram.message(chat, edit_date=1_795_000_001, location={"longitude": 126.9, "latitude": 37.5})
            return Made(telegram.update(edited_message=place), chat, False)
        return Made(telegram.edits(chat, self.text()), chat, True)

    def _taps(self, chat: int) -> Made:
        offered = self._offered()
        data = self._chance.choice(offered) if offered and self._chance.random() < 0.7 else self._code()
        raw = telegram.taps(
            chat, data, label=self.text()[:30], shown=self.text(), message_id=self._chance.randint(1, 99)
        )
        roll = self._chance.random()
        if roll < 0.1:
            raw["callback_query"]["message"] = {"chat": {"id": chat, "type": "private"}, "message_id": 7, "date": 0}
        elif roll < 0.15:
            del raw["callback_query"]["message"]
        elif roll < 0.17:
            del raw["callback_query"]["data"]
        return Made(raw, chat, True)

    def _code(self) -> str:
        return ":".join(self._chance.choices(CODE_PARTS, k=self._chance.randint(1, 5)))[:64]

    def _sends(self, chat: int) -> Made:
        album = {"media_group_id": str(chat)} if self._chance.random() < 0.1 else {}
        content = self._chance.choice(MEDIA)
        return Made(telegram.update(message=telegram.message(chat, **content, **album)), chat, True)

    def _contact(self, chat: int) -> Made:
        card: dict[str, Any] = {
            "phone_number": self._chance.choice(("+821012345678", "010", "?")),
            "first_name": "김○자",
        }
        if self._chance.random() < 0.6:
            card["user_id"] = self._chance.choice((chat, 5))
        return Made(telegram.update(message=telegram.message(chat, contact=card)), chat, True)

    def _broken(self, chat: int) -> Made:
        """Something good with one to four of its parts exchanged or taken away."""
        makers = (self._says, self._taps, self._sends, self._contact, self._membership)
        raw = copy.deepcopy(self._chance.choice(makers)(chat).raw)
        for _ in range(self._chance.randint(1, 4)):
            holder: Any = raw
            while True:
                keys = [k for k in (holder if isinstance(holder, dict) else range(len(holder))) if k != "update_id"]
                if not keys:
                    break
                key = self._chance.choice(keys)
                inside = holder[key]
                if isinstance(inside, dict | list) and inside and self._chance.random() < 0.7:
                    holder = inside
                    continue
                if isinstance(holder, dict) and self._chance.random() < 0.4:
                    del holder[key]
                else:
                    holder[key] = self._chance.choice(JUNK)
                break
        return Made(raw, chat, False)

    def _in_group(self, chat: int) -> Made:
        return Made(telegram.in_group(-chat, self.text()), -chat, False)

    def _membership(self, chat: int) -> Made:
        status = self._chance.choice(("member", "kicked", "left"))
        if self._chance.random() < 0.4:
            kind = self._chance.choice(("group", "supergroup"))
            return Made(telegram.membership(-chat, status, kind=kind), -chat, False)
        return Made(telegram.membership(chat, status), chat, False)

    def _service(self, chat: int) -> Made:
        return Made(telegram.update(message=telegram.message(chat, **self._chance.choice(SERVICE))), chat, False)

    def _unknown(self, chat: int) -> Made:
        channel = {"message_id": 1, "date": 1_795_000_000, "chat": {"id": -chat, "type": "channel"}, "text": "공지"}
        body = self._chance.choice(
            ({}, {"channel_post": channel}, {"poll": {}}, {"of_next_year": {"chat": {"id": chat}}})
        )
        return Made(telegram.update(**body), chat, False)
