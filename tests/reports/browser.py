# SPDX-License-Identifier: GPL-2.0
"""browser.py - a headless Chromium, driven by its DevTools protocol: opens a page, presses what is on it, asks what it shows."""
import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request

import websocket


class Browser:
    """One page. Requests and complaints are kept, for a test to look at."""

    def __init__(self, start_seconds=60):
        self.home = tempfile.mkdtemp(prefix="mmaudit-chromium.")
        self.requests, self.complaints, self.last = [], [], 0
        self.process = subprocess.Popen(
            ["chromium", "--headless", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0",
             "--no-first-run", "--disable-extensions", "--disable-background-networking", "--remote-allow-origins=*",
             "--user-data-dir=" + self.home] + (["--no-sandbox"] if os.geteuid() == 0 else []) + ["about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment())
        self.socket = self.connect(time.monotonic() + start_seconds)
        for domain in ("Page", "Network", "Runtime", "Log", "DOM"):
            self.call(domain + ".enable")

    def environment(self):
        return dict(os.environ, HOME=self.home, DBUS_SESSION_BUS_ADDRESS="disabled:")

    def connect(self, deadline):
        """Chromium writes its port to a file. Its only target is the page."""
        told = os.path.join(self.home, "DevToolsActivePort")
        while True:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("chromium did not start")
            try:
                port = open(told).read().split()[0]
                targets = self.targets(port)
                return websocket.create_connection(targets[0], timeout=30)
            except (OSError, IndexError):
                time.sleep(0.05)

    @staticmethod
    def targets(port):
        with urllib.request.urlopen("http://127.0.0.1:%s/json/list" % port, timeout=5) as answer:
            return [t["webSocketDebuggerUrl"] for t in json.load(answer) if t["type"] == "page"]

    def note(self, message):
        method, params = message.get("method"), message.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Log.entryAdded":
            self.complaints.append(params["entry"]["text"])
        elif method == "Runtime.consoleAPICalled":
            self.complaints.append(str(params["args"]))

    def call(self, method, **params):
        self.last += 1
        self.socket.send(json.dumps({"id": self.last, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == self.last:
                break
            self.note(message)
        if "error" in message:
            raise RuntimeError("%s: %s" % (method, message["error"]["message"]))
        return message["result"]

    def wait(self, method):
        while True:
            message = json.loads(self.socket.recv())
            self.note(message)
            if message.get("method") == method:
                return

    def open(self, url):
        """From another page: only then is the whole page loaded again, and not just the part behind its '#' looked up."""
        self.call("Page.navigate", url="about:blank")
        self.wait("Page.loadEventFired")
        self.requests.clear()
        self.call("Page.navigate", url=url)
        self.wait("Page.loadEventFired")

    def look(self, width, height, dark=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def scripts(self, on):
        self.call("Emulation.setScriptExecutionDisabled", value=not on)

    def ask(self, expression):
        """The value of a JavaScript expression in the page."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError("%s: %s" % (expression, result["exceptionDetails"]["exception"]["description"]))
        return result["result"].get("value")

    def press(self, selector):
        """With the mouse, in the middle of what is seen of the element: what lies over it gets the click."""
        at = self.ask("""(() => { const e = document.querySelector(%s); e.scrollIntoView({ block: "center" });
            const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()""" % json.dumps(selector))
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=at[0], y=at[1], button="left", clickCount=1)

    def key(self, key, code):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code,
                      **({"text": "\r"} if key == "Enter" and kind == "keyDown" else {}))

    def choose(self, selector, value):
        """In a list, which has no picture of its own while headless: as its user would have, by the event that follows."""
        self.ask("""(() => { const e = document.querySelector(%s); e.value = %s;
            e.dispatchEvent(new Event("change", { bubbles: true })); })()""" % (json.dumps(selector), json.dumps(value)))

    def settle(self):
        """Until what was changed last is drawn."""
        self.call("Runtime.evaluate", awaitPromise=True,
                  expression="new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def picture(self, path):
        self.settle()
        size = self.ask("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True,
                         clip={"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1})
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    def close(self):
        try:
            self.call("Browser.close")
            self.process.wait(10)
        except Exception:
            self.process.kill()
            self.process.wait()
        self.socket.close()
        shutil.rmtree(self.home, ignore_errors=True)
