package io.diffucoder.cli;

import io.diffucoder.sampling.GenerationOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads the names of settings: {@code entropy}, {@code entropy@24}, {@code entropy@L/2}. */
final class Settings {
  /** What is compared unless something else is asked for: the curve of the steps. */
  static final String USUAL = "default,default@L/2,default@L/4";

  private static final String UNCHANGED = "default";

  /** Steps as a number, or as a fraction of the new tokens, L. */
  private static final Pattern STEPS = Pattern.compile("(L/)?([1-9]\\d{0,8})");

  private Settings() {}

  /**
   * The settings of these names.
   *
   * @param base what the names leave open
   * @throws IllegalArgumentException if a name means nothing, or comes twice
   */
  static List<Setting> parse(List<String> names, GenerationOptions base) {
    List<Setting> settings = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException(
            "--settings has %s twice; leave one out".formatted(name));
      }
      settings.add(new Setting(name, options(name, base)));
    }
    return settings;
  }

  private static GenerationOptions options(String name, GenerationOptions base) {
    int at = name.indexOf(Setting.AT);
    if (at < 0) {
      return rule(name, base);
    }
    GenerationOptions options = rule(name.substring(0, at), base);
    return options.withSteps(steps(name.substring(at + 1), options.maxNewTokens()));
  }

  /** What a name without steps stands for. Presets and further rules are named here. */
  private static GenerationOptions rule(String name, GenerationOptions base) {
    if (name.equals(UNCHANGED)) {
      return base;
    }
    return Arrays.stream(SamplingFlags.Algorithm.values())
        .filter(algorithm -> algorithm.toString().equals(name))
        .findFirst()
        .map(algorithm -> base.withPolicy(algorithm.policy(0)))
        .orElseThrow(() -> new IllegalArgumentException(unknown(name)));
  }

  private static int steps(String text, int newTokens) {
    Matcher matcher = STEPS.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "steps of a setting are a number, as in entropy@24, or a fraction of the new tokens, as"
              + " in entropy@L/2; got '%s'".formatted(text));
    }
    int number = Integer.parseInt(matcher.group(2));
    return matcher.group(1) == null ? number : Math.max(1, newTokens / number);
  }

  private static String unknown(String name) {
    return "there is no setting '%s'; there are %s, %s, each also with steps, as in entropy@24"
        .formatted(
            name,
            UNCHANGED,
            Arrays.stream(SamplingFlags.Algorithm.values())
                .map(SamplingFlags.Algorithm::toString)
                .collect(Collectors.joining(", ")));
  }
}
