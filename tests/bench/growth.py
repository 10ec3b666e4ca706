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
    for turn in range(1, runs + 1):
        print(f"growth, run {turn} of {runs}", flush=True)
        for pages, content in contents.items():
            output = os.path.join(work, f"growth-{pages}-{turn}")
            costs[pages].append(measure.cost_of(ours.build(content, output), os.path.join(work, "log")))
    print_growth(costs)


def print_growth(costs):
    seconds = {pages: median(cost.seconds for cost in found) for pages, found in costs.items()}
    peaks = {pages: max(cost.peak_mib for cost in found) for pages, found in costs.items()}
    each = {pages: time / pages for pages, time in seconds.items()}
    least, most = min(seconds), max(seconds)
    table = Table("pages", "median", "a page", f"a page beyond {least:,}", "peak memory", "memory a page")
    for pages, time in seconds.items():
        beyond = ms((time - seconds[least]) / (pages - least)) if pages > least else ""
        kib = peaks[pages] * 1024 / pages
        table.row(f"{pages:,}", ms(time), ms(each[pages]), beyond, f"{peaks[pages]:,.0f} MiB", f"{kib:,.1f} KiB")
    # The first pages carry what every build costs, however small: dearer only matters with size.
    rise = max(each[large] / each[small] for small in each for large in each if small <= large)
    print(table)
    print(verdicts([
        ratio("a page: dearest / cheapest", max(each.values()), min(each.values()), at_most=1.5),
        ratio("a page: larger site / smaller site, at worst", rise, 1, at_most=1.5),
        (f"peak memory, {most:,} pages", f"{peaks[most]:,.0f} MiB", "≤ 1,024 MiB", peaks[most] <= 1024),
    ]))
