package io.diffucoder.cli;

import io.diffucoder.sampling.CommitPolicy;
import io.diffucoder.sampling.Confidence;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Commit rules as they are written: a name and, behind colons, numbers, each of which has a usual
 * value: {@code entropy}, {@code threshold}, {@code threshold:0.95}, {@code stability:0.9:0.01:2}.
 */
enum CommitRules {
  ORIGIN(""),
  MASKGIT_PLUS(""),
  TOPK_MARGIN(""),
  ENTROPY(""),
  THRESHOLD(":0.9"),
  ADAPTIVE_THRESHOLD(":0.9:0.3"),
  FACTOR(":0.1"),
  ENTROPY_BOUND(":0.1"),
  STABILITY(":0.9:0.01:2");

  private final String usual;

  /** A rule with its usual numbers, each behind a colon. */
  CommitRules(String usual) {
    this.usual = usual;
  }

  /**
   * The rule that a text names.
   *
   * @param selectionTemperature of the rules that take the surest
   * @throws IllegalArgumentException if it names none, or has too many numbers or wrong ones
   */
  static CommitPolicy parse(String text, float selectionTemperature) {
    List<String> parts = Arrays.asList(text.split(":", -1));
    CommitRules rule =
        Arrays.stream(values())
            .filter(candidate -> candidate.toString().equals(parts.getFirst()))
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "there is no commit rule '%s'; there are %s".formatted(text, names())));
    double[] numbers = rule.usualNumbers();
    if (parts.size() - 1 > numbers.length) {
      throw new IllegalArgumentException(
          "the commit rule %s takes %d numbers, got '%s'".formatted(rule, numbers.length, text));
    }
    for (int i = 1; i < parts.size(); i++) {
      numbers[i - 1] = number(parts.get(i), text);
    }
    return rule.policy(numbers, selectionTemperature);
  }

  /** Whether a text names the rule that ignores confidence. */
  static boolean isRandom(String text) {
    return text.equals(ORIGIN.toString());
  }

  /** All names, with the usual numbers of those that have some. */
  static String names() {
    return Arrays.stream(values()).map(rule -> rule + rule.usual).collect(Collectors.joining(", "));
  }

  /** A rule as it is written; what was not written, in the words of its own. */
  static String nameOf(CommitPolicy policy) {
    return Arrays.stream(values())
        .filter(rule -> rule.policy(rule.usualNumbers(), 0).equals(policy))
        .findFirst()
        .map(CommitRules::toString)
        .orElseGet(policy::toString);
  }

  private CommitPolicy policy(double[] numbers, float selectionTemperature) {
    return switch (this) {
      case ORIGIN -> CommitPolicy.random();
      case MASKGIT_PLUS -> CommitPolicy.topConfidence(Confidence.PROBABILITY, selectionTemperature);
      case TOPK_MARGIN -> CommitPolicy.topConfidence(Confidence.MARGIN, selectionTemperature);
      case ENTROPY -> CommitPolicy.topConfidence(Confidence.NEGATIVE_ENTROPY, selectionTemperature);
      case THRESHOLD -> CommitPolicy.threshold((float) numbers[0]);
      case ADAPTIVE_THRESHOLD ->
          CommitPolicy.adaptiveThreshold((float) numbers[0], (float) numbers[1]);
      case FACTOR -> CommitPolicy.factor((float) numbers[0]);
      case ENTROPY_BOUND -> CommitPolicy.entropyBound((float) numbers[0]);
      case STABILITY ->
          CommitPolicy.stability(
              (float) numbers[0], (float) numbers[1], Math.toIntExact(Math.round(numbers[2])));
    };
  }

  private double[] usualNumbers() {
    return Arrays.stream(usual.split(":"))
        .filter(number -> !number.isEmpty())
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  private static double number(String part, String text) {
    try {
      return Double.parseDouble(part);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'%s' in the commit rule '%s' is not a number".formatted(part, text), e);
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
