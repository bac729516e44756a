package io.diffucoder.core.files;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A GGUF file of version 2 or 3, little-endian, checked whole when it is opened: metadata, a list
 * of tensors, and their bytes, which must follow each other in some order, with no gap but for the
 * alignment, up to the end of the file. The tensors' bytes are not touched.
 */
public final class GgufFile {
  private final GgufMetadata metadata;
  private final Map<String, StoredTensor> tensors;

  private GgufFile(GgufMetadata metadata, Map<String, StoredTensor> tensors) {
    this.metadata = metadata;
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /**
   * Checks the metadata's extent and every tensor's place.
   *
   * @param file how messages call the file
   * @param bytes all of the file; the tensors are slices of it
   * @throws io.diffucoder.api.ModelLoadException if anything is amiss, naming the key or tensor
   */
  public static GgufFile parse(String file, MemorySegment bytes) {
    GgufHeader header = GgufHeader.parse(file, bytes);
    if (header.dataOffset() > bytes.byteSize() && !header.entries().isEmpty()) {
      throw Malformed.file(
          file,
          "has %d bytes, needs tensors from byte %d on; is it cut short? download it again",
          bytes.byteSize(),
          header.dataOffset());
    }
    MemorySegment data = bytes.asSlice(Math.min(header.dataOffset(), bytes.byteSize()));
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    long end = 0;
    String before = "the metadata";
    for (Place place : places(file, header, data.byteSize())) {
      String name = place.entry().name();
      requireNext(file, place, GgufHeader.aligned(end, header.alignment()), before);
      MemorySegment slice = data.asSlice(place.begin(), place.size());
      StoredTensor tensor =
          new StoredTensor(name, place.entry().type(), place.entry().shape(), slice, file);
      if (tensors.put(name, tensor) != null) {
        throw Malformed.file(
            file, "has the tensor %s twice; is the file damaged?", Malformed.quote(name));
      }
      end = place.begin() + place.size();
      before = "tensor " + Malformed.quote(name);
    }
    requireEnd(file, data.byteSize(), GgufHeader.aligned(end, header.alignment()), before);
    return new GgufFile(header.metadata(), tensors);
  }

  /** How messages call the file. */
  public String file() {
    return metadata.file();
  }

  /** The keys and their values. */
  GgufMetadata metadata() {
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

  /** Where a tensor's bytes are, counted from the first tensor's. */
  private record Place(GgufHeader.Entry entry, long begin, long size) {}

  /** All places in order, each of them within the data. */
  private static List<Place> places(String file, GgufHeader header, long dataSize) {
    List<Place> places = new ArrayList<>();
    for (GgufHeader.Entry entry : header.entries()) {
      Place place = new Place(entry, entry.offset(), bytes(file, entry));
      if (Long.compareUnsigned(place.begin(), dataSize) > 0
          || place.size() > dataSize - place.begin()) {
        throw Malformed.file(
            file,
            "tensor %s needs %d bytes from data byte %s on, the file has only %d; is it cut short?"
                + " download it again",
            Malformed.quote(entry.name()),
            place.size(),
            Long.toUnsignedString(place.begin()),
            dataSize);
      }
      places.add(place);
    }
    places.sort(Comparator.comparingLong(Place::begin));
    return places;
  }

  private static void requireNext(String file, Place place, long needed, String before) {
    if (place.begin() != needed) {
      throw Malformed.file(
          file,
          "tensor %s begins at data byte %d, after %s needs to be %d: %s; is the file damaged?",
          Malformed.quote(place.entry().name()),
          place.begin(),
          before,
          needed,
          place.begin() < needed ? "they overlap, or it is not aligned" : "there is a gap");
    }
  }

  private static long bytes(String file, GgufHeader.Entry entry) {
    GgmlType type = entry.type();
    if (entry.shape().getLast() % type.blockSize() != 0) {
      throw Malformed.file(
          file,
          "tensor %s is %s%s, needs rows of whole blocks of %d; is the file damaged?",
          Malformed.quote(entry.name()),
          type,
          entry.shape(),
          type.blockSize());
    }
    try {
      long numbers = entry.shape().stream().reduce(1L, Math::multiplyExact);
      return Math.multiplyExact(numbers / type.blockSize(), type.blockBytes());
    } catch (ArithmeticException e) {
      throw Malformed.file(
          file,
          "tensor %s is %s%s, larger than any file; is the file damaged?",
          Malformed.quote(entry.name()),
          type,
          entry.shape());
    }
  }

  private static void requireEnd(String file, long dataSize, long most, String before) {
    if (dataSize > most) {
      throw Malformed.file(
          file,
          "has %d bytes after %s, the last part, and needs none; is it damaged?",
          dataSize - most,
          before);
    }
  }
}
