package io.diffucoder.cuda;

import io.diffucoder.spi.TensorBackend;
import io.diffucoder.tck.AttentionContract;
import io.diffucoder.tck.RmsNormContract;
import io.diffucoder.tck.RopeContract;
import io.diffucoder.tck.ScatterGatherContract;
import io.diffucoder.tck.ScoreRulesContract;
import io.diffucoder.tck.WindowContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** A few of the kit's rules that reach every kernel with a barrier, for compute-sanitizer. */
@Tag("gpu")
@Tag("gpu-small")
class CudaGpuSmallTest {

  @Nested
  class RmsNorm extends RmsNormContract {
    @Override
    public TensorBackend openBackend() {
      return CudaGpuTest.open();
    }
  }

  @Nested
  class Rope extends RopeContract {
    @Override
    public TensorBackend openBackend() {
      return CudaGpuTest.open();
    }
  }

  @Nested
  class ScatterGather extends ScatterGatherContract {
    @Override
    public TensorBackend openBackend() {
      return CudaGpuTest.open();
    }
  }

  @Nested
  class Attention extends AttentionContract {
    @Override
    public TensorBackend openBackend() {
      return CudaGpuTest.open();
    }
  }

  @Nested
  class Windows extends WindowContract {
    @Override
    public TensorBackend openBackend() {
      return CudaGpuTest.open(Arithmetic.BF16, CudaSettings.ProductChoice.OWN);
    }
  }

  @Nested
  class ScoreRules extends ScoreRulesContract {
    @Override
    public TensorBackend openBackend() {
      return CudaGpuTest.open();
    }
  }
}
