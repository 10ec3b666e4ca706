"""Whole builds of ever larger corpora: what a page costs, and the memory."""
import os
from statistics import median

import measure
from report import Table, ms, ratio, verdicts

SIZES = (100, 1_000, 10_000, 50_000)


def growth(sizes, ours, work, runs):
    """Prints the table and what was asked."""
    contents = {pages: os.path.join(work, f"growth-content-{pages}") for pages in sizes}
    for pages, content in contents.items():
        print(f"writing {pages:,} pages", flush=True)
        made_at = measure.corpus(content, pages)
    measure.rest(made_at)
    costs = {pages: [] for pages in sizes}
    built = {}
    for turn in range(1, runs + 1):
        print(f"growth, run {turn} of {runs}", flush=True)
        for pages, content in contents.items():
            output = os.path.join(work, f"growth-{pages}-{turn}")
            costs[pages].append(measure.cost_of(ours.build(content, output), os.path.join(work, "log")))
            built[pages] = pages_of(output)
    print_growth(costs, built)


def pages_of(site):
    """How many pages a site has: those of the content, and the lists and tags that are made of them."""
    return sum(name.endswith(".html") for _, _, names in os.walk(site) for name in names)


def print_growth(costs, built):
    seconds = {pages: median(cost.seconds for cost in found) for pages, found in costs.items()}
    peaks = {pages: max(cost.peak_mib for cost in found) for pages, found in costs.items()}
    each = {pages: time / pages for pages, time in seconds.items()}
    each_built = {pages: time / built[pages] for pages, time in seconds.items()}
    least, most = min(seconds), max(seconds)
    table = Table(
        "files of content", "pages of the site", "median", "a page of the site", "a file of content",
        f"a file beyond {least:,}", "peak memory", "memory a page",
    )
    for pages, time in seconds.items():
        beyond = ms((time - seconds[least]) / (pages - least)) if pages > least else ""
        kib = peaks[pages] * 1024 / built[pages]
        table.row(
            f"{pages:,}", f"{built[pages]:,}", ms(time), ms(each_built[pages]), ms(each[pages]),
            beyond, f"{peaks[pages]:,.0f} MiB", f"{kib:,.1f} KiB",
        )
    # The first pages carry what every build costs, however small: dearer only matters with size.
    rise = max(each[large] / each[small] for small in each for large in each if small <= large)
    print(table)
    print(verdicts([
        ratio("a page of the site: dearest / cheapest", max(each_built.values()), min(each_built.values()), at_most=1.5),
        ratio("a file of content: dearest / cheapest", max(each.values()), min(each.values()), at_most=1.5),
        ratio("a file of content: larger site / smaller site, at worst", rise, 1, at_most=1.5),
        (f"peak memory, {most:,} files", f"{peaks[most]:,.0f} MiB", "≤ 1,024 MiB", peaks[most] <= 1024),
    ]))
