package io.diffucoder.cli;

import io.diffucoder.DiffuCoder;
import io.diffucoder.api.ChatMessage;
import io.diffucoder.api.FinishReason;
import io.diffucoder.api.GenerationResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code chat}: a conversation, one line of standard input for each of the user's turns. */
@Command(
    name = "chat",
    description = "Talks: each line of standard input is a turn; /reset forgets, /exit ends.",
    sortOptions = false)
final class ChatCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin ModelFlags model = new ModelFlags();
  @Mixin PromptFlags style = new PromptFlags();
  @Mixin SamplingFlags sampling = new SamplingFlags();
  @Mixin OutputFlags output = new OutputFlags();
  @Mixin LogFlags log = new LogFlags();

  ChatCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    log.apply(terminal, output.quiet ? Level.WARNING : Level.INFO);
    output.check();
    sampling.check();
    if (style.style == PromptFlags.Style.RAW) {
      throw new IllegalArgumentException(
          "--style raw has no turns to talk in; use template or readme, or diffucoder generate");
    }
    try (DiffuCoder coder = model.load()) {
      Generation generation = new Generation(coder, sampling.applyTo(coder), terminal, output);
      return converse(generation);
    }
  }

  private int converse(Generation generation) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8));
    List<ChatMessage> turns = new ArrayList<>();
    for (String line = ask(lines); line != null; line = ask(lines)) {
      switch (line.strip()) {
        case "" -> {}
        case "/exit" -> {
          return 0;
        }
        case "/reset" -> {
          turns.clear();
          note("Forgotten; a new conversation begins.");
        }
        case String text when text.startsWith("/") && !text.contains(" ") ->
            note("%s is not a command; there are /reset and /exit.".formatted(text));
        case String text -> {
          turns.add(ChatMessage.user(text));
          GenerationResult result = generation.run(style.conversation(turns));
          turns.add(ChatMessage.assistant(result.text()));
          if (result.finishReason() == FinishReason.CANCELLED) {
            return Failures.INTERRUPTED;
          }
          if (terminal.out().checkError()) {
            return 0; // Nobody reads the answers any more.
          }
        }
      }
    }
    return 0;
  }

  private @org.jspecify.annotations.Nullable String ask(BufferedReader lines) throws IOException {
    boolean person =
        terminal.isInteractive(Terminal.Channel.IN) && terminal.isInteractive(Terminal.Channel.OUT);
    if (person) {
      terminal.out().print("> ");
      terminal.out().flush();
    }
    String line = lines.readLine();
    if (line == null && person) {
      terminal.out().println();
    }
    return line;
  }

  private void note(String text) {
    if (!output.quiet) {
      Palette palette = Palette.of(output.color, terminal, Terminal.Channel.ERR);
      terminal.err().println(palette.paint(Glyphs.visible(text), Ink.DIM));
      terminal.err().flush();
    }
  }
}
