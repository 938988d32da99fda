"""Runs Rasa's own command line as a child that ends with its parent. Started by the Rasa environment's Python.

    python -m nlu.launch run --enable-api ...

The parent holds the other end of standard input. When the parent is gone, even killed, the pipe closes and this process
ends: no server is left behind that holds the port.
"""

import os
import signal
import sys
import threading


def end_with_parent() -> None:
    """Waits until standard input closes, then ends this process as a terminal would."""
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Rasa's command line with the arguments of this one."""
    threading.Thread(target=end_with_parent, name="parent", daemon=True).start()
    from rasa.__main__ import main as rasa

    sys.argv[0] = "rasa"
    rasa()


if __name__ == "__main__":
    main()
