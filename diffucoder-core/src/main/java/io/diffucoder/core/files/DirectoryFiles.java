package io.diffucoder.core.files;

import io.diffucoder.api.ModelLoadException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * A directory's files, or one GGUF file of it, each mapped whole with 64-bit sizes; links are
 * followed.
 */
final class DirectoryFiles implements ModelFiles {
  private final Path source;
  private final Path directory;
  private final List<String> names;
  private final Arena arena = Arena.ofShared();
  private final AtomicBoolean closed = new AtomicBoolean();

  private DirectoryFiles(Path source, Path directory, List<String> names) {
    this.source = source;
    this.directory = directory;
    this.names = names;
  }

  static DirectoryFiles open(Path path) {
    if (!Files.exists(path)) {
      throw new ModelLoadException(
          path
              + ": does not exist; needs a directory with config.json and *.safetensors, or a"
              + " .gguf file");
    }
    return Files.isDirectory(path) ? ofDirectory(path) : ofFile(path);
  }

  private static DirectoryFiles ofFile(Path file) {
    String name = file.getFileName().toString();
    if (!GgufModel.isGguf(name)) {
      throw new ModelLoadException(
          "%s: is a file; name a .gguf file, or the directory that holds config.json and *.safetensors, such as %s"
              .formatted(file, file.toAbsolutePath().getParent()));
    }
    Path directory = Objects.requireNonNullElse(file.getParent(), Path.of(""));
    return new DirectoryFiles(file, directory, List.of(name));
  }

  private static DirectoryFiles ofDirectory(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      List<String> names = entries.map(entry -> entry.getFileName().toString()).sorted().toList();
      if (names.isEmpty()) {
        throw new ModelLoadException(
            directory
                + ": is empty; needs config.json and *.safetensors, or a .gguf file; download the"
                + " model first");
      }
      return new DirectoryFiles(directory, directory, names);
    } catch (IOException | UncheckedIOException e) {
      throw Malformed.unreadable(directory.toString(), e);
    }
  }

  @Override
  public String source() {
    return source.toString();
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public boolean has(String name) {
    return names.contains(name) && Files.exists(directory.resolve(name));
  }

  @Override
  public MemorySegment map(String name) {
    Path path = directory.resolve(name);
    requireRegularFile(name, path);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException e) {
      throw Malformed.unreadable(describe(name), e);
    }
  }

  @Override
  public Optional<InputStream> open(String name) {
    if (!has(name)) {
      return Optional.empty();
    }
    Path path = directory.resolve(name);
    requireRegularFile(name, path);
    try {
      return Optional.of(Files.newInputStream(path));
    } catch (IOException e) {
      throw Malformed.unreadable(describe(name), e);
    }
  }

  @Override
  public String describe(String name) {
    return directory.resolve(name).toString();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      arena.close();
    }
  }

  /** Opening anything else may fail in odd ways or, as with a pipe, wait for ever. */
  private void requireRegularFile(String name, Path path) {
    if (!Files.exists(path)) {
      throw Malformed.file(describe(name), "does not exist; is the download complete?");
    }
    if (!Files.isRegularFile(path)) {
      throw Malformed.file(
          describe(name),
          "is %s, needs to be a regular file",
          Files.isDirectory(path) ? "a directory" : "a device, pipe or socket");
    }
  }
}
