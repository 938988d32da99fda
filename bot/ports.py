"""Whether a port of this computer is free, said before anything is started on it."""

import socket

from bot.errors import OperatorError


def require_free(port: int, variable: str, host: str = "127.0.0.1") -> None:
    """Raises OperatorError when another program listens on a port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise OperatorError(
                f"port {port} is used by another program: stop that program, or set {variable} to a free port."
            ) from None


def free_port() -> int:
    """A port of this computer on which nobody listens now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
