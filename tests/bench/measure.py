"""One command, what it cost, and what the machine is: all that touches a clock."""
import os
import subprocess
import sys
import time


class Failed(Exception):
    """A command that had to succeed did not, or did not do what it had to."""


class Cost:
    """What one command took. `said` is what it wrote to its standard error."""

    def __init__(self, seconds, peak_mib, said):
        self.seconds = seconds
        self.peak_mib = peak_mib
        self.said = said


def cost_of(command, log):
    """Runs a command to its end; its output goes to the file `log`, so that no pipe holds it up.

    The peak is that of the largest process, and never less than this program's own: the kernel
    counts what a process had been before it became the command. We stay small for that reason.
    """
    # What earlier commands left to be written to the disk would be paid by this one.
    os.sync()
    with open(log, "wb") as out:
        start = time.monotonic()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        seconds, peak_mib, status = ended(child, start)
    with open(log, encoding="utf-8", errors="replace") as text:
        said = text.read()
    if status != 0:
        raise Failed(f"{' '.join(command)}\nended with {status}:\n{said[-2000:]}")
    return Cost(seconds, peak_mib, said)


def ended(child, start):
    """Waits for the end of a child: seconds since `start`, peak in MiB, exit status."""
    _, status, used = os.wait4(child.pid, 0)
    seconds = time.monotonic() - start
    child.returncode = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    return seconds, used.ru_maxrss / 1024, child.returncode


def corpus(folder, pages):
    """Writes a corpus in a process of its own, which keeps this one small; returns when it was done."""
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus.py")
    subprocess.run(
        [sys.executable, "-B", program, "--pages", str(pages), "--out", folder], check=True, stdout=subprocess.DEVNULL
    )
    return time.monotonic()


def rest(made_at):
    """Waits until a corpus is old enough: a build keeps no receipt of files touched under two seconds ago."""
    time.sleep(max(0.0, made_at + 3 - time.monotonic()))


def machine(work):
    """The machine in one line: figures of two machines are not to be compared."""
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as text:
        for line in text:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return f"{len(os.sched_getaffinity(0))} cores, {model}, {disk(work)}"


def load():
    """How busy the machine is with other things."""
    now = os.getloadavg()[0]
    return f"load {now:.1f}" + (" (busy: other programs have their share of these figures)" if now > 0.5 else "")


def disk(folder):
    """The kind of file system a folder is on."""
    folder, kind, mount = os.path.realpath(folder), "unknown disk", ""
    with open("/proc/mounts", encoding="utf-8") as text:
        for line in text:
            _, at, name = line.split()[:3]
            if len(at) >= len(mount) and os.path.commonpath([at, folder]) == at:
                kind, mount = name, at
    return kind
