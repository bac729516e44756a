package io.diffucoder;

import io.diffucoder.api.BackendUnavailableException;
import io.diffucoder.api.DiffuCoderException;
import io.diffucoder.spi.Availability;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.WeightFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What {@value Backends#AUTO} takes: the first backend that is available, can be opened and takes
 * the weight format. Which formats a backend takes is known once it is open; one that does not take
 * this is closed again.
 */
final class AutoChoice {
  private final WeightFormat format;
  private final BackendOptions options;
  private final List<String> passedOver = new ArrayList<>();
  private final List<Throwable> causes = new ArrayList<>();

  AutoChoice(WeightFormat format, BackendOptions options) {
    this.format = format;
    this.options = options;
  }

  /**
   * An open backend and why it is this one.
   *
   * @param reasons what it is, and for each backend that was passed over or cannot run, why
   */
  record Choice(TensorBackend backend, String reasons) {}

  /**
   * Opens the first that will do.
   *
   * @param candidates the preferred first
   * @throws BackendUnavailableException if there is none; the message has every backend's reason
   */
  Choice open(List<Backends.Candidate> candidates) {
    Optional<Choice> choice = Optional.empty();
    for (Backends.Candidate candidate : candidates) {
      switch (candidate.status().availability()) {
        case Availability.Available(String info) -> {
          if (choice.isEmpty()) {
            choice = attempt(candidate).map(backend -> new Choice(backend, info));
          }
        }
        case Availability.Unavailable(String reason, Throwable cause) -> {
          passedOver.add("%s is not available: %s".formatted(candidate.status().name(), reason));
          Optional.ofNullable(cause).ifPresent(causes::add);
        }
      }
    }
    Choice taken = choice.orElseThrow(() -> none(candidates));
    List<String> reasons = new ArrayList<>(List.of(taken.reasons()));
    reasons.addAll(passedOver);
    return new Choice(taken.backend(), String.join("; ", reasons));
  }

  private Optional<TensorBackend> attempt(Backends.Candidate candidate) {
    String name = candidate.status().name();
    TensorBackend backend;
    try {
      backend = candidate.provider().orElseThrow().open(options);
    } catch (DiffuCoderException | IllegalStateException | LinkageError e) {
      // What a probe cannot see, such as a full disk: told as if the probe had seen it.
      Object reason = e instanceof LinkageError ? e : e.getMessage();
      passedOver.add("%s cannot be opened: %s".formatted(name, reason));
      causes.add(e);
      return Optional.empty();
    }
    if (backend.info().weightFormats().contains(format)) {
      return Optional.of(backend);
    }
    passedOver.add(
        "%s does not take weight format %s, it takes %s"
            .formatted(name, format, new TreeSet<>(backend.info().weightFormats())));
    backend.close();
    return Optional.empty();
  }

  private BackendUnavailableException none(List<Backends.Candidate> candidates) {
    String found =
        candidates.isEmpty() ? Backends.NONE_ON_THE_CLASS_PATH : String.join("; ", passedOver);
    BackendUnavailableException none =
        new BackendUnavailableException("no backend can run here: " + found);
    causes.forEach(none::addSuppressed);
    return none;
  }
}
