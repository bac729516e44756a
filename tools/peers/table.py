"""Prints the samples of the peer benchmarks as one table.

    python3 table.py SAMPLES.jsonl...

A line of a file is one visit to a case: {"name", "threads", "rows", "operations", "samples_ns": [...], "before": [...], "after": [...],
"others": cores that other work took meanwhile}. before and after are fma_peak's four numbers. Visits to the same case are joined.
"""

import json
import statistics
import sys

TITLES = ("case", "thr", "rows", "tok/s", "median", "GFLOP/s", "median", "best/peak", "med/now", "peak now", "others", "n")
WIDTHS = (-22, 3, 4, 8, 8, 8, 8, 9, 8, 8, 6, 3)


def cases(visits):
    joined = {}
    for visit in visits:
        joined.setdefault((visit["name"], visit["threads"], visit["rows"]), []).append(visit)
    return joined


def print_table(visits):
    highest = {}
    for visit in visits:
        threads = visit["threads"]
        highest[threads] = max(highest.get(threads, 0), visit["before"][1], visit["after"][1])
    print(line(TITLES))
    for (name, threads, rows), group in cases(visits).items():
        seconds = [ns / 1e9 for visit in group for ns in visit["samples_ns"]]
        best, median = min(seconds), statistics.median(seconds)
        operations = group[0]["operations"] / 1e9
        now = statistics.mean((visit["before"][0] + visit["after"][0]) / 2 for visit in group)
        others = statistics.mean(visit["others"] for visit in group)
        cells = (
            name,
            threads,
            rows,
            f"{rows / best:.2f}",
            f"{rows / median:.2f}",
            f"{operations / best:.1f}",
            f"{operations / median:.1f}",
            f"{operations / best / highest[threads]:.2f}",
            f"{operations / median / now:.2f}",
            f"{now:.0f}",
            f"{others:.2f}",
            len(seconds),
        )
        print(line(cells))
    for threads, peak in sorted(highest.items()):
        reads = [numbers[3] for visit in visits if visit["threads"] == threads for numbers in (visit["before"], visit["after"])]
        print(f"highest of this run, {threads} thread(s): {peak:.1f} GFLOP/s float32 FMA, {max(reads):.1f} GB/s read")


def line(cells):
    return " ".join(f"{cell:<{-width}}" if width < 0 else f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS))


def main():
    visits = []
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as samples:
            visits += [json.loads(visit) for visit in samples]
    if not visits:
        sys.exit("usage: table.py SAMPLES.jsonl...")
    print_table(visits)


if __name__ == "__main__":
    main()
