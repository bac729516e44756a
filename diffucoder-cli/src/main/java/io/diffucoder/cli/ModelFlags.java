package io.diffucoder.cli;

import io.diffucoder.DiffuCoder;
import io.diffucoder.spi.WeightFormat;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** Options that say which model runs where. */
final class ModelFlags {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "PATH",
      description = "Directory or GGUF file of a model; default: the embedded small one.")
  @Nullable Path model;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "auto, or one that 'diffucoder devices' lists; default: auto.")
  @Nullable String backend;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Compute threads of the CPU backend; default: its choice.")
  @Nullable Integer threads;

  @Option(
      names = "--weight-format",
      paramLabel = "FORMAT",
      converter = FormatConverter.class,
      description =
          "How weights are kept: as_stored, f32, f16, bf16, q8_0 or q4_0; default: as_stored.")
  @Nullable WeightFormat weightFormat;

  /** Loads the model onto its backend. */
  DiffuCoder load() {
    DiffuCoder.Builder builder = DiffuCoder.builder();
    if (model != null) {
      builder.model(model);
    }
    if (backend != null) {
      builder.backend(backend);
    }
    if (threads != null) {
      builder.threads(threads);
    }
    if (weightFormat != null) {
      builder.weightFormat(weightFormat);
    }
    return builder.load();
  }

  /** Reads a format's name with either separator, in any case. */
  static final class FormatConverter implements ITypeConverter<WeightFormat> {
    @Override
    public WeightFormat convert(String value) {
      String name = value.replace('-', '_').toUpperCase(Locale.ROOT);
      return Arrays.stream(WeightFormat.values())
          .filter(format -> format.name().equals(name))
          .findFirst()
          .orElseThrow(() ->
              new picocli.CommandLine.TypeConversionException(
                  "expected one of %s but was '%s'".formatted(names(), value)));
    }

    private static String names() {
      return Arrays.stream(WeightFormat.values())
          .map(format -> format.name().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(", "));
    }
  }
}
