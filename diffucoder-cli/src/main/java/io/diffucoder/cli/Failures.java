package io.diffucoder.cli;

import io.diffucoder.api.DiffuCoderException;
import io.diffucoder.api.GenerationCancelledException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns whatever goes wrong into one line on standard error and an exit code. */
final class Failures
    implements CommandLine.IParameterExceptionHandler, CommandLine.IExecutionExceptionHandler {
  static final int DEFECT = 1;
  static final int REFUSED = 2;
  static final int INTERRUPTED = 130;

  private final Terminal terminal;

  Failures(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    report("%s; see %s --help".formatted(failure.getMessage(), command));
    return REFUSED;
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine commandLine, ParseResult parsed) {
    if (commandLine.getParseResult().hasMatchedOption("--verbose")) {
      failure.printStackTrace(terminal.err());
      terminal.err().flush();
    }
    return switch (failure) {
      case GenerationCancelledException cancelled -> INTERRUPTED;
      case ParameterException refused -> handleParseException(refused, new String[0]);
      case DiffuCoderException world -> refuse(world);
      case IllegalArgumentException argument -> refuse(argument);
      case UncheckedIOException io ->
          refuse(Objects.<Exception>requireNonNullElse(io.getCause(), io));
      case IOException io -> refuse(io);
      default -> {
        report("defect in this program: %s; --verbose shows where".formatted(failure));
        yield DEFECT;
      }
    };
  }

  private int refuse(Exception failure) {
    String message = failure.getMessage();
    boolean bare = failure instanceof FileSystemException file && file.getReason() == null;
    if (message == null || bare) {
      // A file's name is all that such a message says; the type is the rest.
      report(failure.getClass().getSimpleName() + ": " + message);
    } else {
      report(message);
    }
    return REFUSED;
  }

  /** One line: line breaks within a message become spaces, control characters visible. */
  private void report(String message) {
    String line = Glyphs.visible(message.strip().replaceAll("\\s*\\R\\s*", " "));
    terminal.err().println("diffucoder: " + line);
    terminal.err().flush();
  }
}
