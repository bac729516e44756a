"""Prints the results of a run on a GPU as Markdown: the goals, then every case.

    python3 gpu_table.py RESULTS.jsonl... [--copy-tbs 4.3] [--tflops 790]

The lines are those of io.diffucoder.jmh.GpuTimes, whose labels begin with "diffucoder", and of torch_gpu_step.py. A time is compared with two
floors: the bytes that must move by copy bandwidth, and the operations by the rate of a bf16 product; 1.00 is a floor's own time. Both ceilings
are the run's own, measured by PyTorch, unless they are given.
"""

import argparse
import json
import sys

OURS, TORCH = "diffucoder", "torch"
FULL, WINDOW = "full pass, L 512", "window of 33, T 512"
SCORE = "score 256x152064, top-p 0.95"


def of(results, case, *kinds):
    """Our results of a case whose label has one of these words."""
    return [line for (by, name), line in results.items() if name == case and by.startswith(OURS) and any(kind in by for kind in kinds)]


def best(lines):
    return min(lines, key=lambda line: line["ms"], default=None)


def best_torch(results, case):
    """PyTorch's fastest in bf16."""
    return best([line for (by, name), line in results.items() if name == case and by.startswith(TORCH) and "fp8" not in by])


def over(ours, other):
    return None if ours is None or other is None else ours["ms"] / other["ms"]


def goals(results):
    """What is to be reached: name, number reached or None, how it is printed, bound, whether the bound is a lower one."""
    full, window = best(of(results, FULL, "bf16")), best(of(results, WINDOW, "bf16"))
    small = best(of(results, WINDOW, "Q8_0", "fp8"))
    score, load = best(of(results, SCORE, "bf16")), best(of(results, "load", "bf16"))
    yield f"{FULL}, logits for 256 rows, bf16", full and full["ms"], "{:.2f} ms", 11.5, False
    yield "the same, of PyTorch's time", over(full, best_torch(results, FULL)), "{:.2f} ×", 0.9, False
    yield f"{WINDOW}, bf16", window and window["ms"], "{:.2f} ms", 3.9, False
    yield "the same, of PyTorch's time", over(window, best_torch(results, WINDOW)), "{:.2f} ×", 0.8, False
    yield f"{WINDOW}, Q8_0 or fp8 weights", small and small["ms"], "{:.2f} ms", 2.2, False
    for canvas in (2048, 4096):
        case = f"attention, L {canvas}"
        yield f"{case}, 28/4 heads, speed of PyTorch SDPA's", over(best_torch(results, case), best(of(results, case, "bf16"))), "{:.2f} ×", 1.0, True
    yield SCORE, score and score["ms"], "{:.3f} ms", 0.15, False
    for name, step in ((FULL, full), (WINDOW, window)):
        yield f"Java's share of a step, {name}", step and 100 * step["caller_share"], "{:.1f} %", 3, False
    load = load if load and load["bytes"] > 14e9 else None
    yield "load of 15 GB from page cache", load and load["bytes"] / load["ms"] / 1e6, "{:.1f} GB/s", 15, True


def print_goals(results):
    print("| | goal | reached | |\n|---|---|---|---|")
    for name, value, form, bound, is_least in goals(results):
        goal = f"{'≥' if is_least else '≤'} {bound:g}{form.split('}')[1]}"
        if value is None:
            print(f"| {name} | {goal} | not run | |")
        else:
            met = value >= bound if is_least else value <= bound
            print(f"| {name} | {goal} | {form.format(value)} | {'met' if met else 'not met'} |")


def print_cases(results, bytes_per_ms, flops_per_ms):
    print("| case | by | ms | of copy bandwidth | of product rate | of PyTorch's time |\n|---|---|---|---|---|---|")
    for (by, case), line in sorted(results.items(), key=lambda item: (item[0][1], item[0][0])):
        if "ms" not in line:
            continue
        moved, done = line.get("bytes", 0) if case != "load" else 0, line.get("flops", 0)
        ratio = over(line, best_torch(results, case)) if by.startswith(OURS) else None
        cells = (
            case,
            by,
            f"{line['ms']:.4g}",
            f"{moved / line['ms'] / bytes_per_ms:.2f}" if moved and bytes_per_ms else "",
            f"{done / line['ms'] / flops_per_ms:.2f}" if done and flops_per_ms else "",
            f"{ratio:.2f}" if ratio else "",
        )
        print("| " + " | ".join(cells) + " |")


def main():
    parser = argparse.ArgumentParser(description="Prints the results of a run on a GPU as Markdown.")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--copy-tbs", type=float, help="copy bandwidth, bytes read and written")
    parser.add_argument("--tflops", type=float, help="rate of a large bf16 product")
    options = parser.parse_args()
    results = {}
    for path in options.files:
        with open(path, encoding="utf-8") as lines:
            for text in lines:
                if text.startswith('{"by"'):  # a run that was cut off may end in half a line
                    try:
                        line = json.loads(text)
                    except json.JSONDecodeError:
                        continue
                    results[line["by"], line["case"]] = line
    if not results:
        sys.exit("gpu_table.py: no results in " + ", ".join(options.files))
    copy, product = results.get(("ceiling", "copy")), results.get(("ceiling", "bf16 product"))
    bytes_per_ms = options.copy_tbs * 1e9 if options.copy_tbs else copy and copy["bytes"] / copy["ms"]
    flops_per_ms = options.tflops * 1e9 if options.tflops else product and product["flops"] / product["ms"]
    for (by, case), line in results.items():
        if case == "device":
            print(f"- {by}: {line['device']}")
    print(f"- copy bandwidth {bytes_per_ms / 1e9:.2f} TB/s" if bytes_per_ms else "- copy bandwidth: not measured")
    print(f"- bf16 product {flops_per_ms / 1e9:.0f} TFLOP/s\n" if flops_per_ms else "- bf16 product: not measured\n")
    print_goals(results)
    print()
    print_cases(results, bytes_per_ms, flops_per_ms)


if __name__ == "__main__":
    main()
