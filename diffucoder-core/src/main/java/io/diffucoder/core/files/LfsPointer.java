package io.diffucoder.core.files;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** What Git leaves in a file's place when it was cloned without Git LFS. */
final class LfsPointer {
  private static final MemorySegment BEGIN =
      MemorySegment.ofArray("version ".getBytes(StandardCharsets.US_ASCII));

  private LfsPointer() {}

  /** Rejects a pointer, which is not the file. */
  static void refuse(String file, MemorySegment bytes) {
    long length = BEGIN.byteSize();
    if (bytes.byteSize() >= length && bytes.asSlice(0, length).mismatch(BEGIN) < 0) {
      throw Malformed.file(
          file, "is a Git LFS pointer, needs the file it points to; run git lfs pull");
    }
  }
}
