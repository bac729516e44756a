package io.diffucoder.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.Backends;
import io.diffucoder.api.CancellationToken;
import io.diffucoder.core.files.StoredModel;
import io.diffucoder.sampling.Canvas;
import io.diffucoder.sampling.DenoiseQuery;
import io.diffucoder.sampling.StorePlace;
import io.diffucoder.sampling.Window;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.RowRange;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.WeightFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The embedded model over windows: what a pass computes with the keys of others at hand is what a
 * pass over all computes, to the last bit. A prompt of 40 and 90 masks, of which some are decided.
 */
class TransformerDenoiser_windows_Test {
  private static final int MASK = 1592;
  private static final int SIZE = 130;
  private static final RowRange BLOCK = new RowRange(64, 32);

  private static StoredModel files;
  private static TensorBackend cpu;
  private static DreamTransformer transformer;

  @BeforeAll
  static void load() {
    files = StoredModel.openEmbedded().orElseThrow();
    cpu = Backends.open("cpu", BackendOptions.DEFAULTS);
    transformer = WeightLoader.load(files, cpu, WeightFormat.AS_STORED);
  }

  @AfterAll
  static void close() {
    cpu.close();
    files.close();
  }

  private static Canvas canvas(int seed) {
    int[] tokens =
        IntStream.range(0, SIZE)
            .map(i -> i < 40 || i % 7 == seed % 7 ? (31 * i + 17 * seed) % 1500 : MASK)
            .toArray();
    return Canvas.of(tokens, MASK);
  }

  private static TransformerDenoiser keeping(int rows, int storeRows) {
    return new TransformerDenoiser(
        transformer, cpu, new Footprint(rows, storeRows, Footprint.Keeping.EACH_LAYER));
  }

  private static DenoiseQuery query(Canvas canvas, Window window, StorePlace place) {
    return new DenoiseQuery(
        canvas, window, place, canvas.maskedPositions(BLOCK), ScoreSpec.greedy());
  }

  private static List<Scores> run(TransformerDenoiser denoiser, DenoiseQuery... queries) {
    return denoiser.denoise(List.of(queries), new CancellationToken());
  }

  private static Scores full(Canvas canvas) {
    try (TransformerDenoiser alone =
        new TransformerDenoiser(transformer, cpu, Footprint.ofPositions(SIZE))) {
      return run(alone, query(canvas, Window.full(SIZE), StorePlace.at(0))).getFirst();
    }
  }

  private static Window blockOnly() {
    return new Window(List.of(PredictionShift.predictors(BLOCK)), List.of(new RowRange(0, SIZE)));
  }

  @Test
  void a_window_after_a_pass_over_the_same_canvas_gives_the_very_same_scores() {
    Canvas canvas = canvas(1);
    Window scattered =
        new Window(
            List.of(new RowRange(10, 3), new RowRange(63, 50), new RowRange(SIZE - 1, 1)),
            List.of(new RowRange(0, SIZE)));
    try (TransformerDenoiser denoiser = keeping(SIZE, SIZE)) {
      Scores whole = run(denoiser, query(canvas, Window.full(SIZE), StorePlace.at(0))).getFirst();
      Scores block = run(denoiser, query(canvas, blockOnly(), StorePlace.at(0))).getFirst();
      Scores some = run(denoiser, query(canvas, scattered, StorePlace.at(0))).getFirst();

      assertSame(whole, full(canvas));
      assertSame(block, whole);
      assertSame(some, whole);
    }
  }

  @Test
  void a_window_over_keys_of_another_canvas_differs() {
    try (TransformerDenoiser denoiser = keeping(SIZE, SIZE)) {
      run(denoiser, query(canvas(2), Window.full(SIZE), StorePlace.at(0)));

      Scores stale = run(denoiser, query(canvas(1), blockOnly(), StorePlace.at(0))).getFirst();

      assertThat(stale.negativeEntropy()).isNotEqualTo(full(canvas(1)).negativeEntropy());
    }
  }

  @Test
  void a_branch_is_as_its_own_canvas_and_leaves_the_store_alone() {
    Canvas canvas = canvas(1);
    Canvas branch = canvas.copy();
    branch.commit(70, 33);
    int rows = blockOnly().rows();
    try (TransformerDenoiser denoiser = keeping(SIZE, SIZE + rows);
        TransformerDenoiser other = keeping(SIZE, SIZE)) {
      run(denoiser, query(canvas, Window.full(SIZE), StorePlace.at(0)));
      run(other, query(canvas, Window.full(SIZE), StorePlace.at(0)));

      List<Scores> both =
          run(
              denoiser,
              query(canvas, blockOnly(), StorePlace.at(0)),
              query(branch, blockOnly(), new StorePlace(0, SIZE)));
      Scores after = run(denoiser, query(canvas, blockOnly(), StorePlace.at(0))).getFirst();
      Scores inPlace = run(other, query(branch, blockOnly(), StorePlace.at(0))).getFirst();

      assertSame(both.get(0), full(canvas));
      assertSame(both.get(1), inPlace);
      assertSame(after, full(canvas));
    }
  }

  @Test
  void canvases_of_a_batch_do_not_notice_each_other_wherever_they_are() {
    Canvas first = canvas(1);
    Canvas second = canvas(3);
    try (TransformerDenoiser denoiser = keeping(2 * SIZE, 2 * SIZE)) {
      run(
          denoiser,
          query(first, Window.full(SIZE), StorePlace.at(SIZE)),
          query(second, Window.full(SIZE), StorePlace.at(0)));

      List<Scores> mixed =
          run(
              denoiser,
              query(first, blockOnly(), StorePlace.at(SIZE)),
              query(second, Window.full(SIZE), StorePlace.at(0)));

      assertSame(mixed.get(0), full(first));
      assertSame(mixed.get(1), full(second));
    }
  }

  @Test
  void rejects_what_it_has_no_room_for() {
    try (TransformerDenoiser forgetful =
            new TransformerDenoiser(transformer, cpu, Footprint.ofPositions(SIZE));
        TransformerDenoiser small = keeping(SIZE, SIZE)) {
      assertThatThrownBy(() -> run(forgetful, query(canvas(1), blockOnly(), StorePlace.at(0))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("keeps nothing from earlier passes, the window sees 130 positions");
      assertThatThrownBy(() -> run(small, query(canvas(1), blockOnly(), new StorePlace(0, SIZE))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("this denoiser's store has 130 rows, the canvas at 0 needs 163");
      assertThatThrownBy(
              () -> run(small, query(canvas(1), Window.full(SIZE + 1), StorePlace.at(0))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("got 131");
    }
  }

  private static void assertSame(Scores actual, Scores expected) {
    assertThat(actual.token()).isEqualTo(expected.token());
    assertThat(actual.tokenProb()).isEqualTo(expected.tokenProb());
    assertThat(actual.top1Prob()).isEqualTo(expected.top1Prob());
    assertThat(actual.top2Prob()).isEqualTo(expected.top2Prob());
    assertThat(actual.negativeEntropy()).isEqualTo(expected.negativeEntropy());
  }
}
