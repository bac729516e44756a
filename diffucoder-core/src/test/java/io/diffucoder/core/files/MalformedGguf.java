package io.diffucoder.core.files;

import static io.diffucoder.core.files.GgufSketch.ARRAY;
import static io.diffucoder.core.files.GgufSketch.STRING;
import static io.diffucoder.core.files.GgufSketch.joined;
import static io.diffucoder.core.files.GgufSketch.u32;
import static io.diffucoder.core.files.GgufSketch.u64;

import io.diffucoder.core.files.GgufSketch.Tensor;
import io.diffucoder.core.files.MalformedModels.Case;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** GGUF containers that lie: of counts, lengths, types, shapes and places. */
final class MalformedGguf {
  private static final String TENSOR = "blk.1.attn_q.weight";
  private static final String KEY = "general.name";

  /** Lengths and counts that no file of a few kilobytes can keep. */
  private static final List<Long> TOO_MUCH =
      List.of(
          65_536L,
          50_001L,
          (1L << 24) + 1,
          1L << 31,
          (1L << 32) + 5,
          1L << 40,
          1L << 61,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          Long.MIN_VALUE + 8,
          -1L);

  private MalformedGguf() {}

  /** A file that must be rejected, with a message that names it. */
  static Case changed(String title, Consumer<GgufSketch> change, String... mentions) {
    List<String> all = new ArrayList<>(List.of(mentions));
    all.add(GgufSketch.FILE);
    return new Case(
        title,
        directory -> {
          GgufSketch sketch = GgufSketch.valid();
          change.accept(sketch);
          sketch.write(directory);
        },
        all);
  }

  static List<Case> headers() {
    List<Case> cases = new ArrayList<>();
    for (String magic : List.of("GGML", "ggjt", "GGUG", "FUGG", "\0\0\0\0", "PK\3\4")) {
      cases.add(changed("magic " + magic, s -> s.magic = magic, "does not begin with GGUF"));
    }
    for (int version : new int[] {0, 4, 300, -1, 0x10003, Integer.MIN_VALUE | 3}) {
      cases.add(changed("version " + version, s -> s.version = version, "needs 2 or 3"));
    }
    cases.add(changed("version 1", s -> s.version = 1, "is GGUF version 1", "convert"));
    for (int version : new int[] {1, 2, 3}) {
      cases.add(
          changed(
              "big-endian version " + version,
              s -> s.version = Integer.reverseBytes(version),
              "big-endian",
              "gguf-convert-endian"));
    }
    List<Long> counts = new ArrayList<>(TOO_MUCH);
    counts.addAll(List.of(0L, 1L, 19L, 26L, 28L));
    for (long count : counts) {
      cases.add(changed(count + " tensors", s -> s.tensorCount = n -> count));
      cases.add(changed(count + " keys", s -> s.keyCount = n -> count));
    }
    for (String content :
        List.of("", "G", "GGU", "GGUF", "GGUF\3\0\0", "version https://git-lfs")) {
      cases.add(
          Case.of(
              "file of " + content,
              directory -> Files.writeString(directory.resolve(GgufSketch.FILE), content),
              GgufSketch.FILE));
    }
    cases.add(
        changed(
            "32 bytes after the last tensor",
            s -> s.trailer = new byte[32],
            "32 bytes after",
            "output.weight"));
    return cases;
  }

  static List<Case> keys() {
    List<Case> cases = new ArrayList<>();
    for (long length : TOO_MUCH) {
      cases.add(changed("key of length " + length, s -> s.key(KEY).nameLength = n -> length));
      cases.add(value("text of length " + length, STRING, u64(length)));
      cases.add(value("array of %d numbers".formatted(length), ARRAY, joined(u32(5), u64(length))));
      cases.add(value("array of %d bytes".formatted(length), ARRAY, joined(u32(0), u64(length))));
      cases.add(value("array of %d texts".formatted(length), ARRAY, joined(u32(8), u64(length))));
      cases.add(
          value(
              "array with a text of length " + length,
              ARRAY,
              joined(u32(8), u64(2), GgufSketch.text("x"), u64(length))));
    }
    for (int type : new int[] {13, 14, 255, 1 << 16, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
      cases.add(value("type " + type, type, u64(1)));
      cases.add(value("array of type " + type, ARRAY, joined(u32(type), u64(1), u64(1))));
    }
    cases.add(value("array of arrays", ARRAY, joined(u32(9), u64(1), u32(5), u64(1), u32(7))));
    cases.add(value("array of no arrays", ARRAY, joined(u32(9), u64(0))));
    for (int truth : new int[] {2, 127, -1}) {
      cases.add(value("truth " + truth, GgufSketch.BOOL, new byte[] {(byte) truth}));
    }
    cases.add(value("text that is not UTF-8", STRING, joined(u64(2), new byte[] {(byte) 0xC3, 1})));
    cases.add(changed("key twice", s -> s.keys.add(s.key(KEY)), "'general.name' twice"));
    cases.add(
        changed(
            "key that is not UTF-8",
            s -> s.key(KEY).utf8 = new byte[] {'g', (byte) 0xC3},
            "metadata key",
            "not UTF-8"));
    for (int alignment : new int[] {0, 1, 3, 16, 24, 33, 64, 1 << 20, 1 << 31, -1}) {
      cases.add(changed("alignment " + alignment, s -> s.with("general.alignment", alignment)));
    }
    cases.add(
        changed(
            "alignment of 64 bits",
            s -> s.with("general.alignment", GgufSketch.UINT64, u64(32)),
            "general.alignment is '32', needs a power of two of type UINT32"));
    return cases;
  }

  static List<Case> tensors() {
    List<Case> cases = new ArrayList<>();
    for (int rank : new int[] {0, 5, 8, 1 << 20, Integer.MIN_VALUE, -1}) {
      cases.add(tensor("rank " + rank, t -> t.rank = n -> rank, "dimensions, needs 1 to 4"));
    }
    for (int rank : new int[] {1, 3, 4}) { // what comes after is read as something else
      cases.add(changed("rank " + rank, s -> s.tensor(TENSOR).rank = n -> rank));
    }
    for (List<Long> dimensions :
        List.of(
            List.of(0L, 8L),
            List.of(8L, 0L),
            List.of(-8L, -8L),
            List.of(8L, Long.MIN_VALUE),
            List.of(Long.MAX_VALUE, Long.MAX_VALUE),
            List.of(1L << 32, 1L << 32),
            List.of(1L << 62, 4L),
            List.of(1L << 61, 1L),
            List.of((1L << 32) + 8, 8L),
            List.of(8L, 7L),
            List.of(8L, 9L),
            List.of(4L, 16L),
            List.of(64L),
            List.of(8L, 8L, 1L),
            List.of(8L, 8L, 1L, 1L),
            List.of(2L, 2L, 4L, 4L),
            List.of(1L << 16, 1L << 16, 1L << 16, 1L << 16))) {
      cases.add(tensor("dimensions " + dimensions, t -> t.dimensions = dimensions));
    }
    for (int type : new int[] {4, 5, 31, 32, 33, 36, 37, 38, 42, 99, 1 << 30, 1 << 31, -1}) {
      cases.add(
          tensor("type " + type, t -> t.type = type, "type " + Integer.toUnsignedString(type)));
    }
    for (GgmlType type : GgmlType.values()) {
      if (type != GgmlType.F32) {
        cases.add(tensor("type " + type, t -> t.type = type.id()));
      }
    }
    cases.add(
        tensor(
            "type I32, of the same size",
            t -> t.type = GgmlType.I32.id(),
            "I32[8, 8], needs one of F32, F16, Q4_0, Q4_1",
            "Q6_K, BF16"));
    for (long shift : new long[] {-256, -32, -1, 1, 16, 31, 32, 256, 1 << 20, 1L << 40}) {
      cases.add(tensor("offset + " + shift, t -> t.offset = offset -> offset + shift));
    }
    for (long offset : new long[] {0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 31}) {
      cases.add(tensor("offset " + offset, t -> t.offset = n -> offset));
    }
    cases.add(
        changed(
            "tensor twice",
            s -> {
              Tensor copy = new Tensor(TENSOR, 8, 8);
              s.tensors.add(copy);
            },
            TENSOR,
            "twice"));
    return cases;
  }

  /** The name's value is of another type, or lies. */
  private static Case value(String title, int type, byte[] value) {
    return changed(title, s -> s.with(KEY, type, value), KEY);
  }

  private static Case tensor(String title, Consumer<Tensor> change, String... mentions) {
    List<String> all = new ArrayList<>(List.of(mentions));
    all.add(TENSOR);
    return changed(title, s -> change.accept(s.tensor(TENSOR)), all.toArray(String[]::new));
  }
}
