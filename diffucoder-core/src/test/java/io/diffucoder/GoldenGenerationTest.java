package io.diffucoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.core.files.StoredModel;
import io.diffucoder.core.model.Footprint;
import io.diffucoder.core.model.TransformerDenoiser;
import io.diffucoder.core.model.WeightLoader;
import io.diffucoder.sampling.TransferSchedule;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.tck.GoldenData;
import io.diffucoder.tck.GoldenGeneration;
import io.diffucoder.tck.GoldenSchedule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole decodes of the golden models, token for token where float32 can decide. */
class GoldenGenerationTest {
  /** Decisions closer than this may go either way in float32. */
  private static final double DECIDABLE_GAP = 1e-4;

  @TempDir Path directory;

  @ParameterizedTest
  @MethodSource("models")
  void decodes_like_the_reference(String model) {
    try (StoredModel files = StoredModel.open(GoldenData.copyModelTo(model, directory));
        TensorBackend cpu = Backends.open("cpu", BackendOptions.DEFAULTS);
        TransformerDenoiser denoiser =
            new TransformerDenoiser(
                WeightLoader.load(files, cpu, WeightFormat.AS_STORED),
                cpu,
                Footprint.ofPositions(64))) {
      for (GoldenGeneration golden : GoldenData.generations(model)) {
        GoldenDecode decode = decode(model, golden);
        decode.checkStepByStep(denoiser, 1e-4f);
        if (golden.minDecisionGap() > DECIDABLE_GAP) {
          assertThat(decode.decodeWith(denoiser))
              .as(decode.name())
              .containsExactly(decode.history().toArray(int[][]::new));
        }
      }
    }
  }

  @Test
  void commits_as_many_a_step_as_the_reference() {
    for (GoldenSchedule golden : GoldenData.schedules()) {
      TransferSchedule schedule = new TransferSchedule(golden.steps(), (float) golden.eps());
      List<Integer> counts = new ArrayList<>();
      int masked = golden.masks();
      for (int step = 0; step < golden.steps(); step++) {
        counts.add(schedule.quota(masked, step));
        masked -= counts.getLast();
      }

      assertThat(counts)
          .as("%d masks in %d steps", golden.masks(), golden.steps())
          .isEqualTo(Arrays.stream(golden.counts()).boxed().toList());
    }
  }

  static List<String> models() {
    return GoldenData.models();
  }

  private static GoldenDecode decode(String model, GoldenGeneration golden) {
    int mask = GoldenData.config(model).maskTokenId();
    int[] start = Arrays.copyOf(golden.prompt(), golden.prompt().length + golden.genLength());
    Arrays.fill(start, golden.prompt().length, start.length, mask);
    return new GoldenDecode(
        "%s %s, %d tokens in %d steps"
            .formatted(model, golden.alg(), golden.genLength(), golden.steps()),
        start,
        mask,
        new TransferSchedule(golden.steps(), (float) golden.eps()),
        GoldenDecode.confidence(golden.alg()),
        golden.history());
  }
}
