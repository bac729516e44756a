package io.diffucoder.core.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * Writes GGUF files as the tests want them, valid or not: a tiny valid model with a tokenizer to
 * start from, and every part of it open to change before it is written.
 */
public final class GgufSketch {
  static final String FILE = "model.gguf";

  // The format's numbers for kinds of values, and ggml's for tensor types.
  static final int UINT8 = 0;
  static final int UINT32 = 4;
  static final int INT32 = 5;
  static final int FLOAT32 = 6;
  static final int BOOL = 7;
  static final int STRING = 8;
  static final int ARRAY = 9;
  static final int UINT64 = 10;
  static final int F32 = 0;

  /** 256 bytes, one merge, {@code <|im_end|>}, {@code <|mask|>}, and an id without a token. */
  static final int VOCABULARY = 260;

  static final int AB = 256;
  static final int IM_END = 257;
  static final int MASK = 258;

  /** One metadata key and its value's bytes. */
  static final class Key {
    final String name;
    byte[] utf8;
    int type;
    byte[] value;
    LongUnaryOperator nameLength = length -> length;

    Key(String name, int type, byte[] value) {
      this.name = name;
      this.utf8 = name.getBytes(StandardCharsets.UTF_8);
      this.type = type;
      this.value = value;
    }
  }

  /** One tensor's entry, its dimensions from the innermost on, and its bytes. */
  static final class Tensor {
    String name;
    int type = F32;
    List<Long> dimensions;
    LongUnaryOperator rank = rank -> rank;
    LongUnaryOperator offset = offset -> offset;
    byte[] bytes;

    Tensor(String name, int rows, int cols) {
      this.name = name;
      this.dimensions = rows == 0 ? List.of((long) cols) : List.of((long) cols, (long) rows);
      this.bytes = new byte[Math.max(1, rows) * cols * 4];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (i % 61);
      }
    }
  }

  String magic = "GGUF";
  int version = 3;
  LongUnaryOperator tensorCount = count -> count;
  LongUnaryOperator keyCount = count -> count;
  final List<Key> keys = new ArrayList<>();
  final List<Tensor> tensors = new ArrayList<>();
  byte[] trailer = {};

  /** V 260, D 8, F 6, 2 layers, 2 heads, 1 key and value head, float32. */
  public static GgufSketch valid() {
    return new GgufSketch(8, 6, 2);
  }

  /** As {@link #valid()}, but rows of whole blocks: D and F 256, 1 layer. */
  public static GgufSketch wide() {
    return new GgufSketch(256, 256, 1);
  }

  private GgufSketch(int width, int feedForward, int layers) {
    with("general.architecture", "dream").with("general.name", "a sketch");
    with("dream.vocab_size", VOCABULARY).with("dream.context_length", 64);
    with("dream.embedding_length", width).with("dream.feed_forward_length", feedForward);
    with("dream.block_count", layers).with("dream.attention.head_count", 2);
    with("dream.attention.head_count_kv", 1);
    with("dream.rope.freq_base", FLOAT32, u32(Float.floatToIntBits(10000)));
    with("dream.attention.layer_norm_rms_epsilon", FLOAT32, u32(Float.floatToIntBits(1e-6f)));
    with("dream.attention.causal", BOOL, new byte[] {0});
    with("diffusion.shift_logits", BOOL, new byte[] {1});
    with("tokenizer.ggml.model", "gpt2").with("tokenizer.ggml.pre", "qwen2");
    with("tokenizer.ggml.tokens", ARRAY, texts(tokens()));
    with("tokenizer.ggml.token_type", ARRAY, integers(tokenTypes()));
    with("tokenizer.ggml.merges", ARRAY, texts(List.of("a b")));
    with("tokenizer.ggml.eos_token_id", IM_END).with("tokenizer.ggml.mask_token_id", MASK);
    addTensors(width, feedForward, layers);
  }

  private void addTensors(int width, int feedForward, int layers) {
    int half = width / 2; // one key and value head of two query heads
    tensors.add(new Tensor("token_embd.weight", VOCABULARY, width));
    for (int layer = 0; layer < layers; layer++) {
      String prefix = "blk." + layer + ".";
      tensors.add(new Tensor(prefix + "attn_q.weight", width, width));
      tensors.add(new Tensor(prefix + "attn_q.bias", 0, width));
      tensors.add(new Tensor(prefix + "attn_k.weight", half, width));
      tensors.add(new Tensor(prefix + "attn_k.bias", 0, half));
      tensors.add(new Tensor(prefix + "attn_v.weight", half, width));
      tensors.add(new Tensor(prefix + "attn_v.bias", 0, half));
      tensors.add(new Tensor(prefix + "attn_output.weight", width, width));
      tensors.add(new Tensor(prefix + "ffn_gate.weight", feedForward, width));
      tensors.add(new Tensor(prefix + "ffn_up.weight", feedForward, width));
      tensors.add(new Tensor(prefix + "ffn_down.weight", width, feedForward));
      tensors.add(new Tensor(prefix + "attn_norm.weight", 0, width));
      tensors.add(new Tensor(prefix + "ffn_norm.weight", 0, width));
    }
    tensors.add(new Tensor("output_norm.weight", 0, width));
    tensors.add(new Tensor("output.weight", VOCABULARY, width));
  }

  /** The tokens' texts: Qwen's spelling of bytes for the first 256. */
  static List<String> tokens() {
    List<String> tokens = new ArrayList<>();
    int next = 0x100;
    for (int value = 0; value < 256; value++) {
      boolean printable = (value > 0x20 && value < 0x7F) || (value > 0xA0 && value != 0xAD);
      tokens.add(String.valueOf((char) (printable ? value : next++)));
    }
    tokens.addAll(List.of("ab", "<|im_end|>", "<|mask|>", "[PAD259]"));
    return tokens;
  }

  /** 1 for ordinary tokens, 3 for control tokens, 5 for no token. */
  static int[] tokenTypes() {
    int[] types = new int[VOCABULARY];
    Arrays.fill(types, 1);
    types[IM_END] = 3;
    types[MASK] = 3;
    types[259] = 5;
    return types;
  }

  /** Another text for a token. */
  public GgufSketch withToken(int id, String text) {
    List<String> tokens = tokens();
    tokens.set(id, text);
    return with("tokenizer.ggml.tokens", ARRAY, texts(tokens));
  }

  /** Another number in the middle of a tensor. */
  public GgufSketch withNumber(String tensor, float number) {
    byte[] bytes = tensor(tensor).bytes;
    byte[] encoded = u32(Float.floatToIntBits(number));
    System.arraycopy(encoded, 0, bytes, bytes.length / 8 * 4, 4);
    return this;
  }

  /** Sets a key, or adds it. */
  GgufSketch with(String name, int type, byte[] value) {
    for (Key key : keys) {
      if (key.name.equals(name)) {
        key.type = type;
        key.value = value;
        return this;
      }
    }
    keys.add(new Key(name, type, value));
    return this;
  }

  public GgufSketch with(String name, int value) {
    return with(name, UINT32, u32(value));
  }

  public GgufSketch with(String name, String text) {
    return with(name, STRING, text(text));
  }

  /** Without a key or a tensor. */
  public GgufSketch without(String name) {
    keys.removeIf(key -> key.name.equals(name));
    tensors.removeIf(tensor -> tensor.name.equals(name));
    return this;
  }

  Key key(String name) {
    return keys.stream().filter(key -> key.name.equals(name)).findFirst().orElseThrow();
  }

  Tensor tensor(String name) {
    return tensors.stream().filter(tensor -> tensor.name.equals(name)).findFirst().orElseThrow();
  }

  /** Writes the file into a directory. */
  public Path write(Path directory) {
    try {
      return Files.write(directory.resolve(FILE), bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] bytes() {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(header());
    for (Tensor tensor : tensors) {
      file.writeBytes(new byte[padding(file.size())]);
      file.writeBytes(tensor.bytes);
    }
    file.writeBytes(trailer);
    return file.toByteArray();
  }

  /** All before the padding before the first tensor. */
  byte[] header() {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.writeBytes(magic.getBytes(StandardCharsets.US_ASCII));
    header.writeBytes(u32(version));
    header.writeBytes(u64(tensorCount.applyAsLong(tensors.size())));
    header.writeBytes(u64(keyCount.applyAsLong(keys.size())));
    for (Key key : keys) {
      header.writeBytes(u64(key.nameLength.applyAsLong(key.utf8.length)));
      header.writeBytes(key.utf8);
      header.writeBytes(u32(key.type));
      header.writeBytes(key.value);
    }
    long offset = 0;
    for (Tensor tensor : tensors) {
      header.writeBytes(text(tensor.name));
      header.writeBytes(u32((int) tensor.rank.applyAsLong(tensor.dimensions.size())));
      tensor.dimensions.forEach(size -> header.writeBytes(u64(size)));
      header.writeBytes(u32(tensor.type));
      header.writeBytes(u64(tensor.offset.applyAsLong(offset)));
      offset += tensor.bytes.length;
      offset += padding(offset);
    }
    return header.toByteArray();
  }

  private static int padding(long size) {
    return (int) ((32 - size % 32) % 32);
  }

  static byte[] u32(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  static byte[] u64(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  static byte[] text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return joined(u64(utf8.length), utf8);
  }

  static byte[] texts(List<String> texts) {
    byte[][] parts = texts.stream().map(GgufSketch::text).toArray(byte[][]::new);
    return joined(u32(STRING), u64(texts.size()), joined(parts));
  }

  static byte[] integers(int... numbers) {
    byte[][] parts = Arrays.stream(numbers).mapToObj(GgufSketch::u32).toArray(byte[][]::new);
    return joined(u32(INT32), u64(numbers.length), joined(parts));
  }

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }
}
