"""Writes a random model of DiffuCoder-7B's shape, with a few layers, as a GGUF file to time llama.cpp on.

    python3 make_gguf.py OUT.gguf --format q8_0 [--layers 4] [--arch dream|qwen2] [--vocab 152064] [--seed 1]

Every matrix has the given format, the embedding and the head too; norms and biases are float32, as llama.cpp wants them.
The numbers are N(0, 0.02²) from a pool that is repeated, so they are quick to make; a prime count of blocks keeps the rows of a
matrix different. The tokenizer has one token a byte and the control tokens, which is all that a benchmark needs.
"""

import argparse

import gguf
import numpy as np

HIDDEN, HEADS, KV_HEADS, FEED_FORWARD = 3584, 28, 4, 18944
HEAD_WIDTH = HIDDEN // HEADS
FORMATS = {
    "f32": (gguf.GGMLQuantizationType.F32, gguf.LlamaFileType.ALL_F32),
    "f16": (gguf.GGMLQuantizationType.F16, gguf.LlamaFileType.MOSTLY_F16),
    "bf16": (gguf.GGMLQuantizationType.BF16, gguf.LlamaFileType.MOSTLY_BF16),
    "q8_0": (gguf.GGMLQuantizationType.Q8_0, gguf.LlamaFileType.MOSTLY_Q8_0),
    "q4_0": (gguf.GGMLQuantizationType.Q4_0, gguf.LlamaFileType.MOSTLY_Q4_0),
}
BLOCK = 32
POOL_BLOCKS = 32771  # prime, so that no row length divides the pool


class Pool:
    """Random numbers, converted to a format once and repeated for every tensor."""

    def __init__(self, kind, mean, seed):
        normals = np.random.default_rng(seed).normal(mean, 0.02, (POOL_BLOCKS, BLOCK)).astype(np.float32)
        block_elements, block_bytes = gguf.GGML_QUANT_SIZES[kind]
        self.kind = kind
        self.blocks = gguf.quants.quantize(normals, kind).view(np.uint8).reshape(-1, block_bytes * BLOCK // block_elements)

    def row_bytes(self, columns):
        block_elements, block_bytes = gguf.GGML_QUANT_SIZES[self.kind]
        return columns // block_elements * block_bytes

    def tensor(self, shape, start):
        size = self.row_bytes(shape[-1]) * int(np.prod(shape[:-1], dtype=np.int64))
        return np.resize(np.roll(self.blocks, -start, axis=0).reshape(-1), size)


def tensors(layers, vocab):
    """Names and shapes in the file's order; those of one dimension are norms and biases."""
    kv = KV_HEADS * HEAD_WIDTH
    yield "token_embd.weight", (vocab, HIDDEN)
    for layer in range(layers):
        for name, shape in (
            ("attn_norm.weight", (HIDDEN,)),
            ("attn_q.weight", (HIDDEN, HIDDEN)),
            ("attn_q.bias", (HIDDEN,)),
            ("attn_k.weight", (kv, HIDDEN)),
            ("attn_k.bias", (kv,)),
            ("attn_v.weight", (kv, HIDDEN)),
            ("attn_v.bias", (kv,)),
            ("attn_output.weight", (HIDDEN, HIDDEN)),
            ("ffn_norm.weight", (HIDDEN,)),
            ("ffn_gate.weight", (FEED_FORWARD, HIDDEN)),
            ("ffn_up.weight", (FEED_FORWARD, HIDDEN)),
            ("ffn_down.weight", (HIDDEN, FEED_FORWARD)),
        ):
            yield f"blk.{layer}.{name}", shape
    yield "output_norm.weight", (HIDDEN,)
    yield "output.weight", (vocab, HIDDEN)


def add_shape(writer, layers, vocab):
    writer.add_block_count(layers)
    writer.add_context_length(4096)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e6)
    writer.add_vocab_size(vocab)


def add_tokenizer(writer, vocab):
    """Token b stands for byte b, written as byte-level tokenizers do: unprintable ones from U+0100 on."""
    mask = vocab - 398  # 151666 of 152064, as in DiffuCoder
    end = mask - 23
    unprintable = iter(range(0x100, 0x200))
    tokens = [f"<|unused{i}|>" for i in range(vocab)]
    for b in range(256):
        printable = 0x20 < b < 0x7F or 0xA0 < b and b != 0xAD
        tokens[b] = chr(b) if printable else chr(next(unprintable))
    types = [gguf.TokenType.NORMAL] * 256 + [gguf.TokenType.UNUSED] * (vocab - 256)
    for token, name in ((end, "<|endoftext|>"), (end + 1, "<|im_start|>"), (end + 2, "<|im_end|>"), (mask, "<|mask|>")):
        tokens[token] = name
        types[token] = gguf.TokenType.CONTROL
    tokens[256], types[256] = "th", gguf.TokenType.NORMAL
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(["t h"])  # llama.cpp wants at least one
    writer.add_bos_token_id(end)
    writer.add_eos_token_id(end)
    writer.add_pad_token_id(end)
    writer.add_mask_token_id(mask)
    writer.add_add_bos_token(False)


def main():
    parser = argparse.ArgumentParser(description="Writes a random model of DiffuCoder-7B's shape as GGUF.")
    parser.add_argument("out")
    parser.add_argument("--format", choices=FORMATS, default="bf16")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--arch", choices=("dream", "qwen2"), default="dream")
    parser.add_argument("--vocab", type=int, default=152064, help="768 or more; small ones leave the head out of the time")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.vocab < 768 or options.layers < 1:
        parser.error(f"--vocab needs 768 or more and --layers 1 or more, got {options.vocab} and {options.layers}")

    kind, file_type = FORMATS[options.format]
    matrices = Pool(kind, 0, options.seed)
    norms = Pool(gguf.GGMLQuantizationType.F32, 1, options.seed + 1)
    biases = Pool(gguf.GGMLQuantizationType.F32, 0, options.seed + 2)

    writer = gguf.GGUFWriter(options.out, options.arch)
    writer.add_name(f"random-7b-{options.layers}-layers")
    writer.add_file_type(file_type)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    add_shape(writer, options.layers, options.vocab)
    add_tokenizer(writer, options.vocab)
    plan = []
    for index, (name, shape) in enumerate(tensors(options.layers, options.vocab)):
        pool = matrices if len(shape) > 1 else norms if name.endswith("norm.weight") else biases
        byte_shape = (*shape[:-1], pool.row_bytes(shape[-1]))
        writer.add_tensor_info(name, byte_shape, np.uint8, int(np.prod(byte_shape, dtype=np.int64)), pool.kind)
        plan.append((pool, shape, 1009 * index % POOL_BLOCKS))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for pool, shape, start in plan:
        writer.write_tensor_data(pool.tensor(shape, start))
    writer.close()


if __name__ == "__main__":
    main()
