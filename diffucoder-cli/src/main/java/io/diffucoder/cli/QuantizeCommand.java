package io.diffucoder.cli;

import io.diffucoder.ModelInfo;
import io.diffucoder.Quantizer;
import io.diffucoder.api.CancellationToken;
import io.diffucoder.spi.WeightFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quantize}: a model as one GGUF file, in fewer bits. */
@Command(
    name = "quantize",
    description = "Writes a model as one GGUF file, in fewer bits or as it is.",
    sortOptions = false)
final class QuantizeCommand implements Callable<Integer> {
  private static final String EMBEDDED = "embedded";

  private final Terminal terminal;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "Directory or GGUF file of a model; " + EMBEDDED + " is the small one.")
  Path model = Path.of(EMBEDDED);

  @Parameters(index = "1", paramLabel = "OUT.gguf", description = "The file to write.")
  Path target = Path.of("");

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      converter = ModelFlags.FormatConverter.class,
      description =
          "How matrices are kept: q8_0, q4_0, bf16, f16, f32 or as_stored; default: q8_0.")
  WeightFormat format = WeightFormat.Q8_0;

  @Option(names = "--force", description = "Replace OUT.gguf if it is there already.")
  boolean force;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that encode; default: as many as processors.")
  @Nullable Integer threads;

  @Option(names = "--quiet", description = "No progress and no summary.")
  boolean quiet;

  @Mixin LogFlags log = new LogFlags();

  QuantizeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    log.apply(terminal, quiet ? Level.WARNING : Level.INFO);
    check();
    CancellationToken cancellation = new CancellationToken();
    ProgressBar bar = new ProgressBar(terminal);
    Interrupts interrupts = Interrupts.cancelling(cancellation, bar::close);
    try (bar) {
      Quantizer quantizer = quantizer().format(format).cancellation(cancellation);
      if (force) {
        quantizer.replacing();
      }
      if (threads != null) {
        quantizer.threads(threads);
      }
      boolean shown = !quiet && terminal.canDraw(Terminal.Channel.ERR);
      ModelInfo written = (shown ? quantizer.progress(bar) : quantizer).write(target);
      bar.close();
      if (shown) {
        summarise(written);
      }
      return 0;
    } finally {
      interrupts.end();
    }
  }

  private Quantizer quantizer() {
    return model.equals(Path.of(EMBEDDED)) && !Files.exists(model)
        ? Quantizer.ofEmbedded()
        : Quantizer.of(model);
  }

  /** Refuses before the model is read; the rest is refused by what writes the file. */
  private void check() {
    if (!target.toString().endsWith(".gguf")) {
      throw new IllegalArgumentException(
          "OUT.gguf has to end in .gguf, got '%s'".formatted(target));
    }
    if (Files.exists(target) && !force) {
      throw new IllegalArgumentException(
          "%s is there already; --force replaces it".formatted(target));
    }
  }

  private void summarise(ModelInfo written) {
    Palette palette = Palette.of(Palette.Choice.AUTO, terminal, Terminal.Channel.ERR);
    String line =
        "%s: %s of weights (%s)"
            .formatted(
                target,
                ModelReport.size(written.weightBytes(WeightFormat.AS_STORED)),
                String.join(", ", new ModelReport(written).dtypes()));
    terminal.err().println(palette.paint(Glyphs.visible(line), Ink.DIM));
    terminal.err().flush();
  }
}
