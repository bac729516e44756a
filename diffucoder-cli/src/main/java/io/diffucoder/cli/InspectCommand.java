package io.diffucoder.cli;

import io.diffucoder.ModelInfo;
import io.diffucoder.api.ModelLoadException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect}: what a model's files say. */
@Command(
    name = "inspect",
    description = "Shows a model's configuration, tensors, size and need of memory.",
    sortOptions = false)
final class InspectCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      paramLabel = "MODEL",
      arity = "0..1",
      description = "Directory or GGUF file of a model; default: the embedded small one.")
  @Nullable Path model;

  @Option(names = "--tensors", description = "List every tensor, not one line for all layers.")
  boolean tensors;

  @Option(
      names = "--canvas",
      paramLabel = "N",
      defaultValue = "512",
      description = "Tokens of the canvas whose memory is shown; default: 512.")
  int canvas = 512;

  @Mixin LogFlags log = new LogFlags();

  InspectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    log.apply(terminal, Level.INFO);
    if (canvas <= 0) {
      throw new IllegalArgumentException("--canvas must be positive, got " + canvas);
    }
    ModelInfo info = info();
    ModelReport report = new ModelReport(info);
    terminal.out().print(report.config());
    terminal.out().print(tensors ? report.everyTensor() : report.tensorsByLayer());
    terminal.out().print(report.totals(canvas));
    terminal.out().flush();
    return 0;
  }

  private ModelInfo info() {
    return model != null
        ? ModelInfo.of(model)
        : ModelInfo.embedded()
            .orElseThrow(() -> new ModelLoadException("there is no embedded model; name a path"));
  }
}
