package io.diffucoder.core.files;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** A model in a jar: a folder of class-path or module-path resources, read into native memory. */
final class ResourceFiles implements ModelFiles {
  /**
   * The folder that a model's jar fills. It is not a package's name, so no module encapsulates it.
   */
  static final String EMBEDDED_MODEL = "META-INF/diffucoder/embedded-model/";

  private static final List<String> WELL_KNOWN =
      List.of(
          "config.json",
          "generation_config.json",
          "model.safetensors",
          "model.safetensors.index.json",
          "tokenizer.json",
          "tokenizer_config.json");

  /** Where SIMD loads and direct I/O like a file's memory to begin. */
  private static final long ALIGNMENT = 64;

  private final ClassLoader loader;
  private final String folder;
  private final Arena arena = Arena.ofShared();
  private final AtomicBoolean closed = new AtomicBoolean();

  private ResourceFiles(ClassLoader loader, String folder) {
    this.loader = loader;
    this.folder = folder;
  }

  /** The folder as this library's class loader sees it, or else the thread's context loader. */
  static Optional<ResourceFiles> find(String folder) {
    return Stream.of(
            Optional.ofNullable(ResourceFiles.class.getClassLoader()),
            Optional.ofNullable(Thread.currentThread().getContextClassLoader()))
        .flatMap(Optional::stream)
        .filter(loader -> loader.getResource(folder + "config.json") != null)
        .findFirst()
        .map(loader -> new ResourceFiles(loader, folder));
  }

  @Override
  public String source() {
    return folder;
  }

  @Override
  public List<String> names() {
    return WELL_KNOWN.stream().filter(this::has).toList();
  }

  @Override
  public boolean has(String name) {
    return loader.getResource(folder + name) != null;
  }

  @Override
  public MemorySegment map(String name) {
    InputStream stream =
        open(name)
            .orElseThrow(() ->
                Malformed.file(
                    describe(name), "is not on the class path; is the model's jar complete?"));
    try (stream) {
      byte[] bytes = stream.readAllBytes();
      MemorySegment copy = arena.allocate(bytes.length, ALIGNMENT);
      MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
      return copy.asReadOnly();
    } catch (IOException e) {
      throw Malformed.unreadable(describe(name), e);
    }
  }

  @Override
  public Optional<InputStream> open(String name) {
    return Optional.ofNullable(loader.getResourceAsStream(folder + name));
  }

  @Override
  public String describe(String name) {
    return "classpath:" + folder + name;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      arena.close();
    }
  }
}
