"""Times PyTorch on the CPU: a forward pass of DiffuCoder-7B's shape with 4 layers, and matrix products alone.

    python3 torch_step.py [--rows 33,160,512] [--threads 1,2] [--formats f32,onednn,bf16,int8] [--layers 4]
                          [--logit-rows 16] [--rounds 2] [--limit 10]

A visit to a case is some samples between two runs of fma_peak, which is compiled with cc. GFLOP/s counts two operations for each
weight that a row meets. A visit whose samples would take longer than --limit seconds has fewer of them; one that is expected to need
four times that for one sample is left out.
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
from torch.utils.mkldnn import to_mkldnn

from table import print_table

HIDDEN, HEADS, KV_HEADS, FEED_FORWARD, VOCAB = 3584, 28, 4, 18944, 152064
HEAD_WIDTH = HIDDEN // HEADS
KV = KV_HEADS * HEAD_WIDTH
LAYER_WEIGHTS = 2 * HIDDEN * HIDDEN + 2 * KV * HIDDEN + 3 * HIDDEN * FEED_FORWARD
FORMATS = ("f32", "onednn", "bf16", "int8")
REPEATS = 4


def linear(kind, w, bias=None):
    """The product with a stored weight, (R, in) to (R, out), as a function; w and bias are float32."""
    if kind == "f32":
        return lambda x: F.linear(x, w, bias)
    if kind == "bf16":
        w, bias = w.bfloat16(), None if bias is None else bias.bfloat16()
        return lambda x: F.linear(x, w, bias)
    if kind == "onednn":  # float32, the weight in oneDNN's layout, once
        module = torch.nn.Linear(w.shape[1], w.shape[0], bias is not None, device="meta")
        module.weight = torch.nn.Parameter(w, requires_grad=False)
        if bias is not None:
            module.bias = torch.nn.Parameter(bias, requires_grad=False)
        module = to_mkldnn(module.eval())
        return lambda x: module(x.to_mkldnn()).to_dense()
    if kind == "int8":  # float32 in and out, rows quantised on the way
        packed = torch.ops.quantized.linear_prepack(torch.quantize_per_tensor(w, w.abs().max().item() / 127, 0, torch.qint8), bias)
        return lambda x: torch.ops.quantized.linear_dynamic(x, packed, True)
    raise ValueError(kind)


class Weights:
    """Random weights in a format; numbers from a pool that is repeated, so that they are quick to make."""

    def __init__(self, layers, kind, seed=1):
        self.kind, self.dtype = kind, torch.bfloat16 if kind == "bf16" else torch.float32
        self.pool = torch.randn(1048583, generator=torch.Generator().manual_seed(seed)).mul_(0.02)  # a prime
        self.embedding = self.of(1024, HIDDEN).to(self.dtype)  # tokens are drawn from the first 1024
        self.layers = [self.layer() for _ in range(layers)]
        self.norm = self.ones()
        self.head = self.linear(VOCAB, HIDDEN)

    def of(self, *shape):
        size = torch.Size(shape).numel()
        return self.pool.repeat(-(-size // len(self.pool)))[:size].reshape(shape).clone()

    def ones(self):
        return (1 + self.of(HIDDEN)).to(self.dtype)

    def linear(self, outputs, inputs, bias=None):
        return linear(self.kind, self.of(outputs, inputs), bias)

    def layer(self):
        return {
            "attention_norm": self.ones(),
            "q": self.linear(HIDDEN, HIDDEN, self.of(HIDDEN)),
            "k": self.linear(KV, HIDDEN, self.of(KV)),
            "v": self.linear(KV, HIDDEN, self.of(KV)),
            "o": self.linear(HIDDEN, HIDDEN),
            "feed_forward_norm": self.ones(),
            "gate": self.linear(FEED_FORWARD, HIDDEN),
            "up": self.linear(FEED_FORWARD, HIDDEN),
            "down": self.linear(HIDDEN, FEED_FORWARD),
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
        q = rope(heads(layer["q"](normed), HEADS), cos, sin)
        k = rope(heads(layer["k"](normed), KV_HEADS), cos, sin)
        v = heads(layer["v"](normed), KV_HEADS)
        mixed = F.scaled_dot_product_attention(q, k, v, enable_gqa=True)  # (1, H, R, Dh)
        x = x + layer["o"](mixed[0].transpose(0, 1).reshape(-1, HIDDEN))
        normed = rms_norm(x, layer["feed_forward_norm"])
        x = x + layer["down"](F.silu(layer["gate"](normed)) * layer["up"](normed))
    return weights.head(rms_norm(x[-logit_rows:], weights.norm))  # (logit_rows, V)


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
        if expected > 4 * self.limit:
            print(f"{name}, {threads} thread(s), {rows} rows: left out, about {expected:.0f} s a sample", flush=True)
            return
        for _ in range(3):  # again if other work came
            wait_for_quiet()
            before, samples, others = self.peak(threads), [], OtherWork()
            while len(samples) < REPEATS and (not samples or sum(samples) / 1e9 + min(samples) / 1e9 < self.limit):
                start = time.perf_counter_ns()
                call()
                samples.append(time.perf_counter_ns() - start)
            cores, after = others.cores(), self.peak(threads)
            if cores < 0.2:
                break
        visit = {"name": name, "threads": threads, "rows": rows, "operations": operations, "samples_ns": samples}
        visit |= {"before": before, "after": after, "others": cores}
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


def wait_for_quiet():
    for _ in range(20):
        others = OtherWork()
        time.sleep(1)
        if others.cores() < 0.15:
            return


def numbers(text):
    return [int(number) for number in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description="Times a forward pass of DiffuCoder-7B's shape in PyTorch.")
    parser.add_argument("--rows", type=numbers, default=[33, 160, 512])
    parser.add_argument("--threads", type=numbers, default=[1, 2])
    parser.add_argument("--formats", type=lambda text: text.split(","), default=FORMATS, help="of " + ", ".join(FORMATS))
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--logit-rows", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=2, help="visits to each case")
    parser.add_argument("--limit", type=float, default=10, help="seconds of samples a visit")
    options = parser.parse_args()

    print(f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}, quantized engine {torch.backends.quantized.engine}")
    with tempfile.TemporaryDirectory() as folder, torch.inference_mode():
        program = f"{folder}/fma_peak"
        source = pathlib.Path(__file__).with_name("fma_peak.c")
        subprocess.run(["cc", "-O3", "-march=native", "-pthread", source, "-o", program], check=True)
        bench = Bench(program, options.limit)
        for kind in options.formats:
            time_matmul(bench, kind, options)
        for kind in options.formats:
            time_forward(bench, kind, options)
    print_table(bench.visits)


def time_matmul(bench, kind, options):
    x, product = torch.randn(512, HIDDEN), linear(kind, torch.randn(FEED_FORWARD, HIDDEN) * 0.02)
    if kind == "bf16":
        x = x.bfloat16()
    for _ in range(options.rounds):
        for rows in (33, 512):
            for threads in options.threads:
                bench.visit(f"matmul {kind}", threads, rows, 2 * rows * HIDDEN * FEED_FORWARD, lambda: product(x[:rows]))


def time_forward(bench, kind, options):
    weights = Weights(options.layers, kind)
    for _ in range(options.rounds):
        for rows in options.rows:
            tokens = torch.arange(rows) * 37 % 1024
            operations = 2 * (options.layers * LAYER_WEIGHTS * rows + HIDDEN * VOCAB * min(rows, options.logit_rows))
            for threads in options.threads:
                bench.visit(f"forward {kind}", threads, rows, operations, lambda: forward(weights, tokens, options.logit_rows))


if __name__ == "__main__":
    main()
