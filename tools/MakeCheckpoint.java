import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Writes a random bf16 checkpoint in DiffuCoder's layout, to measure loading and speed without a
 * download:
 *
 * <pre>
 *   java tools/MakeCheckpoint.java OUT_DIR [--shape 7b|tiny] [--layers N] [--seed N]
 *                                  [--shard-bytes N] [--tokenizer DIR] [--plan]
 * </pre>
 *
 * Without {@code --tokenizer} the model reads and writes single bytes. {@code --plan} writes nothing
 * and prints the shards. Weights and biases are N(0, 0.02²), norms
 * N(1, 0.02²). Every number is a function of seed, tensor name and index, whatever the shards and
 * the number of threads. 28 layers in shards of 5·10⁹ bytes, the default, are the published layout
 * of the 7B checkpoints.
 */
public final class MakeCheckpoint {
  private static final int CHUNK_BYTES = 4 << 20;
  private static final int BF16_BYTES = 2;

  private MakeCheckpoint() {}

  public static void main(String[] args) throws IOException {
    Options options;
    try {
      options = Options.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    List<Shard> shards = Shard.plan(options.shape().tensors(), options.shardBytes());
    print(shards);
    if (!options.planOnly()) {
      long start = System.nanoTime();
      write(options, shards);
      System.out.printf("written in %.1f s%n", (System.nanoTime() - start) / 1e9);
    }
  }

  /** What to write and where. */
  private record Options(
      Path out, Shape shape, long seed, long shardBytes, List<Path> tokenizer, boolean planOnly) {
    private static final String USAGE =
        "usage: java tools/MakeCheckpoint.java OUT_DIR [--shape 7b|tiny] [--layers N] [--seed N]"
            + " [--shard-bytes N] [--tokenizer DIR] [--plan]";

    static Options parse(String[] args) {
      List<Path> out = new ArrayList<>();
      List<Path> tokenizer = new ArrayList<>();
      Map<String, String> values = new TreeMap<>();
      boolean planOnly = false;
      for (int i = 0; i < args.length; i++) {
        switch (args[i]) {
          case "--plan" -> planOnly = true;
          case "--shape", "--layers", "--seed", "--shard-bytes" ->
              values.put(args[i], value(args, i++));
          case "--tokenizer" -> tokenizer.add(Path.of(value(args, i++)));
          default -> {
            require(!args[i].startsWith("-"), "unknown option " + args[i]);
            out.add(Path.of(args[i]));
          }
        }
      }
      require(out.size() == 1 || planOnly && out.isEmpty(), "needs one OUT_DIR");
      Shape shape = Shape.named(values.getOrDefault("--shape", "7b"));
      int layers = (int) number(values, "--layers", shape.layers());
      long shardBytes = number(values, "--shard-bytes", shape.withLayers(layers).shardBytes());
      require(layers > 0 && shardBytes > 0, "--layers and --shard-bytes need to be positive");
      return new Options(
          out.isEmpty() ? Path.of("") : out.getFirst(),
          shape.withLayers(layers),
          number(values, "--seed", 1),
          shardBytes,
          tokenizer,
          planOnly);
    }

    private static String value(String[] args, int option) {
      require(option + 1 < args.length, args[option] + " needs a value");
      return args[option + 1];
    }

    private static long number(Map<String, String> values, String option, long absent) {
      String value = values.getOrDefault(option, Long.toString(absent));
      require(value.matches("-?\\d{1,18}"), option + " needs a whole number, got " + value);
      return Long.parseLong(value);
    }

    private static void require(boolean condition, String problem) {
      if (!condition) {
        throw new IllegalArgumentException(problem + "\n" + USAGE);
      }
    }
  }

  /** The sizes of config.json: V, D, F, L, H, Hkv, and the ids of the mask and of the end. */
  private record Shape(
      int vocab,
      int hidden,
      int feedForward,
      int layers,
      int heads,
      int kvHeads,
      int mask,
      int end) {

    static Shape named(String name) {
      return switch (name) {
        case "7b" -> new Shape(152064, 3584, 18944, 28, 28, 4, 151666, 151643);
        case "tiny" -> new Shape(512, 64, 128, 2, 4, 2, 511, 509);
        default -> throw new IllegalArgumentException("--shape needs 7b or tiny, got " + name);
      };
    }

    /** 5·10⁹ bytes at 28 layers, in proportion below, so that small checkpoints are sharded too. */
    long shardBytes() {
      return Math.max(2L * BF16_BYTES * vocab * hidden, 5_000_000_000L * layers / 28);
    }

    Shape withLayers(int count) {
      return new Shape(vocab, hidden, feedForward, count, heads, kvHeads, mask, end);
    }

    /** All tensors in the order of the modules, which is the order that shards are filled in. */
    List<Tensor> tensors() {
      long kv = (long) kvHeads * (hidden / heads);
      List<Tensor> tensors = new ArrayList<>();
      tensors.add(new Tensor("model.embed_tokens.weight", vocab, hidden));
      for (int layer = 0; layer < layers; layer++) {
        String prefix = "model.layers." + layer + ".";
        tensors.add(new Tensor(prefix + "self_attn.q_proj.weight", hidden, hidden));
        tensors.add(new Tensor(prefix + "self_attn.q_proj.bias", hidden));
        tensors.add(new Tensor(prefix + "self_attn.k_proj.weight", kv, hidden));
        tensors.add(new Tensor(prefix + "self_attn.k_proj.bias", kv));
        tensors.add(new Tensor(prefix + "self_attn.v_proj.weight", kv, hidden));
        tensors.add(new Tensor(prefix + "self_attn.v_proj.bias", kv));
        tensors.add(new Tensor(prefix + "self_attn.o_proj.weight", hidden, hidden));
        tensors.add(new Tensor(prefix + "mlp.gate_proj.weight", feedForward, hidden));
        tensors.add(new Tensor(prefix + "mlp.up_proj.weight", feedForward, hidden));
        tensors.add(new Tensor(prefix + "mlp.down_proj.weight", hidden, feedForward));
        tensors.add(new Tensor(prefix + "input_layernorm.weight", hidden));
        tensors.add(new Tensor(prefix + "post_attention_layernorm.weight", hidden));
      }
      tensors.add(new Tensor("model.norm.weight", hidden));
      tensors.add(new Tensor("lm_head.weight", vocab, hidden));
      return tensors;
    }

    String config() {
      return """
      {
        "architectures": ["DreamModel"],
        "model_type": "Dream",
        "auto_map": {
          "AutoConfig": "configuration_dream.DreamConfig",
          "AutoModel": "modeling_dream.DreamModel"
        },
        "attention_dropout": 0.0,
        "bos_token_id": %1$d,
        "eos_token_id": %1$d,
        "hidden_act": "silu",
        "hidden_size": %2$d,
        "initializer_range": 0.02,
        "intermediate_size": %3$d,
        "mask_token_id": %4$d,
        "max_position_embeddings": 131072,
        "max_window_layers": %5$d,
        "num_attention_heads": %6$d,
        "num_hidden_layers": %5$d,
        "num_key_value_heads": %7$d,
        "pad_token_id": %1$d,
        "rms_norm_eps": 1e-06,
        "rope_scaling": null,
        "rope_theta": 1000000.0,
        "sliding_window": null,
        "tie_word_embeddings": false,
        "torch_dtype": "bfloat16",
        "transformers_version": "4.51.3",
        "use_cache": false,
        "use_mrope": false,
        "use_sliding_window": false,
        "vocab_size": %8$d
      }
      """
          .formatted(end, hidden, feedForward, mask, layers, heads, kvHeads, vocab);
    }

    /** As published: class defaults, without max_new_tokens. */
    String generationConfig() {
      return """
      {
        "_from_model_config": true,
        "alg": "origin",
        "alg_temp": null,
        "bos_token_id": %1$d,
        "eos_token_id": %1$d,
        "eps": 0.001,
        "mask_token_id": null,
        "output_history": false,
        "pad_token_id": %1$d,
        "steps": 512,
        "temperature": 0.0,
        "top_k": null,
        "top_p": null
      }
      """
          .formatted(end);
    }
  }

  /** A bf16 tensor; its kind follows from its name. */
  private record Tensor(String name, long... shape) {
    long bytes() {
      return LongStream.of(shape).reduce(BF16_BYTES, Math::multiplyExact);
    }

    boolean isNorm() {
      return name.endsWith("norm.weight");
    }

    String header(long begin) {
      return "\"%s\":{\"dtype\":\"BF16\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
          .formatted(
              name,
              LongStream.of(shape)
                  .mapToObj(Long::toString)
                  .collect(Collectors.joining(",", "[", "]")),
              begin,
              begin + bytes());
    }
  }

  /** A file of tensors, one after the other. */
  private record Shard(String file, List<Tensor> tensors) {

    /** Fills each shard until the next tensor would make it larger than the limit. */
    static List<Shard> plan(List<Tensor> tensors, long limit) {
      List<List<Tensor>> groups = new ArrayList<>();
      long filled = limit;
      for (Tensor tensor : tensors) {
        if (filled + tensor.bytes() > limit) {
          groups.add(new ArrayList<>());
          filled = 0;
        }
        groups.getLast().add(tensor);
        filled += tensor.bytes();
      }
      List<Shard> shards = new ArrayList<>();
      for (List<Tensor> group : groups) {
        String file =
            groups.size() == 1
                ? "model.safetensors"
                : "model-%05d-of-%05d.safetensors".formatted(shards.size() + 1, groups.size());
        shards.add(new Shard(file, group));
      }
      return shards;
    }

    long bytes() {
      return tensors.stream().mapToLong(Tensor::bytes).sum();
    }

    /** Header length and header, padded with spaces so that the data is 8-byte aligned. */
    ByteBuffer header() {
      StringBuilder json = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
      long begin = 0;
      for (Tensor tensor : tensors) {
        json.append(',').append(tensor.header(begin));
        begin += tensor.bytes();
      }
      json.append('}');
      json.repeat(' ', -json.length() & 7);
      byte[] utf8 = json.toString().getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.allocate(Long.BYTES + utf8.length)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putLong(utf8.length)
          .put(utf8)
          .flip();
    }
  }

  /** A piece of a tensor that one thread makes and writes. */
  private record Chunk(Tensor tensor, long offset, int bytes) {
    static Stream<Chunk> of(Tensor tensor) {
      return LongStream.range(0, Math.ceilDiv(tensor.bytes(), CHUNK_BYTES))
          .map(chunk -> chunk * CHUNK_BYTES)
          .mapToObj(at -> new Chunk(tensor, at, (int) Math.min(CHUNK_BYTES, tensor.bytes() - at)));
    }
  }

  /** Random bf16 numbers by counter: the same whatever is asked first. */
  private static final class Normals {
    private static final double DEVIATION = 0.02;

    /** Box-Muller over a 256 × 256 grid of uniform pairs: each entry is equally likely. */
    private static final short[] WEIGHTS = table(0);

    private static final short[] NORMS = table(1);

    private Normals() {}

    /** Fills the buffer with a chunk's numbers; chunks begin at multiples of four numbers. */
    static void fill(Chunk chunk, long seed, ByteBuffer into) {
      short[] table = chunk.tensor().isNorm() ? NORMS : WEIGHTS;
      long key = mix(seed ^ mix(hash(chunk.tensor().name())));
      long counter = chunk.offset() / Long.BYTES;
      into.clear();
      for (; into.position() + Long.BYTES <= chunk.bytes(); counter++) {
        into.putLong(four(table, mix(key + counter * 0x9E3779B97F4A7C15L)));
      }
      long last = four(table, mix(key + counter * 0x9E3779B97F4A7C15L));
      for (; into.position() < chunk.bytes(); last >>>= Short.SIZE) {
        into.putShort((short) last);
      }
      into.flip();
    }

    private static long four(short[] table, long random) {
      return (table[(int) (random & 0xFFFF)] & 0xFFFFL)
          | (table[(int) (random >>> 16 & 0xFFFF)] & 0xFFFFL) << 16
          | (table[(int) (random >>> 32 & 0xFFFF)] & 0xFFFFL) << 32
          | (table[(int) (random >>> 48)] & 0xFFFFL) << 48;
    }

    private static short[] table(double mean) {
      short[] table = new short[1 << 16];
      for (int i = 0; i < table.length; i++) {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(((i >>> 8) + 0.5) / 256));
        double angle = 2 * Math.PI * ((i & 0xFF) + 0.5) / 256;
        table[i] = bf16((float) (mean + DEVIATION * radius * StrictMath.cos(angle)));
      }
      return table;
    }

    /** The nearest bfloat16, ties to even. */
    private static short bf16(float value) {
      int bits = Float.floatToRawIntBits(value);
      return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
    }

    private static long hash(String name) {
      return name.chars().asLongStream().reduce(7, (hash, c) -> hash * 31 + c);
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood, 2014). */
    private static long mix(long z) {
      z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
      z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
      return z ^ z >>> 31;
    }
  }

  private static void print(List<Shard> shards) {
    for (Shard shard : shards) {
      System.out.printf(
          "%s: %d bytes, %d tensors, %s to %s%n",
          shard.file(),
          shard.bytes(),
          shard.tensors().size(),
          shard.tensors().getFirst().name(),
          shard.tensors().getLast().name());
    }
    System.out.printf(
        "total: %d bytes, %d tensors%n",
        shards.stream().mapToLong(Shard::bytes).sum(),
        shards.stream().mapToInt(shard -> shard.tensors().size()).sum());
  }

  private static void write(Options options, List<Shard> shards) throws IOException {
    Path out = Files.createDirectories(options.out());
    Files.writeString(out.resolve("config.json"), options.shape().config());
    Files.writeString(out.resolve("generation_config.json"), options.shape().generationConfig());
    if (options.tokenizer().isEmpty()) {
      ByteTokenizer.write(options.shape(), out);
    }
    for (Path tokenizer : options.tokenizer()) {
      copyTokenizer(tokenizer, out);
    }
    for (Shard shard : shards) {
      write(shard, out.resolve(shard.file()), options.seed());
    }
    if (shards.size() > 1) {
      Files.writeString(out.resolve("model.safetensors.index.json"), index(shards));
    }
  }

  private static void write(Shard shard, Path file, long seed) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      long begin = writeFully(channel, shard.header(), 0);
      for (Tensor tensor : shard.tensors()) {
        long start = begin;
        Chunk.of(tensor).parallel().forEach(chunk -> write(chunk, seed, channel, start));
        begin += tensor.bytes();
      }
    }
  }

  private static final ThreadLocal<ByteBuffer> BUFFER =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN));

  private static void write(Chunk chunk, long seed, FileChannel channel, long start) {
    ByteBuffer buffer = BUFFER.get();
    Normals.fill(chunk, seed, buffer);
    try {
      writeFully(channel, buffer, start + chunk.offset());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes all of a buffer at a place in the file, and returns the place after it. */
  private static long writeFully(FileChannel channel, ByteBuffer bytes, long position)
      throws IOException {
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
    return position;
  }

  /** Tensors in alphabetical order, as transformers writes them. */
  private static String index(List<Shard> shards) {
    Map<String, String> files = new TreeMap<>();
    shards.forEach(shard -> shard.tensors().forEach(t -> files.put(t.name(), shard.file())));
    return files.entrySet().stream()
        .map(entry -> "    \"%s\": \"%s\"".formatted(entry.getKey(), entry.getValue()))
        .collect(
            Collectors.joining(
                ",\n",
                "{\n  \"metadata\": {\n    \"total_size\": %d\n  },\n  \"weight_map\": {\n"
                    .formatted(shards.stream().mapToLong(Shard::bytes).sum()),
                "\n  }\n}\n"));
  }

  private static void copyTokenizer(Path from, Path to) throws IOException {
    for (String file :
        List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt")) {
      if (Files.exists(from.resolve(file))) {
        Files.copy(from.resolve(file), to.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** The smallest tokenizer of Qwen2's kind: one token a byte, no merges, the control tokens. */
  private static final class ByteTokenizer {
    static void write(Shape shape, Path out) throws IOException {
      Files.writeString(out.resolve("vocab.json"), json(bytes()));
      Files.writeString(out.resolve("merges.txt"), "#version: 0.2\n");
      Files.writeString(out.resolve("added_tokens.json"), json(controlTokens(shape)));
    }

    /** Printable bytes stand for themselves, the others for the characters from U+0100 on. */
    private static Map<String, Integer> bytes() {
      Map<String, Integer> ids = new LinkedHashMap<>();
      int next = 0x100;
      for (int b = 0; b < 256; b++) {
        boolean printable = b > 0x20 && b < 0x7F || b > 0xA0 && b != 0xAD;
        ids.put(Character.toString(printable ? b : next++), b);
      }
      return ids;
    }

    private static Map<String, Integer> controlTokens(Shape shape) {
      Map<String, Integer> ids = new LinkedHashMap<>();
      ids.put("<|endoftext|>", shape.end());
      ids.put("<|im_start|>", shape.mask() > 1000 ? shape.end() + 1 : shape.end() - 2);
      ids.put("<|im_end|>", shape.mask() > 1000 ? shape.end() + 2 : shape.end() - 1);
      ids.put("<|mask|>", shape.mask());
      ids.put("<|dlm_pad|>", shape.mask() > 1000 ? shape.mask() + 1 : shape.mask() - 1);
      return ids;
    }

    private static String json(Map<String, Integer> ids) {
      return ids.entrySet().stream()
          .map(
              entry ->
                  "  \"%s\": %d"
                      .formatted(
                          entry.getKey().replace("\\", "\\\\").replace("\"", "\\\""),
                          entry.getValue()))
          .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
    }
  }
}
