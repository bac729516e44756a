package io.diffucoder;

import static io.diffucoder.spi.WeightFormat.AS_STORED;
import static io.diffucoder.spi.WeightFormat.Q4_0;
import static io.diffucoder.spi.WeightFormat.Q8_0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.api.BackendUnavailableException;
import io.diffucoder.core.files.StoredModel;
import io.diffucoder.core.model.WeightLoader;
import io.diffucoder.spi.Availability;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.WeightFormat;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Auto takes the best backend that will do, and says why not a better one. */
class Backends_auto_Test {
  private static final Backends.Candidate NO_DRIVER =
      new Backends.Candidate(
          new BackendStatus("gpu", 0, new Availability.Unavailable("no driver", null)),
          Optional.empty());

  private final ScriptedBackend fast = new ScriptedBackend("fast", EnumSet.of(AS_STORED));
  private final ScriptedBackend slow =
      new ScriptedBackend("slow", EnumSet.allOf(WeightFormat.class));
  private final List<Backends.Candidate> candidates =
      List.of(NO_DRIVER, fast.candidate(), slow.candidate());

  @Test
  void takes_the_first_that_takes_the_format_and_opens_no_other() {
    AutoChoice.Choice choice = choose(AS_STORED, candidates);

    assertThat(choice.backend()).isSameAs(fast);
    assertThat(choice.reasons()).isEqualTo("scripted; gpu is not available: no driver");
    assertThat(slow.opened()).isZero();
  }

  @Test
  void passes_over_one_that_does_not_take_the_format_and_closes_it() {
    AutoChoice.Choice choice = choose(Q8_0, candidates);

    assertThat(choice.backend()).isSameAs(slow);
    assertThat(choice.reasons())
        .isEqualTo(
            "scripted; gpu is not available: no driver; fast does not take weight format Q8_0, it"
                + " takes [AS_STORED]");
    assertThat(fast.opened()).isEqualTo(1);
    assertThat(fast.isOpen()).isFalse();
    assertThat(slow.isOpen()).isTrue();
  }

  @Test
  void passes_over_one_that_cannot_be_opened_though_its_probe_passed() {
    for (RuntimeException failure :
        List.of(
            new BackendUnavailableException("the temporary directory is full"),
            new IllegalStateException("the temporary directory is full"))) {
      fast.failing(failure);

      AutoChoice.Choice choice = choose(AS_STORED, candidates);

      assertThat(choice.backend()).isSameAs(slow);
      assertThat(choice.reasons())
          .endsWith("; fast cannot be opened: the temporary directory is full");
    }
  }

  @Test
  void tells_of_those_that_cannot_run_though_they_would_come_later() {
    assertThat(choose(AS_STORED, List.of(fast.candidate(), NO_DRIVER)).reasons())
        .isEqualTo("scripted; gpu is not available: no driver");
  }

  @Test
  void has_every_reason_when_none_will_do() {
    BackendUnavailableException full = new BackendUnavailableException("the disk is full");
    ScriptedBackend broken = new ScriptedBackend("broken", Set.of(Q8_0)).failing(full);

    assertThatThrownBy(() -> choose(Q8_0, List.of(NO_DRIVER, fast.candidate(), broken.candidate())))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessage(
            "no backend can run here: gpu is not available: no driver; fast does not take weight"
                + " format Q8_0, it takes [AS_STORED]; broken cannot be opened: the disk is full")
        .hasSuppressedException(full);
  }

  @Test
  void leaves_a_wrong_argument_to_the_caller() {
    IllegalArgumentException wrong = new IllegalArgumentException("no such vector width");
    fast.failing(wrong);

    assertThatThrownBy(() -> choose(AS_STORED, candidates)).isSameAs(wrong);
    assertThat(slow.opened()).isZero();
  }

  @Test
  void a_named_backend_is_neither_replaced_nor_asked_for_the_format() {
    try (TensorBackend named = Backends.open(candidates, "fast", Q4_0, BackendOptions.DEFAULTS)) {
      assertThat(named).isSameAs(fast);
    }
    BackendUnavailableException full = new BackendUnavailableException("the disk is full");
    fast.failing(full);

    assertThatThrownBy(() -> Backends.open(candidates, "fast", AS_STORED, BackendOptions.DEFAULTS))
        .isSameAs(full);
    assertThat(slow.opened()).isZero();
  }

  @Test
  void a_named_backend_that_does_not_take_the_format_says_what_to_do() {
    try (StoredModel model = StoredModel.openEmbedded().orElseThrow()) {
      assertThatThrownBy(() -> WeightLoader.load(model, fast, Q8_0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "backend 'fast' does not take weight format Q8_0, it takes [AS_STORED]; choose one of"
                  + " these, or another backend, such as cpu");
    }
  }

  private static AutoChoice.Choice choose(
      WeightFormat format, List<Backends.Candidate> candidates) {
    return new AutoChoice(format, BackendOptions.DEFAULTS).open(candidates);
  }
}
