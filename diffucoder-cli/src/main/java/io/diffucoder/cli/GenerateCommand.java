package io.diffucoder.cli;

import io.diffucoder.DiffuCoder;
import io.diffucoder.api.GenerationResult;
import io.diffucoder.api.Prompt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code generate}: one prompt, one completion. */
@Command(
    name = "generate",
    description = "Completes one prompt (the default command).",
    sortOptions = false)
final class GenerateCommand implements Callable<Integer> {
  private static final String STANDARD_INPUT = "-";

  private final Terminal terminal;

  @Parameters(
      paramLabel = "PROMPT",
      arity = "0..*",
      description = "What to write, its words joined by spaces; - or none reads standard input.")
  List<String> words = new ArrayList<>();

  @Mixin ModelFlags model = new ModelFlags();
  @Mixin PromptFlags style = new PromptFlags();
  @Mixin SamplingFlags sampling = new SamplingFlags();
  @Mixin OutputFlags output = new OutputFlags();
  @Mixin LogFlags log = new LogFlags();

  GenerateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    log.apply(terminal, output.quiet ? Level.WARNING : Level.INFO);
    output.check();
    sampling.check();
    Prompt prompt = style.instruction(promptText());
    try (DiffuCoder coder = model.load()) {
      Generation generation = new Generation(coder, sampling.applyTo(coder), terminal, output);
      GenerationResult result = generation.run(prompt);
      return Generation.exitCode(result);
    }
  }

  private String promptText() throws IOException {
    boolean standardInput =
        words.isEmpty() ? !terminal.isInteractive(Terminal.Channel.IN) : isDash(words);
    String text =
        standardInput
            ? new String(terminal.in().readAllBytes(), StandardCharsets.UTF_8)
            : String.join(" ", words);
    if (text.isBlank()) {
      throw new IllegalArgumentException(
          "no prompt: give it as an argument, or pipe it to standard input; see diffucoder --help");
    }
    return standardInput ? text.stripTrailing() : text;
  }

  private static boolean isDash(List<String> words) {
    return words.size() == 1 && words.getFirst().equals(STANDARD_INPUT);
  }
}
