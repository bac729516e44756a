package io.diffucoder.cuda;

import io.diffucoder.spi.TensorBackend;
import io.diffucoder.tck.DeterminismContract;
import io.diffucoder.tck.GoldenModelContract;
import io.diffucoder.tck.LinearContract;
import io.diffucoder.tck.ProductRounding;
import io.diffucoder.tck.WindowContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** The rules of products on the GPU of this machine, whoever multiplies and in what. */
@Tag("gpu")
class CudaGpuProductsTest {

  @Nested
  class Own extends LinearContract {
    @Override
    public TensorBackend openBackend() {
      return CudaGpuTest.open(Arithmetic.BF16, CudaSettings.ProductChoice.OWN);
    }

    @Override
    public ProductRounding productRounding() {
      return ProductRounding.BFLOAT16;
    }
  }

  @Nested
  class OwnDeterminism extends DeterminismContract {
    @Override
    public TensorBackend openBackend() {
      return CudaGpuTest.open(Arithmetic.BF16, CudaSettings.ProductChoice.OWN);
    }
  }

  @Nested
  class CublasLt extends LinearContract {
    @Override
    public TensorBackend openBackend() {
      return CudaGpuTest.open(Arithmetic.BF16, CudaSettings.ProductChoice.CUBLASLT);
    }

    @Override
    public ProductRounding productRounding() {
      return ProductRounding.BFLOAT16;
    }
  }

  @Nested
  class CublasLtDeterminism extends DeterminismContract {
    @Override
    public TensorBackend openBackend() {
      return CudaGpuTest.open(Arithmetic.BF16, CudaSettings.ProductChoice.CUBLASLT);
    }
  }

  @Nested
  class CublasLtWindows extends WindowContract {
    @Override
    public TensorBackend openBackend() {
      return CudaGpuTest.open(Arithmetic.BF16, CudaSettings.ProductChoice.CUBLASLT);
    }
  }

  @Nested
  class Fp8 extends LinearContract {
    @Override
    public TensorBackend openBackend() {
      return CudaGpuTest.open(Arithmetic.FP8, CudaSettings.ProductChoice.OWN);
    }

    @Override
    public ProductRounding productRounding() {
      return ProductRounding.E4M3_WEIGHTS;
    }
  }

  @Nested
  class Fp8Model extends GoldenModelContract {
    @Override
    public TensorBackend openBackend() {
      return CudaGpuTest.open(Arithmetic.FP8, CudaSettings.ProductChoice.OWN);
    }

    @Override
    public ProductRounding productRounding() {
      return ProductRounding.E4M3_WEIGHTS;
    }
  }
}
