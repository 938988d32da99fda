"""Run by the Rasa environment's Python: trains config.yml on a few sentences of each intent, then parses texts.

python -m tests.nlu.rasa_side FOLDER   < texts as a JSON list   > answers as a JSON list
"""

import asyncio
import json
import sys
from pathlib import Path

import yaml
from rasa.core.agent import Agent
from rasa.model_training import train_nlu

ROOT = Path(__file__).parent.parent.parent
EACH = 8
"""Sentences of each intent: enough for the folds of the calibration."""


def few(out: Path) -> Path:
    """Training data with a few sentences of each intent, spread over each file."""
    items = []
    for file in sorted((ROOT / "nlu" / "data" / "intents").glob("*.yml")):
        for item in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            lines = item["examples"].strip().splitlines()
            items.append({"intent": item["intent"], "examples": "\n".join(lines[:: max(len(lines) // EACH, 1)][:EACH])})
    data = out / "few.yml"
    data.write_text(yaml.safe_dump({"version": "3.1", "nlu": items}, allow_unicode=True), encoding="utf-8")
    return data


async def answers(model: str, texts: list[str]) -> list[object]:
    """What the trained model says of each text."""
    agent = Agent.load(model)
    return [await agent.parse_message(text) for text in texts]


def main() -> None:
    out = Path(sys.argv[1])
    texts = json.loads(sys.stdin.read())
    model = train_nlu(str(ROOT / "config.yml"), str(few(out)), str(out), fixed_model_name="few")
    print("\n" + json.dumps(asyncio.run(answers(str(model), texts)), ensure_ascii=False))


if __name__ == "__main__":
    main()
