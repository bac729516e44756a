package io.diffucoder.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the code in a model's answer. */
final class Answer {
  private static final Pattern FENCE = Pattern.compile("\\s*```+\\s*([A-Za-z0-9+#._-]*).*");
  private static final Pattern FUNCTION = Pattern.compile("(?m)^def\\s");
  private static final Set<String> PYTHON = Set.of("python", "python3", "py");

  private record Block(String language, String code) {
    boolean isPython() {
      return PYTHON.contains(language.toLowerCase(Locale.ROOT));
    }

    boolean hasFunction() {
      return FUNCTION.matcher(code).find();
    }
  }

  private Answer() {}

  /**
   * The first fenced block that is marked as Python, else the first with a function in it, else the
   * text before any fence if that has one; else nothing. The answer's end closes a block.
   */
  static String code(String answer) {
    List<Block> blocks = new ArrayList<>();
    StringBuilder code = new StringBuilder();
    String before = "";
    Optional<String> language = Optional.empty(); // Of the block that is open.
    for (String line : answer.lines().toList()) {
      Matcher fence = FENCE.matcher(line);
      if (!fence.matches()) {
        code.append(line).append('\n');
        continue;
      }
      if (language.isPresent()) {
        blocks.add(new Block(language.get(), code.toString()));
        language = Optional.empty();
      } else {
        before = blocks.isEmpty() ? code.toString() : before;
        language = Optional.of(fence.group(1));
      }
      code.setLength(0);
    }
    if (language.isPresent()) {
      blocks.add(new Block(language.get(), code.toString()));
    } else if (blocks.isEmpty()) {
      before = code.toString();
    }
    blocks.add(new Block("", before));
    return blocks.stream()
        .filter(Block::isPython)
        .findFirst()
        .or(() -> blocks.stream().filter(Block::hasFunction).findFirst())
        .map(Block::code)
        .orElse("");
  }
}
