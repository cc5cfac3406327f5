"""Being told: a server that verifies each message with the library of Standard Webhooks, and drops what it knows."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from threading import Thread
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


class Receiver:
    """Receives on this machine; real ones receive behind TLS, at a public name."""

    def __init__(self) -> None:
        self.messages: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self.secret = ""
        self._known: set[str] = set()
        self._newest: dict[str, int] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Return where to send to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/oocd"

    def close(self) -> None:
        """Receive no more."""
        self._server.shutdown()
        self._server.server_close()

    def take(self, raw: bytes, headers: dict[str, str]) -> int:
        """Return what is answered: 204 for a message that is real, once or again; 401 for any other."""
        try:
            Webhook(self.secret).verify(raw, headers)
        except WebhookVerificationError:
            return 401
        message, message_id = json.loads(raw), headers["webhook-id"]
        if message_id in self._known:  # at least once: what was dealt with is taken, and dropped
            return 204
        self._known.add(message_id)
        if "sequence" in message:
            case_id = message["additionalInformation"]["caseId"]
            if message["sequence"] < self._newest.get(case_id, 0):  # sent again by hand: newer things are known
                return 204
            self._newest[case_id] = message["sequence"]
        self.messages.put(message)
        return 204

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                self.send_response(receiver.take(raw, {name.lower(): value for name, value in self.headers.items()}))
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        return Handler
