package io.diffucoder.cli;

import io.diffucoder.BackendStatus;
import io.diffucoder.Backends;
import io.diffucoder.spi.Availability;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code devices}: what could run a model here, and why the rest could not. */
@Command(
    name = "devices",
    description = "Lists the backends, and which one 'auto' takes.",
    sortOptions = false)
final class DevicesCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin LogFlags log = new LogFlags();

  DevicesCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    log.apply(terminal, Level.INFO);
    List<BackendStatus> backends = Backends.describe();
    String lines = lines(backends);
    terminal.out().print(lines);
    terminal.out().flush();
    if (log.verbose) {
      for (BackendStatus backend : backends) {
        if (backend.availability() instanceof Availability.Unavailable missing
            && missing.cause() != null) {
          missing.cause().printStackTrace(terminal.err());
        }
      }
    }
    return 0;
  }

  /** One line for each backend, the one that auto takes marked. */
  static String lines(List<BackendStatus> backends) {
    if (backends.isEmpty()) {
      return "no backend on the class path; add diffucoder-cpu or diffucoder-cuda\n";
    }
    StringBuilder lines = new StringBuilder();
    boolean taken = false;
    for (BackendStatus backend : backends) {
      String text =
          switch (backend.availability()) {
            case Availability.Available(String info) -> info;
            case Availability.Unavailable(String reason, Throwable cause) ->
                "unavailable: " + reason;
          };
      boolean auto = !taken && backend.availability() instanceof Availability.Available;
      taken |= auto;
      lines.append(
          "%s %-6s %s\n".formatted(auto ? "*" : " ", backend.name(), Glyphs.visible(text)));
    }
    return lines + (taken ? "* is what 'auto' takes\n" : "none is available\n");
  }
}
