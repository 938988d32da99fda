"""A stand-in for the Rasa environment's Python, for tests of what starts, watches and trains: quick, no Rasa in it."""

import sys
from pathlib import Path

SCRIPT = """#!{python}
import json, os, sys, threading, time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

here, words = Path(__file__).parent, sys.argv
mode = (here / "mode").read_text()

def after(flag):
    return words[words.index(flag) + 1]

def train():
    print("2026 INFO x - Starting to train component 'Sounds'.", flush=True)
    if mode == "broken":
        print("ValueError: no sentences")
        sys.exit(1)
    if mode != "empty":
        Path(after("--out"), after("--fixed-model-name")).write_text(str(time.time_ns()))

class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({{"model_file": Path(after("--model")).name}}).encode()
        self.send_response(409 if mode == "loading" else 200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        (here / "asked").write_bytes(self.rfile.read(int(self.headers["content-length"])))
        self.do_GET()

    def log_message(self, *parts):
        print("asked", flush=True)

def end_with_parent():
    while os.read(0, 4096):
        pass
    os._exit(0)

def serve():
    if mode == "dies":
        sys.exit(3)
    threading.Thread(target=end_with_parent, daemon=True).start()
    HTTPServer(("127.0.0.1", int(after("--port"))), Answers).serve_forever()

train() if "train" in words else serve()
"""


def fake_rasa(folder: Path, mode: str = "well") -> Path:
    """Puts the stand-in into `folder`; `mode`: well, loading, dies, broken, empty. Answers its path."""
    folder.mkdir(parents=True, exist_ok=True)
    python = folder / "python"
    python.write_text(SCRIPT.format(python=sys.executable), encoding="utf-8")
    python.chmod(0o755)
    (folder / "rasa").touch()
    (folder / "mode").write_text(mode)
    return python
