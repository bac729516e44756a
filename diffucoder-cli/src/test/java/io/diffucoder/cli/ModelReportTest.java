package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.ModelInfo;
import io.diffucoder.ModelInfo.TensorInfo;
import io.diffucoder.spi.WeightFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ModelReportTest {
  private static final ModelReport REPORT =
      new ModelReport(
          new ModelInfo(
              "models/tiny",
              Map.of("hidden_size", "4"),
              List.of(
                  new TensorInfo("model.embed.weight", "F32", List.of(10, 4), 160, "a"),
                  new TensorInfo("model.layers.0.q.weight", "F32", List.of(4, 4), 64, "a"),
                  new TensorInfo("model.layers.1.q.weight", "F32", List.of(4, 4), 64, "b")),
              Arrays.stream(WeightFormat.values())
                  .collect(Collectors.toMap(format -> format, format -> weightBytes(format))),
              1024,
              2048));

  private static long weightBytes(WeightFormat format) {
    return format == WeightFormat.Q4_0 ? 0 : 288;
  }

  @Test
  void the_configuration_is_a_table() {
    assertThat(REPORT.config()).isEqualTo("model        models/tiny\nhidden_size  4\n\n");
  }

  @Test
  void layers_share_a_row() {
    assertThat(REPORT.tensorsByLayer())
        .isEqualTo(
            """
            model.embed.weight            F32  10 × 4  160 B
            model.layers.*.q.weight  2 ×  F32  4 × 4   128 B

            """);
  }

  @Test
  void every_tensor_has_a_row_when_asked_for() {
    assertThat(REPORT.everyTensor()).contains("model.layers.1.q.weight  F32  4 × 4   64 B   b\n");
  }

  @Test
  void totals_count_parameters_and_the_memory_of_a_canvas_in_every_format() {
    assertThat(REPORT.totals(1024 * 1024))
        .isEqualTo(
            """
            parameters   72 in 3 tensors (F32)
            weights      288 B
            memory       for a canvas of 1048576 tokens with the cpu backend: weights, 1.0 KiB a token, 2.0 KiB for scores,\
             about 200.0 MiB for the rest
              as_stored  1.2 GiB
              f32        1.2 GiB
              f16        1.2 GiB
              bf16       1.2 GiB
              q8_0       1.2 GiB
              q4_0       1.2 GiB
            """);
  }

  @Test
  void long_values_are_shortened() {
    ModelInfo info =
        new ModelInfo(
            "m",
            Map.of("template", "x".repeat(101)),
            List.of(),
            Map.of(WeightFormat.F32, 0L),
            0,
            0);

    assertThat(new ModelReport(info).config())
        .isEqualTo("model     m\ntemplate  " + "x".repeat(100) + " …\n\n");
  }

  @Test
  void sizes_have_binary_units() {
    assertThat(ModelReport.size(1023)).isEqualTo("1023 B");
    assertThat(ModelReport.size(1024)).isEqualTo("1.0 KiB");
    assertThat(ModelReport.size(15_231_233_024L)).isEqualTo("14.2 GiB");
  }
}
