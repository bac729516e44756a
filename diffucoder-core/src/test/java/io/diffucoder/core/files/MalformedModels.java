package io.diffucoder.core.files;

import io.diffucoder.core.files.CheckpointWriter.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Malformed weight files: seeded damage to a valid tiny model, and values that lie. */
final class MalformedModels {
  private static final long SEED = 20261123;

  /** Changes a directory; may fail as files do. */
  @FunctionalInterface
  interface Damage {
    void to(Path directory) throws IOException;
  }

  /**
   * A directory that must be rejected.
   *
   * @param title what is wrong with it
   * @param damage makes it, in an empty directory
   * @param mentions what the message has to name: the file, and the tensor or key
   */
  record Case(String title, Damage damage, List<String> mentions) {
    static Case of(String title, Damage damage, String... mentions) {
      return new Case(title, damage, List.of(mentions));
    }
  }

  /** A valid model, and the weight file of it to damage. */
  private record Start(String file, Supplier<CheckpointWriter> model) {
    Case with(String title, UnaryOperator<byte[]> change) {
      return Case.of(
          file + " " + title,
          directory -> {
            model.get().write(directory);
            Path path = directory.resolve(file);
            Files.write(path, change.apply(Files.readAllBytes(path)));
          },
          file);
    }

    byte[] bytes() {
      return CheckpointWriter.safetensors(model.get().tensorsOf(file));
    }
  }

  private static final List<Start> STARTS =
      List.of(
          new Start(CheckpointWriter.SINGLE, CheckpointWriter::unsharded),
          new Start(CheckpointWriter.shard(2), CheckpointWriter::sharded));

  private MalformedModels() {}

  static List<Case> damagedBytes() {
    List<Case> cases = new ArrayList<>();
    Random random = new Random(SEED);
    for (Start start : STARTS) {
      byte[] valid = start.bytes();
      int header = (int) ByteBuffer.wrap(valid).order(ByteOrder.LITTLE_ENDIAN).getLong();
      cuts(valid.length, header, random)
          .forEach(n -> cases.add(start.with("cut at " + n, bytes -> Arrays.copyOf(bytes, n))));
      for (int i = 0; i < 40; i++) {
        int at = random.nextInt(8 + header);
        int bit = random.nextInt(8);
        cases.add(
            start.with("bit %d of byte %d flipped".formatted(bit, at), b -> flip(b, at, bit)));
      }
      for (int i = 0; i < 20; i++) {
        int at = differentNeighbours(valid, 8, 8 + header, random);
        cases.add(start.with("bytes %d and %d swapped".formatted(at, at + 1), b -> swap(b, at)));
      }
      for (long length :
          new long[] {
            0,
            1,
            2,
            header - 1,
            header + 1,
            valid.length,
            valid.length - 8,
            100_000_001,
            1L << 31,
            (1L << 32) + header,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            -1
          }) {
        cases.add(
            start.with("header length " + Long.toUnsignedString(length), b -> length(b, length)));
      }
      for (int size : new int[] {0, 5, 8, 9, 64, 4096}) {
        byte[] garbage = new byte[size];
        random.nextBytes(garbage);
        cases.add(start.with(size + " random bytes", b -> garbage));
      }
    }
    return cases;
  }

  static List<Case> lyingEntries() {
    List<Case> cases = new ArrayList<>();
    for (String shape :
        List.of(
            "[8]",
            "[]",
            "[8,8,1]",
            "[4,16]",
            "[0,8]",
            "[-8,-8]",
            "[8,-8]",
            "[8.0,8]",
            "[8e0,8]",
            "[1e308,8]",
            "[4611686018427387904,16]",
            "[9223372036854775807,9223372036854775807]",
            "[9223372036854775808,8]",
            "[18446744073709551624,8]",
            "[4294967304,8]",
            "[\"8\",8]",
            "[null,8]",
            "[[8],8]",
            "[8,8",
            "{}",
            "null",
            "8",
            "true",
            "[" + "1,".repeat(5000) + "8]",
            "[".repeat(20_000),
            "[" + "9".repeat(5000) + ",8]",
            "[NaN,8]",
            "[08,8]")) {
      cases.add(entryCase("shape", shape, entry -> entry.shape = shape));
    }
    for (String dtype :
        List.of(
            "\"F64\"",
            "\"F16\"",
            "\"BF16\"",
            "\"I32\"",
            "\"U32\"",
            "\"f32\"",
            "\"F33\"",
            "\"\"",
            "\"F32 \"",
            "\"F4\"",
            "32",
            "null",
            "[\"F32\"]",
            "{}",
            "\"\\u0000\"")) {
      cases.add(entryCase("dtype", dtype, entry -> entry.dtype = dtype));
    }
    for (String offsets :
        List.of(
            "[]",
            "[0]",
            "[0,256,512]",
            "[256,0]",
            "[-256,0]",
            "[0,-1]",
            "[0,1e308]",
            "[0.5,256.5]",
            "[0,9223372036854775807]",
            "[9223372036854775551,9223372036854775807]",
            "[18446744073709551360,18446744073709551616]",
            "[99999,100255]",
            "[0,256]",
            "[1,257]",
            "[\"0\",\"256\"]",
            "[null,null]",
            "null",
            "\"0,256\"",
            "{\"begin\":0,\"end\":256}")) {
      cases.add(entryCase("data_offsets", offsets, entry -> entry.offsets = offsets));
    }
    return cases;
  }

  static List<Case> missingAndWrongTensors() {
    List<Case> cases = new ArrayList<>();
    for (Start start : STARTS) {
      for (List<Entry> entries : start.model().get().files.values()) {
        for (Entry tensor : entries) {
          cases.add(
              Case.of(
                  tensor.name + " is missing, from " + start.file(),
                  directory -> start.model().get().without(tensor.name).write(directory),
                  ".safetensors",
                  tensor.name));
        }
      }
    }
    for (Entry tensor : CheckpointWriter.unsharded().tensorsOf(CheckpointWriter.SINGLE)) {
      cases.add(
          Case.of(
              tensor.name + " has one number too many",
              directory -> {
                CheckpointWriter writer = CheckpointWriter.sharded();
                Entry entry = writer.entry(tensor.name);
                entry.bytes = new byte[entry.bytes.length + 4];
                entry.shape = "[%d]".formatted(entry.bytes.length / 4);
                writer.write(directory);
              },
              ".safetensors",
              tensor.name));
    }
    return cases;
  }

  private static Case entryCase(String key, String value, Consumer<Entry> change) {
    String tensor = "model.layers.1.self_attn.q_proj.weight";
    String shown = value.length() > 60 ? value.substring(0, 60) + "…" : value;
    boolean namesTensor =
        !List.of("[8,8", "[NaN,8]", "[08,8]").contains(value) && value.length() < 100;
    return new Case(
        "%s is %s".formatted(key, shown),
        directory -> {
          CheckpointWriter writer = CheckpointWriter.unsharded();
          change.accept(writer.entry(tensor));
          writer.write(directory);
        },
        namesTensor ? List.of(CheckpointWriter.SINGLE, tensor) : List.of(CheckpointWriter.SINGLE));
  }

  private static List<Integer> cuts(int size, int header, Random random) {
    List<Integer> cuts =
        new ArrayList<>(
            List.of(0, 1, 7, 8, 9, 8 + header / 2, 7 + header, 8 + header, 9 + header, size - 1));
    for (int i = 0; i < 10; i++) {
      cuts.add(random.nextInt(size));
    }
    return cuts;
  }

  private static int differentNeighbours(byte[] bytes, int from, int to, Random random) {
    int at;
    do {
      at = from + random.nextInt(to - from - 1);
    } while (bytes[at] == bytes[at + 1]);
    return at;
  }

  private static byte[] flip(byte[] bytes, int at, int bit) {
    bytes[at] ^= (byte) (1 << bit);
    return bytes;
  }

  private static byte[] swap(byte[] bytes, int at) {
    byte first = bytes[at];
    bytes[at] = bytes[at + 1];
    bytes[at + 1] = first;
    return bytes;
  }

  private static byte[] length(byte[] bytes, long length) {
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    return bytes;
  }
}
