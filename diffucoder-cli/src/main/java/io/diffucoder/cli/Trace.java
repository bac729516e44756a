package io.diffucoder.cli;

import io.diffucoder.DiffuCoder;
import io.diffucoder.api.ChatMessage;
import io.diffucoder.api.GenerationResult;
import io.diffucoder.api.Prompt;
import io.diffucoder.sampling.GenerationOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A finished run with the words to tell it in.
 *
 * @param model the model's name
 * @param backend what ran it
 * @param prompt the user's last words
 * @param options what the run was asked for, by the command line's names
 * @param result what came of it
 * @param tokenText the text of a token
 */
record Trace(
    String model,
    String backend,
    String prompt,
    Map<String, String> options,
    GenerationResult result,
    IntFunction<String> tokenText) {

  /** What was asked and what came of it. */
  record Run(Prompt prompt, GenerationOptions options, GenerationResult result) {}

  /** Tells a run by what the model and its backend say of themselves. */
  static Trace of(DiffuCoder coder, Run run) {
    return new Trace(
        nameOf(coder.info().source()),
        "%s, %s".formatted(coder.backend().name(), coder.backend().device()),
        words(run.prompt()),
        words(run.options()),
        run.result(),
        coder::tokenText);
  }

  /** Number of positions after the prompt. */
  int size() {
    return result.canvas().size() - result.promptTokens();
  }

  /** The last part of a path: where the model lies is not the reader's business. */
  static String nameOf(String source) {
    Path last = Path.of(source).getFileName();
    return last == null ? source : last.toString();
  }

  private static String words(Prompt prompt) {
    return switch (prompt) {
      case Prompt.Completion(String text) -> text;
      case Prompt.Chat chat -> {
        ChatMessage last = chat.messages().getLast();
        yield last.content();
      }
      case Prompt.Tokens tokens -> tokens.toString();
    };
  }

  /** Options by the command line's names. */
  static Map<String, String> words(GenerationOptions options) {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("max-new-tokens", String.valueOf(options.maxNewTokens()));
    words.put("steps", String.valueOf(options.schedule().steps()));
    words.put("temperature", String.valueOf(options.filter().temperature()));
    words.put("top-p", String.valueOf(options.filter().topP()));
    words.put("top-k", String.valueOf(options.filter().topK()));
    words.put("alg", CommitRules.nameOf(options.policy()));
    words.put("plan", PlanWords.of(options.plan()));
    words.put("eps", String.valueOf(options.schedule().finalTimestep()));
    words.put("seed", String.valueOf(options.seed()));
    return words;
  }
}
