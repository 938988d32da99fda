"""Every text that people read, held to the numbered rules of an accessible conversation (telegram.md, part 3)."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from bot.words import FOLDER, Text, Words, WordsError, blanks_in, load_words
from knowledge.text_rules import load_text_rules

BOT = FOLDER.parent
WORDS = load_words()
RULES = load_text_rules()
TEXTS = [t for t in WORDS.texts.values() if not t.is_label]
LABELS = [t for t in WORDS.texts.values() if t.is_label]
BLAME = (
    "잘못 입력",
    "잘못하셨",
    "틀리셨",
    "입력하지 않으",
    "하셔야만",
    "안 됩니다",
    "불가합니다",
    "바랍니다",
    "요망",
    "금지",
)
OFFICIALESE = ("금번", "향후", "지체 없이", "소관", "제출 바람", "귀하", "상기", "익일", "기재", "어르신")
SENTENCE = re.compile(r"(?<=[.?!])\s+")
EMOJI = re.compile("[\U0001f300-\U0001faff☀-➿]")


def ids(texts: list[Text]) -> list[str]:
    return [t.key for t in texts]


def versions(text: Text) -> set[str]:
    return {text.text, text.simple}


@pytest.mark.parametrize("text", TEXTS, ids=ids(TEXTS))
def test_rule_1_short_sentences_and_messages(text: Text) -> None:
    for version in versions(text):
        bare = re.sub(r"<[^>]+>|\{[^}]*\}", "", version)
        assert len(bare) <= 300
        for sentence in SENTENCE.split(bare.replace("\n", " ")):
            assert len(sentence) <= 60, sentence


@pytest.mark.parametrize("text", TEXTS, ids=ids(TEXTS))
def test_rule_3_everyday_words_without_letters(text: Text) -> None:
    for version in versions(text):
        bare = re.sub(r"<[^>]+>|\{[^}]*\}", "", version)
        assert not re.search("[A-Za-z]", bare)
        for word, better in RULES.instead.items():
            assert not re.search(rf"(?<![가-힣]){re.escape(word)}", bare), f"{word} -> {better}"
        assert not [word for word in OFFICIALESE if word in bare]


@pytest.mark.parametrize("text", TEXTS, ids=ids(TEXTS))
def test_rule_4_polite_and_without_blame(text: Text) -> None:
    for version in versions(text):
        assert not [word for word in BLAME if word in version]
        assert not re.search(r"(할 것|하시오|하라|해라)[.\s]", version)


@pytest.mark.parametrize("text", TEXTS, ids=ids(TEXTS))
def test_rule_7_few_emoji_and_little_bold(text: Text) -> None:
    assert len(EMOJI.findall(text.text)) <= 1
    assert text.text.count("<b>") <= 2
    assert text.text.count("<b>") == text.text.count("</b>")


@pytest.mark.parametrize("text", TEXTS, ids=ids(TEXTS))
def test_rule_8_one_question(text: Text) -> None:
    outside_examples = re.sub(r'"[^"]*"', "", text.text)
    assert outside_examples.count("?") <= 1


@pytest.mark.parametrize("label", LABELS, ids=ids(LABELS))
def test_rule_9_labels_fit_a_button(label: Text) -> None:
    bare = re.sub(r"\{[^}]*\}", "", label.text)
    assert 1 <= len(bare) <= 14
    assert not re.search("[A-Za-z]", bare)


def test_the_simpler_version_is_not_longer() -> None:
    longer = [t.key for t in TEXTS if len(t.simple) > len(t.text)]
    assert longer == []


def test_both_versions_have_blanks_that_the_code_fills() -> None:
    for text in TEXTS:
        assert blanks_in(text.simple) <= blanks_in(text.text), text.key


def keys_in_code() -> set[str]:
    """Every string in the bot's code that looks like a key, f-string prefixes included (with a star)."""
    found: set[str] = set()
    for path in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and re.fullmatch(r"[a-z]+\.[a-z_0-9]+", str(node.value)):
                found.add(str(node.value))
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                prefix = str(node.values[0].value)
                if re.match(r"[a-z]+\.[a-z_0-9]*$", prefix):
                    found.add(prefix + "*")
    return found


def test_every_key_in_code_has_a_text() -> None:
    names = {key.split(".")[0] for key in WORDS.texts}
    found = keys_in_code()
    used = {k for k in found if k.split(".")[0] in names and not k.endswith("*") and k + "*" not in found}
    named_records = {"programs.compared"}
    assert sorted(k for k in used - named_records if k not in WORDS.texts) == []


def test_every_text_is_used() -> None:
    used = keys_in_code()
    prefixes = tuple(k[:-1] for k in used if k.endswith("*"))
    unused = [k for k in WORDS.texts if k not in used and not k.startswith(prefixes)]
    assert unused == []


def test_mistakes_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("a.b: {text: 가}\n")
    (tmp_path / "b.yml").write_text("a.b: {text: 나}\n")
    with pytest.raises(WordsError, match=r"b.yml: a.b stands twice"):
        load_words(tmp_path)
    (tmp_path / "b.yml").write_text("b.c: {texts: 나}\n")
    with pytest.raises(WordsError, match=r"b.yml: b.c"):
        load_words(tmp_path)


def test_values_are_escaped_and_particles_fit(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(yaml.safe_dump({"a.b": {"text": "<b>{name:은/는}</b> {more}"}}, allow_unicode=True))
    words = load_words(tmp_path)
    assert words.say("a.b", name="기초연금", more="1 < 2 & 3").text == "<b>기초연금은</b> 1 &lt; 2 &amp; 3"
    assert words.say("a.b", name="자활근로", more="").text == "<b>자활근로는</b> "
    with pytest.raises(WordsError, match="more"):
        words.say("a.b", name="가")
    with pytest.raises(WordsError, match=r"x\.y"):
        Words({}).say("x.y")
