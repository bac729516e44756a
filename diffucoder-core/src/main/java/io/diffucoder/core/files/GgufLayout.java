package io.diffucoder.core.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.diffucoder.spi.DType;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where everything goes in a GGUF file of version 3 that is to be written.
 *
 * @param header the file's first bytes, up to the first tensor
 * @param offsets where each tensor's bytes begin, counted from the begin of the file
 * @param size bytes of the whole file
 */
record GgufLayout(byte[] header, List<Long> offsets, long size) {
  private static final int VERSION = 3;

  /**
   * A tensor to be written.
   *
   * @param name what it is called in the file
   * @param type how its numbers will be encoded
   * @param shape rows and columns, or a length
   */
  record Entry(String name, DType type, List<Long> shape) {
    long bytes() {
      return type.bytes(shape.stream().reduce(1L, Math::multiplyExact));
    }
  }

  GgufLayout {
    offsets = List.copyOf(offsets);
  }

  /** Lays out tensors in this order, each at a multiple of 32 bytes. */
  static GgufLayout of(Map<String, GgufValue> metadata, List<Entry> entries) {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.writeBytes(GgufHeader.MAGIC);
    putInt(VERSION, header);
    putLong(entries.size(), header);
    putLong(metadata.size(), header);
    metadata.forEach((key, value) -> {
      putText(key, header);
      putInt(value.type().id(), header);
      header.writeBytes(value.bytes().toArray(JAVA_BYTE));
    });
    List<Long> offsets = new ArrayList<>();
    long end = 0;
    for (Entry entry : entries) {
      offsets.add(end);
      putEntry(entry, end, header);
      end = aligned(end + entry.bytes());
    }
    long begin = aligned(header.size());
    header.writeBytes(new byte[Math.toIntExact(begin - header.size())]);
    return new GgufLayout(
        header.toByteArray(), offsets.stream().map(offset -> begin + offset).toList(), begin + end);
  }

  private static void putEntry(Entry entry, long offset, ByteArrayOutputStream header) {
    putText(entry.name(), header);
    putInt(entry.shape().size(), header);
    for (long size : entry.shape().reversed()) { // the innermost dimension first
      putLong(size, header);
    }
    putInt(GgmlType.of(entry.type()).id(), header);
    putLong(offset, header);
  }

  private static void putText(String text, ByteArrayOutputStream header) {
    header.writeBytes(GgufValue.of(text).bytes().toArray(JAVA_BYTE));
  }

  private static void putInt(int number, ByteArrayOutputStream header) {
    header.writeBytes(GgufValue.of(number).bytes().toArray(JAVA_BYTE));
  }

  private static void putLong(long number, ByteArrayOutputStream header) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) { // little-endian
      header.write((int) (number >> shift));
    }
  }

  private static long aligned(long offset) {
    return GgufHeader.aligned(offset, GgufHeader.DEFAULT_ALIGNMENT);
  }
}
