#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real server, a real console under Xvfb with openbox, real key presses: log in, take a dialog from the queue by
keyboard alone, answer, transfer, release. The server's REST says what has happened.

    keys.py --server PATH --console PATH [--layout us|ru|us,ru] [--shots FOLDER]

With the layout "ru" no Latin layout is configured at all; with "us,ru" both are and the Russian one is active.
xdotool presses keys by their place on the keyboard, as fingers do."""
import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

# Where a letter of commands lies on the keyboard: X key codes of an evdev keyboard.
CODES = {"1": 10, "2": 11, "e": 26, "r": 27, "t": 28, "Tab": 23, "Return": 36, "Control": 37, "Escape": 9, "a": 38,
         "k": 45, "l": 46, "x": 53, "n": 57, "Alt": 64, "F2": 68, "F6": 72, "Down": 116, "Up": 111}


WEBHOOK = "a-webhook-token-of-a-test-with-32-bytes"


class Failure(Exception):
    pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait(what, condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise Failure(f"waited in vain for {what}")


class House:
    """Server, display, window manager, console; everything goes when the block ends."""

    def __init__(self, options):
        self.options = options
        self.folder = tempfile.mkdtemp(prefix="keys-")
        self.processes = []
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.environment = dict(os.environ, SIGNALBOX_DATA_DIR=self.folder, PORT=str(self.port),
                                MANAGEMENT_PORT=str(free_port()), JWT_SECRET="j" * 40, SESSION_SECRET="s" * 40,
                                WEBHOOK_TOKEN=WEBHOOK, SIGNALBOX_LOG_LEVEL="warning")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def spawn(self, *command, **more):
        log = open(os.path.join(self.folder, os.path.basename(command[0]) + ".log"), "ab")
        process = subprocess.Popen(command, stdout=log, stderr=log, **more)
        self.processes.append(process)
        return process

    def call(self, method, path, body=None, token=None):
        request = urllib.request.Request(self.base + path, method=method)
        request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", "Bearer " + token)
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(request, data, timeout=10) as answer:
            text = answer.read()
            return json.loads(text) if text else {}

    def up(self):
        try:
            return bool(self.call("GET", "/healthz"))
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def start_server(self):
        added = subprocess.run([self.options.server, "operator", "add", "--login=root", "--name=Корень", "--role=admin"],
                               env=self.environment, capture_output=True, text=True, check=True)
        password = re.search(r"Password: (\S+)", added.stdout).group(1)
        self.spawn(self.options.server, env=self.environment)
        wait("the server", self.up)
        self.root = self.call("POST", "/api/auth/login", {"login": "root", "password": password})["access_token"]
        for login, name in (("anna", "Анна"), ("maria", "Мария")):
            self.call("POST", "/api/operators",
                      {"login": login, "name": name, "password": "4815162342", "role": "operator"}, self.root)

    def start_display(self):
        reader, writer = os.pipe()
        self.spawn("Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x800x24", "-nolisten", "tcp",
                   pass_fds=(writer,))
        os.close(writer)
        with os.fdopen(reader) as pipe:
            self.display = ":" + pipe.readline().strip()
        self.screen = dict(os.environ, DISPLAY=self.display, QT_QPA_PLATFORM="xcb", LANG="C.UTF-8",
                           XDG_CONFIG_HOME=self.folder + "/config", XDG_DATA_HOME=self.folder + "/share",
                           SIGNALBOX_CONSOLE_PASSWORD="", DBUS_SESSION_BUS_ADDRESS="disabled:")
        self.spawn("openbox", env=self.screen)
        wait("the window manager", lambda: subprocess.run(["xdotool", "get_num_desktops"], env=self.screen,
                                                          capture_output=True).returncode == 0)
        self.run("setxkbmap", "-layout", self.options.layout)

    def run(self, *command):
        return subprocess.run(command, env=self.screen, check=True, capture_output=True, text=True).stdout

    def switch_layout(self):
        """To the second layout, where there is one: locks its group, as a user's switch does."""
        if self.options.layout == "us,ru":
            self.run("setxkbmap", "-layout", "us,ru", "-option", "grp:menu_toggle")
            self.run("xdotool", "key", "135")

    def start_console(self):
        self.console = self.spawn(self.options.console, "--server", self.base, "--login", "anna", "--language", "en",
                                  "--theme", "light", env=self.screen)

    def window(self, name):
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", name], env=self.screen,
                               capture_output=True, text=True).stdout.split()
        return found[-1] if found else None

    def active(self):
        return subprocess.run(["xdotool", "getactivewindow", "getwindowname"], env=self.screen, capture_output=True,
                              text=True).stdout.strip()

    def press(self, *keys):
        """press("Control", "t"): down in that order, up in the other."""
        for key in keys:
            self.run("xdotool", "keydown", str(CODES[key]))
        for key in reversed(keys):
            self.run("xdotool", "keyup", str(CODES[key]))
        time.sleep(0.15)

    def type(self, text):
        self.run("xdotool", "type", "--delay", "15", text)
        time.sleep(0.2)

    def shot(self, name):
        if self.options.shots:
            os.makedirs(self.options.shots, exist_ok=True)
            subprocess.run(["import", "-window", "root", os.path.join(self.options.shots, name + ".png")],
                           env=self.screen, check=False)

    def dialog(self, number):
        return self.call("GET", f"/api/dialogs/{number}", token=self.root)

    def queue(self, name, text, priority=0):
        number = self.call("POST", "/chat/session", {"guest_name": name, "message": text})["session_id"]
        self.call("POST", f"/api/dialogs/{number}/handoff", {"reason": text, "priority": priority}, WEBHOOK)
        return number

    def texts(self, number):
        items = self.call("GET", f"/api/dialogs/{number}/messages", token=self.root)["items"]
        return [item["text"] for item in items if item["sender"] == "operator"]


def log_in(house):
    wait("the login window", lambda: house.window("^Signalbox$"))
    wait("its focus", lambda: house.active() == "Signalbox")
    time.sleep(0.5)
    house.shot("login")
    # The name is filled in, the password field has the focus.
    house.type("4815162342")
    house.press("Return")
    wait("the main window", lambda: re.search("Signalbox", house.active()) and house.window("Signalbox$"))
    wait("anna to be online", lambda: any(person["login"] == "anna" and person["status"] == "online" for person in
                                          house.call("GET", "/api/operators", token=house.root)["items"]))
    time.sleep(0.7)


def take_answer_transfer_release(house, urgent, other):
    house.switch_layout()
    house.press("F2")  # the most urgent of the queue
    wait("the urgent dialog to be taken", lambda: house.dialog(urgent)["status"] == "operator")
    house.shot("taken")
    house.type("42 15")
    house.press("Return")
    wait("the answer", lambda: house.texts(urgent) == ["42 15"])
    house.press("Control", "t")
    wait("the transfer dialog", lambda: "Transfer" in house.active())
    time.sleep(0.3)
    house.press("Down")
    house.press("Up")
    house.shot("transfer")
    house.press("Return")
    wait("the dialog to be passed on", lambda: house.dialog(urgent)["status"] == "queued", 30)
    if not house.dialog(urgent)["handoff"]["reserved_for"]:
        raise Failure("the transferred dialog is reserved for nobody")
    # The other one: chosen in the list by arrows, taken by Ctrl+Enter, given back by Ctrl+R.
    house.press("Control", "1")
    house.press("Down")
    house.press("Up")
    house.press("Control", "Return")
    wait("the other dialog to be taken", lambda: house.dialog(other)["status"] == "operator")
    house.press("Control", "r")
    house.shot("released")
    wait("the other dialog to be back in the queue", lambda: house.dialog(other)["status"] == "queued", 30)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True)
    parser.add_argument("--console", required=True)
    parser.add_argument("--layout", default="us")
    parser.add_argument("--shots")
    with House(parser.parse_args()) as house:
        try:
            house.start_server()
            other = house.queue("Petr", "Where is my parcel?")
            urgent = house.queue("Anna", "My payment failed", 50)
            house.start_display()
            house.start_console()
            log_in(house)
            take_answer_transfer_release(house, urgent, other)
        except (Failure, subprocess.CalledProcessError) as failure:
            house.shot("failure")
            print(f"FAILED with layout {house.options.layout}: {failure}", file=sys.stderr)
            print("processes:", [(each.args[0], each.poll()) for each in house.processes], file=sys.stderr)
            for name in ("signalbox-console.log", "signalboxd.log", "openbox.log",
                         "share/Signalbox/signalbox-console/console.log", "share/Signalbox/signalbox-console/crash.txt"):
                path = os.path.join(house.folder, name)
                if os.path.exists(path):
                    with open(path, encoding="utf-8", errors="replace") as log:
                        print(f"--- {name}", log.read()[-3000:], sep="\n", file=sys.stderr)
            return 1
    print("passed:", house.options.layout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
