"""Times PyTorch on the CPU: a forward pass of DiffuCoder-7B's shape with 4 layers, and matrix products alone.

    python3 torch_step.py [--rows 33,160,512] [--threads 1,2] [--formats bf16,f32] [--layers 4] [--logit-rows 16]
                          [--rounds 2] [--limit 8]

A visit to a case is some samples between two runs of fma_peak, which is compiled with cc. GFLOP/s counts two operations for each
weight that a row meets. A visit whose samples would take longer than --limit seconds has fewer of them; one that would not fit a
sample is left out.
"""

import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import time

import torch
import torch.nn.functional as F

from table import print_table

HIDDEN, HEADS, KV_HEADS, FEED_FORWARD, VOCAB = 3584, 28, 4, 18944, 152064
HEAD_WIDTH = HIDDEN // HEADS
KV = KV_HEADS * HEAD_WIDTH
LAYER_WEIGHTS = 2 * HIDDEN * HIDDEN + 2 * KV * HIDDEN + 3 * HIDDEN * FEED_FORWARD
DTYPES = {"bf16": torch.bfloat16, "f32": torch.float32}
REPEATS = 4


class Weights:
    """Random weights of a dtype; numbers from a pool that is repeated, so that they are quick to make."""

    def __init__(self, layers, dtype, seed=1):
        self.pool = torch.randn(1048583, generator=torch.Generator().manual_seed(seed)).mul_(0.02).to(dtype)  # a prime
        self.embedding = self.of(1024, HIDDEN)  # rows are drawn from the first 1024 tokens
        self.layers = [self.layer() for _ in range(layers)]
        self.norm = 1 + self.of(HIDDEN)
        self.head = self.of(VOCAB, HIDDEN)

    def of(self, *shape):
        size = torch.Size(shape).numel()
        return self.pool.repeat(-(-size // len(self.pool)))[:size].reshape(shape).clone()

    def layer(self):
        return {
            "attention_norm": 1 + self.of(HIDDEN),
            "q": (self.of(HIDDEN, HIDDEN), self.of(HIDDEN)),
            "k": (self.of(KV, HIDDEN), self.of(KV)),
            "v": (self.of(KV, HIDDEN), self.of(KV)),
            "o": self.of(HIDDEN, HIDDEN),
            "feed_forward_norm": 1 + self.of(HIDDEN),
            "gate": self.of(FEED_FORWARD, HIDDEN),
            "up": self.of(FEED_FORWARD, HIDDEN),
            "down": self.of(HIDDEN, FEED_FORWARD),
        }


def rms_norm(x, weight):
    wide = x.float()
    return (wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + 1e-6)).to(x.dtype) * weight


def rope(x, cos, sin):
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


def heads(x, count):
    return x.view(-1, count, HEAD_WIDTH).transpose(0, 1).unsqueeze(0)  # (1, count, R, Dh)


def forward(weights, tokens, logit_rows):
    """Every row sees every row, as in DiffuCoder; logits of the last rows only."""
    x = weights.embedding[tokens]  # (R, D)
    frequencies = 1e6 ** (-torch.arange(0, HEAD_WIDTH, 2) / HEAD_WIDTH)
    angles = torch.outer(torch.arange(len(tokens)).float(), frequencies).repeat(1, 2)  # (R, Dh)
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    for layer in weights.layers:
        normed = rms_norm(x, layer["attention_norm"])
        q = rope(heads(F.linear(normed, *layer["q"]), HEADS), cos, sin)
        k = rope(heads(F.linear(normed, *layer["k"]), KV_HEADS), cos, sin)
        v = heads(F.linear(normed, *layer["v"]), KV_HEADS)
        mixed = F.scaled_dot_product_attention(q, k, v, enable_gqa=True)  # (1, H, R, Dh)
        x = x + F.linear(mixed[0].transpose(0, 1).reshape(-1, HIDDEN), layer["o"])
        normed = rms_norm(x, layer["feed_forward_norm"])
        x = x + F.linear(F.silu(F.linear(normed, layer["gate"])) * F.linear(normed, layer["up"]), layer["down"])
    return F.linear(rms_norm(x[-logit_rows:], weights.norm), weights.head)  # (logit_rows, V)


def matmul(kind, rows):
    """A product of (rows, 3584) and a stored (18944, 3584) as a function without arguments."""
    x, w = torch.randn(rows, HIDDEN), torch.randn(FEED_FORWARD, HIDDEN)
    if kind in DTYPES:
        x, w = x.to(DTYPES[kind]), w.to(DTYPES[kind])
        return lambda: F.linear(x, w)
    if kind == "int8 mm":  # int8 by int8 to int32
        x, w = (x * 20).to(torch.int8), (w * 20).to(torch.int8).t()
        return lambda: torch._int_mm(x, w)
    if kind == "int8 dynamic":  # float32 in and out, rows quantised on the way
        packed = torch.ops.quantized.linear_prepack(torch.quantize_per_tensor(w, 0.05, 0, torch.qint8), None)
        return lambda: torch.ops.quantized.linear_dynamic(x, packed, True)
    raise ValueError(kind)


class Bench:
    """Visits cases; a visit is some samples between two measurements of the peak."""

    def __init__(self, peak_program, limit):
        self.peak_program, self.limit, self.visits = peak_program, limit, []

    def peak(self, threads):
        out = subprocess.run([self.peak_program, str(threads)], check=True, capture_output=True, text=True).stdout
        return [float(number) for number in out.split()]

    def visit(self, name, threads, rows, operations, call):
        torch.set_num_threads(threads)
        expected = min((self.seconds(v) * operations / v["operations"] for v in self.visits if v["name"] == name), default=0)
        if expected > self.limit:
            print(f"{name}, {threads} thread(s), {rows} rows: left out, about {expected:.0f} s a sample", flush=True)
            return
        before, samples, others = self.peak(threads), [], OtherWork()
        while len(samples) < REPEATS and (not samples or sum(samples) + min(samples) < self.limit):
            start = time.perf_counter_ns()
            call()
            samples.append(time.perf_counter_ns() - start)
        visit = {"name": name, "threads": threads, "rows": rows, "operations": operations, "samples_ns": samples}
        visit |= {"before": before, "others": others.cores(), "after": self.peak(threads)}
        self.visits.append(visit)
        print(json.dumps(visit), flush=True)

    @staticmethod
    def seconds(visit):
        return min(visit["samples_ns"]) / 1e9


class OtherWork:
    """Cores that were busy with something other than this process, since it was made."""

    def __init__(self):
        self.start = time.perf_counter()
        self.busy = self.busy_seconds()

    def cores(self):
        return round(max(0.0, (self.busy_seconds() - self.busy) / (time.perf_counter() - self.start)), 2)

    @staticmethod
    def busy_seconds():
        with open("/proc/stat", encoding="ascii") as stat:
            ticks = [int(number) for number in stat.readline().split()[1:9]]
        return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK") - time.process_time()  # less idle and waiting


def numbers(text):
    return [int(number) for number in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description="Times a forward pass of DiffuCoder-7B's shape in PyTorch.")
    parser.add_argument("--rows", type=numbers, default=[33, 160, 512])
    parser.add_argument("--threads", type=numbers, default=[1, 2])
    parser.add_argument("--formats", type=lambda text: text.split(","), default=list(DTYPES))
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--logit-rows", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=2, help="visits to each case")
    parser.add_argument("--limit", type=float, default=8, help="seconds of samples a visit")
    options = parser.parse_args()

    print(f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}, quantized engine {torch.backends.quantized.engine}")
    with tempfile.TemporaryDirectory() as folder, torch.inference_mode():
        program = f"{folder}/fma_peak"
        source = pathlib.Path(__file__).with_name("fma_peak.c")
        subprocess.run(["cc", "-O3", "-march=native", "-pthread", source, "-o", program], check=True)
        bench = Bench(program, options.limit)
        for kind in ("f32", "bf16", "int8 mm", "int8 dynamic"):
            time_matmul(bench, kind, options)
        for kind in options.formats:
            time_forward(bench, kind, options)
    print_table(bench.visits)


def time_matmul(bench, kind, options):
    for rows in (33, 512):
        try:
            call = matmul(kind, rows)
        except (RuntimeError, AttributeError) as unavailable:
            print(f"matmul {kind}: not offered here: {str(unavailable).splitlines()[0]}")
            return
        for _ in range(options.rounds):
            for threads in options.threads:
                bench.visit(f"matmul {kind}", threads, rows, 2 * rows * HIDDEN * FEED_FORWARD, call)


def time_forward(bench, kind, options):
    weights = Weights(options.layers, DTYPES[kind])
    for _ in range(options.rounds):
        for rows in options.rows:
            tokens = torch.arange(rows) * 37 % 1024
            operations = 2 * (options.layers * LAYER_WEIGHTS * rows + HIDDEN * VOCAB * min(rows, options.logit_rows))
            for threads in options.threads:
                bench.visit(f"forward {kind}", threads, rows, operations, lambda: forward(weights, tokens, options.logit_rows))


if __name__ == "__main__":
    main()
