package io.diffucoder.core.files;

import io.diffucoder.core.tokenizer.TokenizerFiles;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a model's files come from, by plain name. Thread-safe. Owns the memory of everything it
 * mapped, until it is closed; the files must not be changed or cut meanwhile.
 */
public sealed interface ModelFiles extends TokenizerFiles, AutoCloseable
    permits DirectoryFiles, ResourceFiles {

  /**
   * The files of a directory, or a GGUF file alone, mapped read-only.
   *
   * @throws io.diffucoder.api.ModelLoadException if it is neither a readable directory with files
   *     in it nor a {@code .gguf} file
   */
  static ModelFiles of(Path path) {
    return DirectoryFiles.open(path);
  }

  /**
   * The model on the class path or module path, read into native memory; empty if there is none.
   */
  static Optional<ModelFiles> embedded() {
    return ResourceFiles.find(ResourceFiles.EMBEDDED_MODEL).map(files -> files);
  }

  /** What holds the files: a path, or a resource folder. */
  String source();

  /** The last part of the source: what the model is called for want of a better name. */
  default String name() {
    Path last = Path.of(source()).getFileName();
    return last == null ? source() : last.toString();
  }

  /** The names in it, sorted; of a resource folder, those of a model's well-known files. */
  List<String> names();

  /** Whether there is something of this name, readable or not. */
  boolean has(String name);

  /**
   * All bytes of a file, read-only, without reading them where the file can be mapped.
   *
   * @return valid until {@link #close()}
   * @throws io.diffucoder.api.ModelLoadException if it is absent or cannot be read
   */
  MemorySegment map(String name);

  /**
   * A stream over a file, for the caller to close; empty if there is none.
   *
   * @throws io.diffucoder.api.ModelLoadException if it is there but cannot be read
   */
  @Override
  Optional<InputStream> open(String name);

  /** How messages call a file: enough for a user to find it. */
  @Override
  String describe(String name);

  /** Frees what was mapped; a second close does nothing. */
  @Override
  void close();
}
