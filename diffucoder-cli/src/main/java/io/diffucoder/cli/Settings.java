package io.diffucoder.cli;

import io.diffucoder.sampling.CommitPolicy;
import io.diffucoder.sampling.GenerationOptions;
import io.diffucoder.sampling.Preset;
import io.diffucoder.spi.BackendInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads the names of settings: a preset, a commit rule, or a preset with a rule, and the steps:
 * {@code fast}, {@code entropy}, {@code threshold:0.95}, {@code fast/threshold:0.95}, {@code
 * entropy@24}, {@code entropy@L/2}.
 */
final class Settings {
  /** What is compared unless something else is asked for. */
  static final String USUAL = "reference,lossless,balanced,fast";

  private static final String UNCHANGED = "default";

  /** Steps as a number, or as a fraction of the new tokens, L. */
  private static final Pattern STEPS = Pattern.compile("(L/)?([1-9]\\d{0,8})");

  private Settings() {}

  /**
   * The settings of these names.
   *
   * @param base what the names leave open
   * @param device what the presets are for
   * @throws IllegalArgumentException if a name means nothing, or comes twice
   */
  static List<Setting> parse(List<String> names, GenerationOptions base, BackendInfo.Kind device) {
    List<Setting> settings = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException(
            "--settings has %s twice; leave one out".formatted(name));
      }
      settings.add(new Setting(name, options(name, base, device)));
    }
    return settings;
  }

  private static GenerationOptions options(
      String name, GenerationOptions base, BackendInfo.Kind device) {
    int at = name.indexOf(Setting.AT);
    if (at < 0) {
      return named(name, base, device);
    }
    GenerationOptions options = named(name.substring(0, at), base, device);
    return options.withSteps(steps(name.substring(at + 1), options.maxNewTokens()));
  }

  /** What a name without steps stands for. */
  private static GenerationOptions named(
      String name, GenerationOptions base, BackendInfo.Kind device) {
    int slash = name.indexOf('/');
    String first = slash < 0 ? name : name.substring(0, slash);
    GenerationOptions options =
        first.equals(UNCHANGED)
            ? base
            : preset(first).map(preset -> preset.applyTo(base, device)).orElse(null);
    if (options == null) {
      if (slash >= 0) {
        throw new IllegalArgumentException(unknown(name));
      }
      return base.withPolicy(rule(name, name));
    }
    return slash < 0 ? options : options.withPolicy(rule(name.substring(slash + 1), name));
  }

  private static CommitPolicy rule(String rule, String setting) {
    try {
      return CommitRules.parse(rule, 0);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(unknown(setting) + "; " + e.getMessage(), e);
    }
  }

  private static Optional<Preset> preset(String name) {
    return Arrays.stream(Preset.values())
        .filter(preset -> preset.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst();
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
    return "there is no setting '%s'; there are %s, the presets %s, the commit rules, and a preset with a rule as in fast/threshold:0.95, each also with steps, as in entropy@24"
        .formatted(
            name,
            UNCHANGED,
            Arrays.stream(Preset.values())
                .map(preset -> preset.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", ")));
  }
}
