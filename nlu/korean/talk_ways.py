"""In which way somebody wants to talk: by telephone, at a center, at home, by video, or with company."""

import re
from collections.abc import Mapping

WAYS: Mapping[str, re.Pattern[str]] = {
    "accompany": re.compile(
        r"동행|면접\S*\s?(?:\S+\s)?(?:같이|함께)|(?:같이|함께)\s?(?:가\s?주|가주|가실|가는\s?분|갈\s?분|면접)"
    ),
    "home": re.compile(
        r"집(?:으로|에|까지)\s?(?:좀\s?|직접\s?)?(?:와|오시|오실|오나|오면|방문|찾아)|찾아\s?(?:오시|오실|와|가는\s?상담)|방문\s?상담"
        r"|방문해\s?(?:주|줄)|거동|못\s?나가|나가기\s?(?:힘|어)|(?<!어떻게\s)와\s?(?:주실|주세요|주시|줄\s?수)|출장\s?상담|가정\s?방문"
        r"|집에서\s?(?:받|상담|만나)"
    ),
    "video": re.compile(r"화상|화면으로|영상|비디오|얼굴\s?보면서|줌(?:으로|\s|$)"),
    "phone": re.compile(r"전화(?:요|로|상담|\s?상담|\s?주|\s?하|\s?가|\s?통화|가\s?좋|면)|통화|유선|^전화$"),
    "center": re.compile(
        r"센터(?:로|\s?상담|\s?예약|에\s?(?:가|갈|직접|서)|에서|\s?방문|가서)|직접\s?(?:가|만나|뵙|찾아가|방문)|찾아\s?(?:갈|뵐|뵙)|대면|만나서|가서\s?(?:상담|받|뵙)|사무실|방문할|방문하겠|제가\s?갈"
    ),
}
"""How people say it, by the kind of appointment; the first that fits holds."""


def read_way(text: str) -> str:
    """The kind of appointment that a text names: phone, center, home, accompany, video; "" for none."""
    return next((way for way, words in WAYS.items() if words.search(text)), "")
