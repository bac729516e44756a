package io.diffucoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.api.FinishReason;
import io.diffucoder.api.GenerationRequest;
import io.diffucoder.api.GenerationResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DiffuCoder_close_Test {
  private static final GenerationRequest REQUEST =
      GenerationRequest.of("Return the sum of the squares of the even numbers in the list nums.");

  private final DiffuCoder coder = DiffuCoder.builder().backend("cpu").load();

  @Test
  void refuses_every_use_afterwards_and_a_second_close_does_nothing() {
    coder.close();
    coder.close();

    assertThatThrownBy(() -> coder.generate("x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this model is closed; load it again to go on");
    assertThatThrownBy(() -> coder.generateAll(List.of()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> coder.stream(REQUEST)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void ends_a_running_generation_which_returns_what_it_has() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    CompletableFuture<GenerationResult> result =
        CompletableFuture.supplyAsync(() ->
            coder.generate(
                REQUEST.with(event -> {
                  running.countDown();
                  await(event.step() == 3 ? closing : new CountDownLatch(0));
                })));
    running.await();

    Thread closer = Thread.ofPlatform().start(coder::close);
    while (closer.getState() != Thread.State.WAITING && closer.isAlive()) {
      Thread.onSpinWait();
    }
    closing.countDown();
    closer.join();

    assertThat(result.get(30, TimeUnit.SECONDS).finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(result.get().metrics().networkEvaluations()).isLessThan(48);
  }

  @Test
  void is_refused_from_within_a_listener_which_would_wait_for_itself() {
    try (coder) {
      assertThatThrownBy(() -> coder.generate(REQUEST.with(event -> coder.close())))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("from within a listener");
      assertThat(coder.generate(REQUEST).text()).isNotEmpty();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
