package io.diffucoder.cuda;

import io.diffucoder.spi.TensorBackend;
import io.diffucoder.tck.AddContract;
import io.diffucoder.tck.AttentionContract;
import io.diffucoder.tck.EmbedContract;
import io.diffucoder.tck.GoldenModelContract;
import io.diffucoder.tck.GoldenOpsContract;
import io.diffucoder.tck.GoldenSamplingContract;
import io.diffucoder.tck.LinearContract;
import io.diffucoder.tck.RmsNormContract;
import io.diffucoder.tck.RopeContract;
import io.diffucoder.tck.ScatterGatherContract;
import io.diffucoder.tck.ScoreRulesContract;
import io.diffucoder.tck.SwigluContract;
import io.diffucoder.tck.WindowContract;
import io.diffucoder.tck.Workbench;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The rules that depend on the arithmetic, in float32, on the emulated device; {@link CudaBf16Test}
 * has all of them.
 */
@ExtendWith(OnEmulator.class)
class CudaF32Test {

  private static TensorBackend open() {
    return EmulatedCuda.open(Arithmetic.F32);
  }

  @Nested
  class Embed extends EmbedContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }
  }

  @Nested
  class RmsNorm extends RmsNormContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }
  }

  @Nested
  class Linear extends LinearContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }
  }

  @Nested
  class Rope extends RopeContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }
  }

  @Nested
  class ScatterGather extends ScatterGatherContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }
  }

  @Nested
  class Attention extends AttentionContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }
  }

  @Nested
  class Swiglu extends SwigluContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }
  }

  @Nested
  class Add extends AddContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }
  }

  @Nested
  class ScoreRules extends ScoreRulesContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }
  }

  @Nested
  class Window extends WindowContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }
  }

  @Nested
  class GoldenOps extends GoldenOpsContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }
  }

  @Nested
  class GoldenSampling extends GoldenSamplingContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }
  }

  @Nested
  class GoldenModel extends GoldenModelContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }
  }

  @Test
  void a_row_has_the_same_bits_alone_as_in_any_batch() {
    try (Workbench bench = Workbench.on(open())) {
      RowBits.checkProducts(bench);
    }
  }
}
