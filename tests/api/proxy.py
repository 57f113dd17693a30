"""A way to a TCP server that can be cut, or left open with nothing passing through."""

import socket
import threading
from contextlib import suppress

from tests.servers import free_port


class Proxy:
    """Listens on `port` of this machine and passes everything on to `host`:`target_port`."""

    def __init__(self, host: str, target_port: int) -> None:
        self.port = free_port()
        self._target = (host, target_port)
        self._silent = False
        self._sockets: list[socket.socket] = []
        self.restore()

    def restore(self) -> None:
        """Let through again; what was connected before is cut."""
        self.cut()
        self._silent = False
        listener = socket.create_server(("127.0.0.1", self.port))
        self._sockets.append(listener)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """End every connection and take no new one."""
        sockets, self._sockets = self._sockets, []
        for one in sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def silence(self) -> None:
        """Keep every connection and take new ones, but pass nothing on."""
        self._silent = True

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self._target)
                self._sockets += (near, far)
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while passing := source.recv(65536):
                if not self._silent:
                    sink.sendall(passing)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
