package io.diffucoder.core.files;

import io.diffucoder.api.CancellationToken;
import io.diffucoder.spi.WeightFormat;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.function.LongConsumer;

/** Writes a model as one GGUF file: all of it, or nothing. */
public final class GgufExport {

  /** What becomes of a file that is there already. */
  public enum Existing {
    KEPT,
    REPLACED
  }

  /**
   * How the work is done.
   *
   * @param threads that encode, at least 1
   * @param written is told on the calling thread, every now and then, how many bytes of weights
   *     there are
   * @param cancellation is looked at every now and then
   */
  public record Work(int threads, LongConsumer written, CancellationToken cancellation) {}

  private final GgufPlan plan;

  private GgufExport(GgufPlan plan) {
    this.plan = plan;
  }

  /**
   * Plans the file; nothing is written yet.
   *
   * @param format of the matrices, as far as {@link FormatPolicy} says
   * @throws io.diffucoder.api.ModelLoadException if the model lacks what the file needs, such as a
   *     tokenizer
   */
  public static GgufExport of(StoredModel model, WeightFormat format) {
    return new GgufExport(GgufPlan.of(model, format));
  }

  /** Bytes of all weights as they will be. */
  public long weightBytes() {
    return plan.parts().stream().mapToLong(part -> part.entry().bytes()).sum();
  }

  /**
   * Writes the file beside its place, and moves it there when it is whole; leaves nothing behind if
   * that fails.
   *
   * @throws FileAlreadyExistsException if there is one that is to be kept
   * @throws IOException if it cannot be written, or there is no room for it
   * @throws io.diffucoder.api.ModelLoadException if a weight cannot be encoded in the format
   * @throws io.diffucoder.api.GenerationCancelledException if cancelled
   */
  public void write(Path target, Existing existing, Work work) throws IOException {
    requirePlace(target, existing);
    // Unlike a process id, which is the same in each container, this never meets a part file that
    // a killed run left. Files.createTempFile would make the file its owner's alone.
    Path unfinished =
        target.resolveSibling("%s.%s.part".formatted(target.getFileName(), UUID.randomUUID()));
    FileChannel channel =
        FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      try (channel) {
        writeAll(channel, target, work);
      }
      switch (existing) {
        case KEPT -> Files.move(unfinished, target);
        case REPLACED -> Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private void writeAll(FileChannel channel, Path target, Work work) throws IOException {
    try {
      GgufWriter.write(plan, channel, work);
      channel.force(false);
    } catch (ClosedChannelException | InterruptedIOException e) {
      throw e; // the thread was interrupted: nothing is wrong with the disk
    } catch (IOException e) {
      throw new IOException(
          "%s cannot be written, nothing is left of it: %s; is the disk full?"
              .formatted(target, e.getMessage()),
          e);
    }
  }

  private void requirePlace(Path target, Existing existing) throws IOException {
    Path directory = target.toAbsolutePath().resolveSibling("");
    if (Files.isDirectory(target)) {
      throw new FileAlreadyExistsException(
          target.toString(), null, "is a directory, needs the name of a file");
    }
    if (existing == Existing.KEPT && Files.exists(target)) {
      throw new FileAlreadyExistsException(
          target.toString(), null, "is there already; name another file, or ask to replace it");
    }
    if (!Files.isDirectory(directory)) {
      throw new NoSuchFileException(directory.toString(), null, "is no directory; create it first");
    }
    long free = Files.getFileStore(directory).getUsableSpace();
    if (free < plan.layout().size()) {
      throw new IOException(
          "%s needs %d bytes, %s has %d free; free some, or choose a smaller format"
              .formatted(target, plan.layout().size(), directory, free));
    }
  }
}
