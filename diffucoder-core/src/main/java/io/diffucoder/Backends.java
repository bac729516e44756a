package io.diffucoder;

import io.diffucoder.api.BackendUnavailableException;
import io.diffucoder.spi.Availability;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorBackendProvider;
import io.diffucoder.spi.WeightFormat;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * Finds and opens tensor backends: the one place that knows {@link ServiceLoader}, and the one that
 * reads the system property {@value #PROPERTY} and the environment variable {@value #ENVIRONMENT}
 * (the property wins), which name a backend or {@value #AUTO}.
 */
public final class Backends {
  /** Lets the best available backend run. */
  public static final String AUTO = "auto";

  /** The system property that names the backend. */
  public static final String PROPERTY = "diffucoder.backend";

  /** The environment variable that names the backend. */
  public static final String ENVIRONMENT = "DIFFUCODER_BACKEND";

  static final String NONE_ON_THE_CLASS_PATH =
      "none is on the class path; add io.diffucoder:diffucoder-cpu";

  private static final System.Logger LOG = System.getLogger(Backends.class.getName());

  private Backends() {}

  /** Every backend on the class path or module path, the preferred first, with its availability. */
  public static List<BackendStatus> describe() {
    return candidates().stream().map(Candidate::status).toList();
  }

  /** What {@value #PROPERTY} or {@value #ENVIRONMENT} names, else {@value #AUTO}. */
  public static String requested() {
    return Optional.ofNullable(System.getProperty(PROPERTY))
        .or(() -> Optional.ofNullable(System.getenv(ENVIRONMENT)))
        .filter(name -> !name.isBlank())
        .orElse(AUTO);
  }

  /** {@link #open(String, WeightFormat, BackendOptions)} for weights as they are stored. */
  public static TensorBackend open(String name, BackendOptions options) {
    return open(name, WeightFormat.AS_STORED, options);
  }

  /**
   * Opens the backend of this name, or for {@value #AUTO} the one of highest priority that is
   * available, can be opened and takes the weight format. A named backend is opened or refused,
   * never replaced by another; one that does not take the format refuses the weights.
   *
   * @throws BackendUnavailableException if there is none; the message has every backend's reason
   */
  public static TensorBackend open(String name, WeightFormat format, BackendOptions options) {
    return open(candidates(), name, format, options);
  }

  static TensorBackend open(
      List<Candidate> candidates, String name, WeightFormat format, BackendOptions options) {
    if (!name.equals(AUTO)) {
      return openNamed(candidates, name, options);
    }
    AutoChoice.Choice choice = new AutoChoice(format, options).open(candidates);
    LOG.log(Level.INFO, () -> using(choice.backend(), choice.reasons()));
    return choice.backend();
  }

  private static TensorBackend openNamed(
      List<Candidate> candidates, String name, BackendOptions options) {
    Candidate named =
        candidates.stream()
            .filter(candidate -> candidate.status().name().equals(name))
            .findFirst()
            .orElseThrow(() ->
                new BackendUnavailableException(
                    "there is no backend '%s': %s".formatted(name, found(candidates))));
    return switch (named.status().availability()) {
      case Availability.Available(String info) -> {
        TensorBackend backend = named.provider().orElseThrow().open(options);
        LOG.log(Level.DEBUG, () -> using(backend, info));
        yield backend;
      }
      case Availability.Unavailable(String reason, Throwable cause) ->
          throw new BackendUnavailableException(
              "backend '%s' is not available: %s".formatted(name, reason), cause);
    };
  }

  private static String using(TensorBackend backend, String why) {
    return "using the %s backend: %s".formatted(backend.info().name(), why);
  }

  private static String found(List<Candidate> candidates) {
    return candidates.isEmpty()
        ? NONE_ON_THE_CLASS_PATH
        : candidates.stream()
            .map(Candidate::status)
            .map(Backends::describe)
            .collect(Collectors.joining("; "));
  }

  private static String describe(BackendStatus status) {
    return switch (status.availability()) {
      case Availability.Available available ->
          "%s is available: %s".formatted(status.name(), available.info());
      case Availability.Unavailable unavailable ->
          "%s is not available: %s".formatted(status.name(), unavailable.reason());
    };
  }

  /** A provider and what it says of itself; no provider where its class cannot be loaded. */
  record Candidate(BackendStatus status, Optional<TensorBackendProvider> provider) {
    static Candidate of(TensorBackendProvider provider) {
      return new Candidate(
          new BackendStatus(provider.name(), provider.priority(), provider.probe()),
          Optional.of(provider));
    }
  }

  private static List<Candidate> candidates() {
    List<Candidate> candidates = new ArrayList<>();
    var loader =
        ServiceLoader.load(
                TensorBackendProvider.class, TensorBackendProvider.class.getClassLoader())
            .stream()
            .iterator();
    boolean more = true;
    while (more) {
      try {
        more = loader.hasNext();
        if (more) {
          candidates.add(Candidate.of(loader.next().get()));
        }
      } catch (ServiceConfigurationError | LinkageError e) {
        // One provider that cannot even be loaded must not hide the others.
        candidates.add(
            new Candidate(
                new BackendStatus(
                    "unknown",
                    Integer.MIN_VALUE,
                    new Availability.Unavailable("its provider cannot be loaded: " + e, e)),
                Optional.empty()));
      }
    }
    candidates.sort(
        Comparator.comparingInt((Candidate candidate) -> candidate.status().priority()).reversed());
    return candidates;
  }
}
