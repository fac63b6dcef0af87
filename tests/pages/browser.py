"""A headless Chromium, driven by ChromeDriver with the WebDriver protocol.

Source: https://www.w3.org/TR/webdriver2/
"""

import base64
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""Key of the ID of an element in answers."""

CHROMIUM_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


class Browser:
    """A session of the browser."""

    def __init__(self, url: str, session: str) -> None:
        self._url, self._session = url, session

    def open(self, page: Path) -> None:
        """Open a file."""
        self._call("POST", "url", {"url": page.as_uri()})

    def run(self, script: str, *arguments: Any) -> Any:
        """Run JavaScript in the page, and return its result."""
        return self._call("POST", "execute/sync", {"script": script, "args": list(arguments)})

    def type(self, selector: str, text: str) -> None:
        """Type a text into an element."""
        self._call("POST", f"element/{self._element(selector)}/value", {"text": text})

    def clear(self, selector: str) -> None:
        """Clear an input."""
        self._call("POST", f"element/{self._element(selector)}/clear", {})

    def click(self, selector: str) -> None:
        """Click on an element."""
        self._call("POST", f"element/{self._element(selector)}/click", {})

    def resize(self, width: int, height: int) -> None:
        """Set the size of the page, in pixels."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.developer_tools("Emulation.setDeviceMetricsOverride", metrics)

    def set_color_scheme(self, scheme: str) -> None:
        """Prefer ``light`` or ``dark``."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.developer_tools("Emulation.setEmulatedMedia", {"features": [feature]})

    def developer_tools(self, command: str, parameters: dict[str, Any]) -> Any:
        """Send a command of the Chrome DevTools Protocol."""
        return self._call("POST", "goog/cdp/execute", {"cmd": command, "params": parameters})

    def screenshot(self) -> bytes:
        """Return the visible part of the page as PNG."""
        return base64.b64decode(self._call("GET", "screenshot"))

    def console_errors(self) -> list[str]:
        """Return the errors that the page has caused, such as blocked requests."""
        entries = self._call("POST", "se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] in {"SEVERE", "WARNING"}]

    def _element(self, selector: str) -> str:
        found = self._call("POST", "element", {"using": "css selector", "value": selector})
        return str(found[ELEMENT])

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        response = requests.request(method, f"{self._url}/session/{self._session}/{path}", json=body, timeout=60)
        value = response.json()["value"]
        if not response.ok:
            raise RuntimeError(value["message"])
        return value


@contextmanager
def run_browser(driver: Path, chromium: Path, folder: Path) -> Iterator[Browser]:
    """Run a browser with an empty profile in a folder."""
    port = _free_port()
    process = subprocess.Popen([driver, f"--port={port}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "started successfully" in line:
                break
        url = f"http://127.0.0.1:{port}"
        session = _create_session(url, chromium, [*CHROMIUM_OPTIONS, f"--user-data-dir={folder}"])
        try:
            yield Browser(url, session)
        finally:
            requests.delete(f"{url}/session/{session}", timeout=60)
    finally:
        process.kill()
        process.communicate()


def _create_session(url: str, chromium: Path, options: Sequence[str]) -> str:
    capabilities = {
        "browserName": "chrome",
        "goog:chromeOptions": {"binary": str(chromium), "args": list(options)},
        "goog:loggingPrefs": {"browser": "ALL"},
    }
    body = {"capabilities": {"alwaysMatch": capabilities}}
    answer = requests.post(f"{url}/session", json=body, timeout=60).json()["value"]
    if "sessionId" not in answer:
        raise RuntimeError(answer["message"])
    return str(answer["sessionId"])


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
