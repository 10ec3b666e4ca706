"""Builds of one corpus, ours, Hugo's and a plain copy by turns, and what the ratios are."""
import glob
import os
import re
from statistics import median

import measure
from report import Table, ms, ratio, verdicts
from sites import OWN_FILES, receipt

# The rows of the table, in the order in which they are run.
WHOLE, COPY, HUGO = "ours, whole build", "cp -r of what we wrote", "Hugo"
AGAIN, NO_RECEIPT, ALTERED = "ours, nothing changed", "ours, without receipt", "ours, a page altered by hand"
# Apart: with compressed copies.
PRESSED, PRESSED_AGAIN, PRESSED_NO_RECEIPT = (
    "compressed, whole build",
    "compressed, nothing changed",
    "compressed, without receipt",
)


class Race:
    def __init__(self, pages, ours, hugo, work):
        self.pages, self.ours, self.hugo, self.work = pages, ours, hugo, work
        self.content = os.path.join(work, f"content-{pages}")
        self.costs = {}
        self.written = {}

    def run(self, runs):
        """Every output goes to a folder of its own, and nothing is removed before the end of all: on
        ext4, whatever follows the removal of a large tree is several times slower."""
        measure.rest(measure.corpus(self.content, self.pages))
        for turn in range(1, runs + 1):
            print(f"{self.pages:,} pages, run {turn} of {runs}", flush=True)
            output = self.folder("ours", turn)
            self.take(WHOLE, self.ours.build(self.content, output), output)
            self.take(COPY, ["cp", "-r", output, self.folder("copy", turn)])
            if self.hugo:
                self.take(HUGO, self.hugo.build(self.content, self.folder("hugo", turn)))
            self.again(output)
            # Compressing takes long and is steady: once is enough.
            if turn == 1:
                self.pressed(self.folder("pressed", turn))

    def again(self, output):
        """Builds over a site that is there already."""
        command = self.ours.build(self.content, output)
        if not os.path.exists(receipt(output)):
            raise measure.Failed(f"no receipt was left in {output}")
        self.take(AGAIN, command, output)
        os.remove(receipt(output))
        self.take(NO_RECEIPT, command, output)
        page = sorted(glob.glob(os.path.join(output, "*", "*", "index.html")))[0]
        text = alter(page)
        self.take(ALTERED, command, output)
        with open(page, "rb") as restored:
            if restored.read() != text:
                raise measure.Failed(f"{page} was altered by hand, and the build left it so")

    def pressed(self, output):
        command = self.ours.build(self.content, output, compress=True)
        self.take(PRESSED, command, output)
        self.take(PRESSED_AGAIN, command, output)
        os.remove(receipt(output))
        self.take(PRESSED_NO_RECEIPT, command, output)

    def folder(self, what, turn):
        return os.path.join(self.work, f"{what}-{self.pages}-{turn}")

    def take(self, what, command, output=None):
        before = stamps(output) if output else {}
        cost = measure.cost_of(command, os.path.join(self.work, "log"))
        self.costs.setdefault(what, []).append(cost)
        if output:
            self.written[what] = sum(before.get(file) != stamp for file, stamp in stamps(output).items())

    def seconds(self, what):
        return median(cost.seconds for cost in self.costs[what])

    def peak_mib(self, what):
        return max(cost.peak_mib for cost in self.costs[what])

    def table(self):
        table = Table("what", "median", "least", "most", "peak memory", "files written")
        for what, costs in self.costs.items():
            times = [cost.seconds for cost in costs]
            written = f"{self.written[what]:,}" if what in self.written else ""
            peak = f"{self.peak_mib(what):,.0f} MiB"
            table.row(what, ms(median(times)), ms(min(times)), ms(max(times)), peak, written)
        return table

    def verdicts(self):
        whole = self.seconds(WHOLE)
        asked = [
            ratio("ours / cp -r", whole, self.seconds(COPY), at_most=1.3),
            ratio("nothing changed / whole", self.seconds(AGAIN), whole, at_most=0.15),
            ratio("without receipt / whole", self.seconds(NO_RECEIPT), whole, at_most=0.65),
            ("files written, nothing changed", f"{self.written[AGAIN]}", "0", self.written[AGAIN] == 0),
            ("peak memory, whole build", f"{self.peak_mib(WHOLE):.0f} MiB", "≤ 200 MiB", self.peak_mib(WHOLE) <= 200),
            ("a page altered by hand", "restored", "restored", True),
        ]
        if self.hugo:
            asked.insert(0, ratio("Hugo / ours", self.seconds(HUGO), whole, at_least=8))
        return verdicts(asked)

    def stages(self):
        """Medians of what `--timings` says of whole builds, in the generator's words, and what it does not say."""
        table = Table("stage of a whole build", "median")
        found = [re.findall(r"^ *([0-9.]+) ms  (.+)$", cost.said, re.MULTILINE) for cost in self.costs[WHOLE]]
        known = 0
        for place, (_, stage) in enumerate(found[0]):
            time = median(float(run[place][0]) for run in found)
            known += time
            table.row(stage, f"{time:,.0f} ms")
        table.row("the rest: start, receipt, end", f"{self.seconds(WHOLE) * 1000 - known:,.0f} ms")
        return table

    def sizes(self):
        """How much each wrote: no two generators write the same page."""
        said = [f"ours {size_of(self.folder('ours', 1))}"]
        if self.hugo:
            said.append(f"Hugo {size_of(self.folder('hugo', 1))}")
        return "written: " + "; ".join(said)


def alter(page):
    """Changes one letter and puts the dates back, as a copy or an archive would; returns what was there."""
    with open(page, "rb") as file:
        text = file.read()
    dates = os.stat(page)
    with open(page, "wb") as file:
        file.write(text.replace(b"<h1", b"<h2", 1))
    os.utime(page, ns=(dates.st_atime_ns, dates.st_mtime_ns))
    return text


def files(folder):
    for parent, _, names in os.walk(folder):
        for name in names:
            yield os.path.join(parent, name)


def stamps(folder):
    """When each file of a site was last touched."""
    found = {file: os.stat(file) for file in files(folder) if not os.path.basename(file).startswith(OWN_FILES)}
    return {file: (stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns) for file, stat in found.items()}


def size_of(folder):
    found = list(files(folder))
    pages = sum(file.endswith(".html") for file in found)
    return f"{pages:,} pages, {len(found):,} files, {sum(map(os.path.getsize, found)) / 1e6:,.0f} MB"
