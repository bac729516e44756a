#!/usr/bin/env python3
"""Writes quants.safetensors: for each block format of GGUF some random blocks and what ggml makes of them.

The decoder is gguf-py's (package gguf, gguf/quants.py), which llama.cpp tests against ggml's C code; for Q8_0 and
Q4_0 also its encoder. Needs numpy, gguf, safetensors.

  make_quants.py OUT
"""
import sys

import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import quants
from safetensors.numpy import save_file

ROWS, BLOCKS = 3, 5
rng = np.random.default_rng(20261125)
tensors = {}
for type_ in (Type.Q4_0, Type.Q4_1, Type.Q5_0, Type.Q5_1, Type.Q8_0, Type.Q4_K, Type.Q5_K, Type.Q6_K):
    size, bytes_ = quants.GGML_QUANT_SIZES[type_]
    blocks = rng.integers(0, 256, (ROWS, BLOCKS, bytes_), dtype=np.uint8)
    at = [208] if type_ == Type.Q6_K else [0, 2] if type_ in (Type.Q4_1, Type.Q5_1, Type.Q4_K, Type.Q5_K) else [0]
    for offset in at:
        scales = rng.uniform(-0.1, 0.1, (ROWS, BLOCKS, 1)).astype(np.float16)
        blocks[..., offset : offset + 2] = scales.view(np.uint8)
    raw = blocks.reshape(ROWS, BLOCKS * bytes_)
    tensors[f"{type_.name}.blocks"] = raw
    tensors[f"{type_.name}.numbers"] = quants.dequantize(raw, type_).astype(np.float32)
numbers = rng.normal(0, 1, (ROWS, BLOCKS * 32)).astype(np.float32)
numbers[0, :32] = 0
numbers[1, 3] = 100
tensors["numbers"] = numbers
for type_ in (Type.Q8_0, Type.Q4_0):
    tensors[f"{type_.name}.encoded"] = quants.quantize(numbers, type_)
save_file(tensors, sys.argv[1])
