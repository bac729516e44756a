package io.diffucoder.core.files;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A safetensors file, checked whole when it is opened: an 8-byte little-endian header length, a
 * JSON header, and the tensors' bytes, which must follow each other without gap or overlap up to
 * the end of the file. The tensors' bytes are not touched.
 */
public final class SafetensorsFile {
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Hugging Face's own reader refuses more. */
  private static final long LONGEST_HEADER = 100_000_000;

  private final String file;
  private final Map<String, String> metadata;
  private final Map<String, StoredTensor> tensors;

  private SafetensorsFile(
      String file, Map<String, String> metadata, Map<String, StoredTensor> tensors) {
    this.file = file;
    this.metadata = Collections.unmodifiableMap(metadata);
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /**
   * Checks the header and every offset.
   *
   * @param file how messages call the file
   * @param bytes all of the file; the tensors are slices of it
   * @throws io.diffucoder.api.ModelLoadException if anything is amiss, naming the tensor
   */
  public static SafetensorsFile parse(String file, MemorySegment bytes) {
    long headerLength = headerLength(file, bytes);
    byte[] json = bytes.asSlice(Long.BYTES, headerLength).toArray(ValueLayout.JAVA_BYTE);
    SafetensorsHeader header = SafetensorsHeader.parse(file, json);
    MemorySegment data = bytes.asSlice(Long.BYTES + headerLength);
    List<SafetensorsHeader.Entry> entries =
        header.entries().stream()
            .sorted(
                Comparator.comparingLong(SafetensorsHeader.Entry::begin)
                    .thenComparingLong(SafetensorsHeader.Entry::end))
            .toList();
    entries.forEach(entry -> checkEntry(file, entry, data.byteSize()));
    checkLayout(file, entries, data.byteSize());
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (SafetensorsHeader.Entry entry : entries) {
      MemorySegment slice = data.asSlice(entry.begin(), entry.end() - entry.begin());
      tensors.put(
          entry.name(), new StoredTensor(entry.name(), entry.type(), entry.shape(), slice, file));
    }
    return new SafetensorsFile(file, header.metadata(), tensors);
  }

  /** How messages call the file. */
  public String file() {
    return file;
  }

  /** The strings of {@code __metadata__}. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** All tensors, in order of offset. */
  public Collection<StoredTensor> tensors() {
    return tensors.values();
  }

  /** The tensor of this name; empty if the file has none such. */
  public Optional<StoredTensor> tensor(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  private static long headerLength(String file, MemorySegment bytes) {
    if (bytes.byteSize() < Long.BYTES) {
      throw Malformed.file(
          file,
          "has %d bytes, needs at least 8 for the header's length; download it again",
          bytes.byteSize());
    }
    LfsPointer.refuse(file, bytes);
    long length = bytes.get(LENGTH, 0);
    long most = Math.min(LONGEST_HEADER, bytes.byteSize() - Long.BYTES);
    if (Long.compareUnsigned(length, most) > 0) {
      throw Malformed.file(
          file,
          "claims a header of %s bytes, of %d in the file and at most %d; is it cut short, or not"
              + " safetensors?",
          Long.toUnsignedString(length),
          bytes.byteSize(),
          LONGEST_HEADER);
    }
    return length;
  }

  private static void checkEntry(String file, SafetensorsHeader.Entry entry, long dataSize) {
    String tensor = "tensor " + Malformed.quote(entry.name());
    if (entry.begin() > entry.end()) {
      throw Malformed.file(
          file,
          "%s: data_offsets [%d, %d] run backwards; is the file damaged?",
          tensor,
          entry.begin(),
          entry.end());
    }
    if (entry.end() > dataSize) {
      throw Malformed.file(
          file,
          "%s ends at data byte %d, the file has only %d; is it cut short? download it again",
          tensor,
          entry.end(),
          dataSize);
    }
    long bits = bits(file, entry);
    if (bits % Byte.SIZE != 0 || bits / Byte.SIZE != entry.end() - entry.begin()) {
      throw Malformed.file(
          file,
          "%s: data_offsets [%d, %d] hold %d bytes, %s%s needs %d bits; is the file damaged?",
          tensor,
          entry.begin(),
          entry.end(),
          entry.end() - entry.begin(),
          entry.type(),
          entry.shape(),
          bits);
    }
  }

  /** Bits of all numbers of a tensor; 2^63 and more is an error, as no file can hold them. */
  private static long bits(String file, SafetensorsHeader.Entry entry) {
    try {
      long bits = entry.type().bits();
      for (long size : entry.shape()) {
        bits = Math.multiplyExact(bits, size);
      }
      return bits;
    } catch (ArithmeticException e) {
      throw Malformed.file(
          file,
          "tensor %s is %s%s, larger than any file; is the file damaged?",
          Malformed.quote(entry.name()),
          entry.type(),
          entry.shape());
    }
  }

  private static void checkLayout(
      String file, List<SafetensorsHeader.Entry> entries, long dataSize) {
    long end = 0;
    String before = "the header";
    for (SafetensorsHeader.Entry entry : entries) {
      String tensor = "tensor " + Malformed.quote(entry.name());
      if (entry.begin() != end) {
        throw Malformed.file(
            file,
            "%s begins at data byte %d, %s ends at %d: %s; needs tensors that follow each other",
            tensor,
            entry.begin(),
            before,
            end,
            entry.begin() < end ? "they overlap" : "there is a gap");
      }
      end = entry.end();
      before = tensor;
    }
    if (end != dataSize) {
      throw Malformed.file(
          file,
          "has %d bytes after %s, the last tensor, and needs none; is it damaged?",
          dataSize - end,
          before);
    }
  }
}
