"""Times PyTorch on a GPU: DiffuCoder-7B's steps and operations alone, the same that io.diffucoder.jmh.GpuTimes times.

    python3 torch_gpu_step.py [--layers 28] [--parts ceilings,steps,linear,others] [--seconds 0.4]
    python3 torch_gpu_step.py --device cpu --tiny          # whether the script runs, without a GPU

Prints one JSON line a result: {"by", "case", "ms": median, "best_ms", "samples", "bytes", "flops"}. Random weights, by seed. Times are
CUDA events', after a warm-up: of one call each (eager), or of the replays of a graph.
"""

import argparse
import json
import statistics
import time

import torch
import torch.nn.functional as F

HEAD_WIDTH = 128
BLOCK = 32  # positions that a window decides
ROTATED_BYTES = 256 << 20  # of weights that operations use in turn: more than caches hold
BATCH = 64  # operations of a graph


class Sizes:
    """The 7B model's, or tiny ones."""

    def __init__(self, layers, tiny):
        self.hidden, self.heads, self.kv_heads, self.feed_forward, self.vocab = 3584, 28, 4, 18944, 152064
        self.layers, self.full, self.windows, self.window_canvases = layers, (256, 512, 1024, 2048), (33, 64, 160), (512, 2048)
        self.linear_rows, self.attended, self.small_rows, self.scored_rows = (33, 64, 160, 512, 2048), (512, 2048, 4096), 512, 256
        self.copied, self.square = 4 << 30, 8192  # bytes of a copy, width of a product
        if tiny:
            self.hidden, self.heads, self.kv_heads, self.feed_forward, self.vocab = 256, 2, 1, 96, 320
            self.full, self.windows, self.window_canvases = (40,), (9,), (40,)
            self.linear_rows, self.attended, self.small_rows, self.scored_rows = (3, 65), (70,), 5, 6
            self.copied, self.square = 1 << 20, 128
        self.kv = self.kv_heads * HEAD_WIDTH
        self.linears = ((self.hidden, self.hidden), (self.hidden, self.kv), (self.hidden, self.feed_forward))
        self.linears += ((self.feed_forward, self.hidden), (self.hidden, self.vocab))


class Bench:
    """Times functions and prints a line for each."""

    def __init__(self, options):
        self.device, self.seconds = torch.device(options.device), options.seconds
        self.on_gpu = self.device.type == "cuda"
        self.generator = torch.Generator(self.device).manual_seed(1)

    def random(self, *shape, deviation=0.02):
        return torch.randn(*shape, generator=self.generator, device=self.device, dtype=torch.bfloat16).mul_(deviation)

    def samples_ms(self, call, seconds):
        samples, end = [], time.perf_counter() + seconds
        while len(samples) < 3 or (time.perf_counter() < end and len(samples) < 500):
            if self.on_gpu:
                start, stop = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
                start.record()
                call()
                stop.record()
                stop.synchronize()
                samples.append(start.elapsed_time(stop))
            else:
                start = time.perf_counter()
                call()
                samples.append((time.perf_counter() - start) * 1e3)
        return samples

    def graph(self, call):
        """The call as a graph that is replayed; on a CPU the call itself."""
        if not self.on_gpu:
            return call
        side = torch.cuda.Stream()
        with torch.cuda.stream(side):
            for _ in range(3):
                call()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            call()
        return graph.replay

    def line(self, by, case, call, number=1, **work):
        """Times a call of so many operations."""
        self.samples_ms(call, self.seconds / 2)
        samples = [ms / number for ms in self.samples_ms(call, self.seconds)]
        line = {"by": by, "case": case, "ms": statistics.median(samples), "best_ms": min(samples), "samples": len(samples)}
        print(json.dumps(line | work), flush=True)

    def both(self, by, case, call, **work):
        self.line(by + " eager", case, call, **work)
        self.line(by + " graph", case, self.graph(call), **work)

    def operation(self, case, calls, by="torch graph", **work):
        """Calls in turn, as one graph of many."""

        def batch():
            for i in range(BATCH):
                calls[i % len(calls)]()

        self.line(by, case, self.graph(batch), BATCH, **work)


def product(weight, fp8):
    """(R, in) to (R, out) as a function."""
    if not fp8:
        return lambda x: F.linear(x, weight)
    largest = torch.finfo(torch.float8_e4m3fn).max
    scale = weight.abs().amax(1, keepdim=True).float() / largest  # (out, 1)
    codes, scales = (weight / scale).to(torch.float8_e4m3fn), scale.t().contiguous()

    def multiply(x):
        x_scale = x.abs().amax(1, keepdim=True).float().clamp(min=1e-12) / largest
        return torch._scaled_mm((x / x_scale).to(torch.float8_e4m3fn), codes.t(), x_scale, scales, out_dtype=torch.bfloat16)

    return multiply


class Network:
    """Separate projections, as in the checkpoint's own code."""

    def __init__(self, bench, sizes, fp8):
        self.s, self.weights_in_layers = sizes, 0
        def linear(outputs, inputs):
            self.weights_in_layers += outputs * inputs
            return product(bench.random(outputs, inputs), fp8)

        def ones():
            return torch.ones(sizes.hidden, device=bench.device, dtype=torch.bfloat16)

        self.embedding = bench.random(sizes.vocab, sizes.hidden)
        widths = {"q": sizes.hidden, "k": sizes.kv, "v": sizes.kv, "o": sizes.hidden, "gate": sizes.feed_forward, "up": sizes.feed_forward}
        self.layers = []
        for _ in range(sizes.layers):
            layer = {"norm": ones(), "norm2": ones(), "down": linear(sizes.hidden, sizes.feed_forward)}
            layer |= {name: linear(width, sizes.hidden) for name, width in widths.items()}
            self.layers.append(layer | {name + "_bias": bench.random(widths[name]) for name in "qkv"})
        self.norm, self.head = ones(), product(bench.random(sizes.vocab, sizes.hidden), fp8)
        self.bytes = (self.weights_in_layers + sizes.vocab * sizes.hidden) * (1 if fp8 else 2)

    def step(self, bench, canvas, first, rows, scored):
        """A forward pass over rows of a canvas whose other keys and values are kept, to the logits of some rows."""
        s = self.s
        tokens = torch.arange(rows, device=bench.device) % s.vocab
        positions = torch.arange(first, first + rows, device=bench.device)
        cos, sin = rotation(positions)
        stores = [(bench.random(canvas, s.kv), bench.random(canvas, s.kv)) for _ in self.layers]
        scored_rows = torch.arange(rows - scored, rows, device=bench.device)

        def run():
            x = self.embedding[tokens]  # (R, D)
            for layer, (keys, values) in zip(self.layers, stores):
                normed = F.rms_norm(x, (s.hidden,), layer["norm"], 1e-6)
                q = rope((layer["q"](normed) + layer["q_bias"]).view(rows, s.heads, HEAD_WIDTH), cos, sin)
                k = rope((layer["k"](normed) + layer["k_bias"]).view(rows, s.kv_heads, HEAD_WIDTH), cos, sin)
                keys.index_copy_(0, positions, k.reshape(rows, s.kv))
                values.index_copy_(0, positions, layer["v"](normed) + layer["v_bias"])
                mixed = attention(q, keys, values, s.kv_heads)
                x = x + layer["o"](mixed)
                normed = F.rms_norm(x, (s.hidden,), layer["norm2"], 1e-6)
                x = x + layer["down"](F.silu(layer["gate"](normed)) * layer["up"](normed))
            return self.head(F.rms_norm(x[scored_rows], (s.hidden,), self.norm, 1e-6))  # (M, V)

        return run

    def flops(self, canvas, rows, scored):
        attended = 4 * rows * canvas * self.s.hidden * len(self.layers)
        return 2 * (self.weights_in_layers * rows + self.s.vocab * self.s.hidden * scored) + attended


def rotation(positions):
    frequencies = 1e6 ** (-torch.arange(0, HEAD_WIDTH, 2, device=positions.device) / HEAD_WIDTH)
    angles = torch.outer(positions.float(), frequencies).repeat(1, 2).unsqueeze(1)  # (R, 1, Dh)
    return angles.cos().bfloat16(), angles.sin().bfloat16()


def rope(x, cos, sin):
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


def attention(q, keys, values, kv_heads):
    """(R, H, Dh), (T, Hkv*Dh) twice → (R, H*Dh); every row sees every key."""
    k = keys.view(1, -1, kv_heads, HEAD_WIDTH).transpose(1, 2)
    v = values.view(1, -1, kv_heads, HEAD_WIDTH).transpose(1, 2)
    mixed = F.scaled_dot_product_attention(q.transpose(0, 1).unsqueeze(0), k, v, enable_gqa=True)
    return mixed[0].transpose(0, 1).reshape(q.shape[0], -1)


def expanded(x, sizes):
    """A copy of each key or value head for every query head."""
    return x.view(-1, sizes.kv_heads, HEAD_WIDTH).repeat_interleave(sizes.heads // sizes.kv_heads, 1).flatten(1)


def score(logits, top_p):
    """The five numbers of a row, as plain PyTorch has them: token, its probability, the two highest, negative entropy."""
    logits = logits.float()
    if top_p:
        logits = logits / 0.3
        ordered, order = logits.sort(-1, descending=True)
        beyond = ordered.softmax(-1).cumsum(-1) - ordered.softmax(-1) > top_p
        logits = logits.masked_fill(torch.zeros_like(beyond).scatter_(-1, order, beyond), float("-inf"))
    p = logits.softmax(-1)
    token = torch.multinomial(p, 1) if top_p else p.argmax(-1, keepdim=True)
    return token, p.gather(-1, token), p.topk(2, -1).values, (p * (p + 1e-10).log()).sum(-1)


def time_ceilings(bench, sizes):
    source = torch.empty(sizes.copied // 2, device=bench.device, dtype=torch.bfloat16).normal_()
    target = torch.empty_like(source)
    bench.line("ceiling", "copy", lambda: target.copy_(source), bytes=2 * source.nbytes)
    n = sizes.square
    a, b = bench.random(n, n, deviation=1), bench.random(n, n, deviation=1)
    bench.line("ceiling", "bf16 product", lambda: a @ b, flops=2 * n**3)


def time_fp8_steps(bench, sizes):
    time_steps(bench, sizes, True)


def time_steps(bench, sizes, fp8=False):
    network, by = Network(bench, sizes, fp8), "torch fp8" if fp8 else "torch"

    def time_step(case, canvas, first, rows, scored):
        call = network.step(bench, canvas, first, rows, scored)
        bench.both(by, case, call, bytes=network.bytes, flops=network.flops(canvas, rows, scored))

    for canvas in sizes.full:
        time_step(f"full pass, L {canvas}", canvas, 0, canvas, canvas // 2)
    for canvas in sizes.window_canvases:
        for rows in sizes.windows:
            time_step(f"window of {rows}, T {canvas}", canvas, (canvas - rows) // 2, rows, min(BLOCK, rows - 1))


def time_linear(bench, sizes):
    for inputs, outputs in sizes.linears:
        copies = max(1, min(BATCH, -(-ROTATED_BYTES // (2 * inputs * outputs))))
        weights = [bench.random(outputs, inputs) for _ in range(1 << (copies - 1).bit_length())]  # so many divide the batch
        for rows in sizes.linear_rows:
            x, out = bench.random(rows, inputs), bench.random(rows, outputs)
            calls = [lambda w=w: torch.mm(x, w.t(), out=out) for w in weights]
            work = {"bytes": 2 * (inputs * outputs + rows * (inputs + outputs)), "flops": 2 * rows * inputs * outputs}
            bench.operation(f"linear {inputs}x{outputs}, R {rows}", calls, **work)


def time_others(bench, sizes):
    for canvas in sizes.attended:
        q = bench.random(canvas, sizes.heads, HEAD_WIDTH)
        keys, values = bench.random(canvas, sizes.kv), bench.random(canvas, sizes.kv)
        flops = 4 * canvas * canvas * sizes.hidden
        bench.operation(f"attention, L {canvas}", [lambda: attention(q, keys, values, sizes.kv_heads)], flops=flops)
        all_keys, all_values = (expanded(x, sizes) for x in (keys, values))  # in case grouped heads have no fast kernel
        call = lambda: attention(q, all_keys, all_values, sizes.heads)
        bench.operation(f"attention, L {canvas}", [call], by="torch graph, expanded heads", flops=flops)
    rows, width = sizes.small_rows, sizes.hidden
    x, y, scale = (bench.random(*shape) for shape in ((rows, width), (rows, width), (width,)))
    gate, up = (bench.random(rows, sizes.feed_forward) for _ in range(2))
    indices, table = torch.arange(rows, device=bench.device), bench.random(max(rows, 1024), width)
    cos, sin = rotation(indices)
    by_heads, into = x.view(rows, -1, HEAD_WIDTH), torch.empty_like(x)
    for case, call in (
        ("rmsNorm", lambda: F.rms_norm(x, (width,), scale, 1e-6)),
        ("addRmsNorm", lambda: F.rms_norm(y.add_(x), (width,), scale, 1e-6)),
        ("swiglu", lambda: F.silu(gate) * up),
        ("rope", lambda: rope(by_heads, cos, sin)),
        ("embed", lambda: F.embedding(indices, table)),
        ("scatterRows", lambda: into.index_copy_(0, indices, x)),
        ("gatherRows", lambda: x.index_select(0, indices)),
    ):
        bench.operation(f"{case}, R {rows}", [call])
    logits = bench.random(sizes.scored_rows, sizes.vocab, deviation=2.5)
    for label, top_p in (("greedy", 0), ("top-p 0.95", 0.95)):
        bench.line("torch eager", f"score {sizes.scored_rows}x{sizes.vocab}, {label}", lambda: score(logits, top_p), bytes=logits.nbytes)


def main():
    parser = argparse.ArgumentParser(description="Times DiffuCoder-7B's shape in PyTorch on a GPU.")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--layers", type=int, default=28)
    parser.add_argument("--parts", default="ceilings,steps,linear,others", help="and fp8: steps with fp8 weights (torch._scaled_mm)")
    parser.add_argument("--seconds", type=float, default=0.4, help="for each line")
    parser.add_argument("--tiny", action="store_true", help="small sizes, to try the script")
    options = parser.parse_args()
    if options.device == "cuda" and not torch.cuda.is_available():
        print(f"no GPU to measure: torch {torch.__version__} sees none")
        raise SystemExit(3)
    bench, sizes = Bench(options), Sizes(options.layers, options.tiny)
    name = torch.cuda.get_device_name() if bench.on_gpu else "cpu"
    print(json.dumps({"by": "torch", "case": "device", "device": f"{name}, torch {torch.__version__}"}), flush=True)
    parts = {"ceilings": time_ceilings, "steps": time_steps, "linear": time_linear, "others": time_others, "fp8": time_fp8_steps}
    with torch.inference_mode():
        for part in options.parts.split(","):
            parts[part](bench, sizes)
            if bench.on_gpu:
                torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
