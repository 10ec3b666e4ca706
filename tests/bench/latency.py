"""From the write of a file to its words in the browser, through `generator serve`."""
import glob
import http.client
import os
import re
import signal
import socket
import subprocess
import time
from statistics import median

import measure
from report import Table, ms, verdicts

SECTION = "reperes"
EDITS = 10
LIMIT_SECONDS = 60


def latency(pages, ours, work):
    """Prints the table and what was asked."""
    content, output = os.path.join(work, f"serve-content-{pages}"), os.path.join(work, f"serve-{pages}")
    print(f"writing {pages:,} pages to serve", flush=True)
    measure.rest(measure.corpus(content, pages))
    port = free_port()
    with open(os.path.join(work, "serve-log"), "wb") as log:
        start = time.monotonic()
        server = subprocess.Popen(ours.serve(content, output, port), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        peak_mib = 0
        try:
            browser = Browser(port)
            first = browser.wait_for("/", b"<main", server)
            time.sleep(2)
            files = sorted(glob.glob(os.path.join(content, SECTION, "*[0-9].md")))
            step = max(1, len(files) // (2 * EDITS))
            chosen = files[: 2 * EDITS * step : step]
            bodies = [edit(browser, server, file, number, in_title=False) for number, file in enumerate(chosen[::2])]
            titles = [edit(browser, server, file, number, in_title=True) for number, file in enumerate(chosen[1::2])]
        finally:
            if server.returncode is None:
                server.send_signal(signal.SIGTERM)
                _, peak_mib, _ = measure.ended(server, start)
    table = Table("edit", "min", "median", "max", "edits")
    for name, times in (("body, seen on its page", bodies), ("title, seen in its section’s list", titles)):
        table.row(name, ms(min(times)), ms(median(times)), ms(max(times)), str(len(times)))
    print(f"{pages:,} pages served, first answer after {first:.1f} s, peak memory {peak_mib:,.0f} MiB")
    print(table)
    print(verdicts([
        (f"save to served, {name}", ms(median(times)), "< 40 ms", median(times) < 0.040)
        for name, times in (("body", bodies), ("title", titles))
    ]))


def edit(browser, server, file, number, in_title):
    """Saves a page with a word that nobody wrote, and says how long until it is served, in seconds.

    The page is then as it was, and the server has had a second of quiet: an edit pays for no other.
    """
    with open(file, "rb") as page:
        before = page.read()
    # A letter last: « mot1 » would be found in « mot10 ».
    word = b"motdetitre%dx" % number if in_title else b"motdecorps%dx" % number
    if in_title:
        after = re.sub(rb'^title: "', b'title: "' + word + b" ", before, count=1, flags=re.MULTILINE)
        address = f"/{SECTION}/"
    else:
        after = before.replace(b"\n## ", b"\nUne phrase avec " + word + b" dedans.\n\n## ", 1)
        address = f"/{SECTION}/{os.path.basename(file)[:-3]}/"
    browser.get(address)
    start = time.monotonic()
    save(file, after)
    browser.wait_for(address, word, server)
    seconds = time.monotonic() - start
    save(file, before)
    browser.wait_for(address, word, server, gone=True)
    time.sleep(1)
    return seconds


def save(file, text):
    with open(file, "wb") as page:
        page.write(text)


class Browser:
    """One connection that stays open, as a browser's does."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT_SECONDS)

    def get(self, address):
        """The page, or nothing when it could not be had."""
        try:
            self.connection.request("GET", address)
            answer = self.connection.getresponse()
            text = answer.read()
            return text if answer.status == 200 else b""
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return b""

    def wait_for(self, address, word, server, gone=False):
        """Asks about every millisecond until the page is there with the word, or without; in seconds."""
        start = time.monotonic()
        while True:
            text = self.get(address)
            if text and (word in text) != gone:
                return time.monotonic() - start
            if server.poll() is not None:
                raise measure.Failed(f"the server ended with {server.returncode}: see serve-log with --keep")
            if time.monotonic() - start > LIMIT_SECONDS:
                raise measure.Failed(f"{address} did not change within {LIMIT_SECONDS} s")
            time.sleep(0.001)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
