"""In which way somebody wants to talk."""

import pytest

from counsel.kinds import KindName
from nlu.korean.talk_ways import WAYS, read_way


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("전화로 상담하고 싶어요", "phone"),
        ("통화로 해 주세요", "phone"),
        ("센터로 갈게요", "center"),
        ("직접 뵙고 말씀드릴게요", "center"),
        ("집으로 와 주세요", "home"),
        ("다리가 불편해서 못 나가요 와 주실 수 있나요", "home"),
        ("면접에 같이 가 주세요", "accompany"),
        ("동행 면접 신청이요", "accompany"),
        ("화상으로 할 수 있나요", "video"),
        ("상담 예약할게요", ""),
        ("다음 주 화요일이요", ""),
    ],
)
def test_the_way_of_talking(text: str, kind: str) -> None:
    assert read_way(text) == kind


def test_every_way_is_a_kind_of_appointment() -> None:
    assert set(WAYS) == {kind.value for kind in KindName}
