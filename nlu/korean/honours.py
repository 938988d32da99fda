"""Honours, which answers about somebody else are full of, as plain speech: 쉬고 계세요, 받으셔요."""

import re

_HONOURS = (
    (r"(?:이)?신데", "인데"),
    (r"(?<=[가-힣])이시(?=[고지라])", "이"),
    (r"(?<=[살세])시(?=[고지라])", "이"),
    (r"사시(?=[는고])", "사"),
    (r"받으시(?=[는고])", "받"),
    (r"계(?:셔|세)요", "있어요"),
    (r"계(?:시|신)", "있"),
    (r"(?<=[없있])으(?:셔|세)요", "어요"),
    (r"(?<=[가-힣])으(?:셔|세)요", "아요"),
    (r"하(?:셔|세)요", "해요"),
    (r"사(?:셔|세)요", "살아요"),
    (r"니(?:셔|세)요", "녀요"),
    (r"쉬(?:셔|세)요", "쉬어요"),
    (r"(?<=받|있|없)으셨", "았"),
    (r"하셨", "했"),
    (r"두셨", "뒀"),
    (r"(?<=[가-힣])이(?:셔|세)요", "이에요"),
    (r"(?<=[가-힣])(?:셔|세)요", "예요"),
)
_PLAIN = tuple((re.compile(words), plain) for words, plain in _HONOURS)


def plain_speech(text: str) -> str:
    """Honours as plain speech: "쉬고 계세요" as "쉬고 있어요", "받으셔요" as "받아요", "안 하세요" as "안 해요"."""
    for pattern, plain in _PLAIN:
        text = pattern.sub(plain, text)
    return text
