"""What is raced: our generator and Hugo, each with the command that builds a corpus into a folder."""
import os
import re
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

# What marks a folder of ours, and is no file of the site.
OWN_FILES = ".anime"


def receipt(output):
    """The file beside a site by which a build knows that it has nothing to do."""
    folder, name = os.path.split(os.path.realpath(output))
    return os.path.join(folder, f".{name}.anime-recu")


class Ours:
    def __init__(self, program):
        self.program = os.path.abspath(program) if program else built()
        self.site = ["--theme", os.path.join(ROOT, "themes", "anime")]

    def version(self):
        return [self.program, "--version"]

    def build(self, content, output, compress=False):
        command = [self.program, "build", "--timings", "--content", content, "--output", output] + self.site
        return command if compress else command + ["--no-compress"]

    def serve(self, content, output, port):
        command = [self.program, "serve", "--listen", f"127.0.0.1:{port}", "--content", content, "--output", output]
        return command + self.site


def built():
    """Builds the generator as it is released, and says where it is."""
    subprocess.run([os.path.join(ROOT, "release"), "generator"], cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", "target")
    return os.path.join(ROOT, target, "release", "generator")


class Hugo:
    """Hugo with our templates for it, which it may write beside: it gets a copy."""

    def __init__(self, program, work):
        self.program = program
        self.cache = os.path.join(work, "hugo-cache")
        self.source = os.path.join(work, "hugo-site")
        shutil.copytree(os.path.join(HERE, "hugo"), self.source)

    def version(self):
        return [self.program, "version"]

    def name(self):
        found = subprocess.run(self.version(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        number = re.search(rb"v(\d+\.\d+\.\d+)", found.stdout)
        return f"Hugo {number.group(1).decode()}" if number else "Hugo"

    def is_script(self):
        """Whether the program is only a script that starts Hugo, whose own start would be counted."""
        with open(self.program, "rb") as program:
            return program.read(2) == b"#!"

    def build(self, content, output):
        return [self.program, "--noBuildLock", "--cacheDir", self.cache,
                "--source", self.source, "--contentDir", content, "--destination", output]


def hugo(program, work):
    """Hugo where it was said to be, or on PATH; `None` when there is none."""
    found = shutil.which(program or "hugo")
    if program and not found:
        raise SystemExit(f"bench: no program {program}")
    return Hugo(os.path.abspath(found), work) if found else None
