package io.diffucoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.api.GenerationEvent;
import io.diffucoder.api.GenerationRequest;
import io.diffucoder.api.GenerationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DiffuCoder_stream_Test {
  private static final GenerationRequest REQUEST =
      GenerationRequest.of("Return the sum of the squares of the even numbers in the list nums.");

  @Test
  void tells_start_steps_growing_text_and_the_result_in_order() {
    try (DiffuCoder coder = load();
        var stream = coder.stream(REQUEST)) {
      List<GenerationEvent> events = stream.toList();

      assertThat(events.getFirst()).isInstanceOf(GenerationEvent.Started.class);
      GenerationResult result = ((GenerationEvent.Finished) events.getLast()).result();
      assertThat(joinedText(events)).isEqualTo(result.text());
      assertThat(result.text()).isEqualTo(coder.generate(REQUEST).text());
      assertThat(events.stream().filter(GenerationEvent.Step.class::isInstance)).hasSize(48);
    }
  }

  @Test
  void edits_of_the_started_canvas_make_the_final_one() {
    try (DiffuCoder coder = load();
        var stream = coder.stream(REQUEST)) {
      List<Integer> canvas = new ArrayList<>();

      stream.forEach(event -> {
        switch (event) {
          case GenerationEvent.Started started -> canvas.addAll(started.canvas());
          case GenerationEvent.Step step ->
              step.event().commits().forEach(c -> canvas.set(c.position(), c.token()));
          case GenerationEvent.Text _ -> {}
          case GenerationEvent.Finished finished ->
              assertThat(canvas).isEqualTo(finished.result().canvas());
        }
      });

      assertThat(canvas).isNotEmpty();
    }
  }

  @Test
  void runs_no_step_before_it_is_asked_for() {
    List<Integer> steps = new ArrayList<>();
    try (DiffuCoder coder = load();
        var stream = coder.stream(REQUEST.with(event -> steps.add(event.step())))) {
      var events = stream.iterator();

      events.next();
      assertThat(steps).isEmpty();
      events.next();
      assertThat(steps).containsExactly(0);
    }
  }

  @Test
  void ends_when_closed_early_and_leaves_the_model_usable() {
    try (DiffuCoder coder = load()) {
      try (var stream = coder.stream(REQUEST)) {
        assertThat(stream.limit(3).toList()).hasSize(3);
      }

      assertThat(coder.generate(REQUEST).text()).startsWith("```python");
    }
  }

  @Test
  void refuses_to_go_on_when_the_model_is_closed() {
    DiffuCoder coder = load();
    var events = coder.stream(REQUEST).iterator();
    events.next();

    coder.close();

    assertThatThrownBy(events::next)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("this model is closed");
  }

  private static DiffuCoder load() {
    return DiffuCoder.builder().backend("cpu").load();
  }

  private static String joinedText(List<GenerationEvent> events) {
    return events.stream()
        .filter(GenerationEvent.Text.class::isInstance)
        .map(event -> ((GenerationEvent.Text) event).text())
        .collect(Collectors.joining());
  }
}
