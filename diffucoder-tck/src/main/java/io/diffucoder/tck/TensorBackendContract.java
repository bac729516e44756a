package io.diffucoder.tck;

import io.diffucoder.spi.TensorBackend;
import org.junit.jupiter.api.Nested;

/** All contracts in one class: a backend that passes its subclass can run the model. */
public abstract class TensorBackendContract implements BackendContract {

  @Nested
  class Embed extends EmbedContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }
  }

  @Nested
  class RmsNorm extends RmsNormContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }
  }

  @Nested
  class Linear extends LinearContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }

    @Override
    public ProductRounding productRounding() {
      return TensorBackendContract.this.productRounding();
    }
  }

  @Nested
  class Rope extends RopeContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }
  }

  @Nested
  class ScatterGather extends ScatterGatherContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }
  }

  @Nested
  class Attention extends AttentionContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }
  }

  @Nested
  class Swiglu extends SwigluContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }
  }

  @Nested
  class Add extends AddContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }
  }

  @Nested
  class Score extends ScoreContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }
  }

  @Nested
  class ScoreRules extends ScoreRulesContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }
  }

  @Nested
  class FusedEqualsComposed extends FusedEqualsComposedContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }
  }

  @Nested
  class Argument extends ArgumentContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }
  }

  @Nested
  class Lifecycle extends LifecycleContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }
  }

  @Nested
  class Concurrency extends ConcurrencyContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }
  }

  @Nested
  class Determinism extends DeterminismContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }
  }

  @Nested
  class Windows extends WindowContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }
  }

  @Nested
  class Leak extends LeakContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }
  }

  @Nested
  class GoldenOps extends GoldenOpsContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }

    @Override
    public ProductRounding productRounding() {
      return TensorBackendContract.this.productRounding();
    }
  }

  @Nested
  class GoldenSampling extends GoldenSamplingContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }
  }

  @Nested
  class WholeModel extends GoldenModelContract {
    @Override
    public TensorBackend openBackend() {
      return TensorBackendContract.this.openBackend();
    }

    @Override
    public ProductRounding productRounding() {
      return TensorBackendContract.this.productRounding();
    }
  }
}
