package io.diffucoder.cuda;

import static io.diffucoder.cuda.CudaArguments.requireNotShared;

import io.diffucoder.cuda.driver.CommandStream;
import io.diffucoder.cuda.driver.DeviceArena;
import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.OpShapes;
import io.diffucoder.spi.RopeSpec;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.StoredNumbers;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.Weight;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks arguments and has launches recorded; the device runs them while the host goes on. */
final class CudaOps implements TensorOps {
  /** Most bytes that a read copies at once. */
  private static final long READ_BYTES = 16L << 20;

  /** What the kernel for any width keeps in registers. */
  private static final int WIDEST_HEAD = 256;

  private final CudaBackend backend;
  private final CommandStream stream;
  private final DeviceArena memory;
  private final Launches launches;
  private final Products products;
  private final ScoreLaunch scoring;
  private volatile boolean closed;

  CudaOps(CudaBackend backend, CommandStream stream) {
    this.backend = backend;
    this.stream = stream;
    this.memory = new DeviceArena(backend.device());
    this.launches =
        new Launches(
            backend.kernels(), stream, memory, backend.settings().arithmetic().activationBytes());
    this.products = new Products(backend, this, new Workspace(memory, "partial sums of products"));
    this.scoring = new ScoreLaunch(this, products, memory);
  }

  CudaBackend backend() {
    return backend;
  }

  CommandStream stream() {
    return stream;
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "these cuda TensorOps are closed, and their tensors with them");
    }
  }

  @Override
  public Tensor allocate(int rows, int cols) {
    requireOpen();
    OpShapes.allocate("allocate", rows, cols);
    int numberBytes = backend.settings().arithmetic().activationBytes();
    long bytes = (long) rows * CudaTensor.pitch(cols, numberBytes) * numberBytes;
    long address = memory.allocate(bytes, "a tensor (%d, %d)".formatted(rows, cols));
    return CudaTensor.at(this, address, rows, cols, numberBytes);
  }

  @Override
  public Tensor allocateIndices(int rows) {
    requireOpen();
    OpShapes.allocate("allocateIndices", rows, 1);
    long bytes = (long) rows * Integer.BYTES;
    long address = memory.allocate(bytes, "an index tensor (%d, 1)".formatted(rows));
    stream.copyIn(new int[rows], rows, address); // the device has what the host's copy has
    return new CudaIndices(this, new CudaIndices.Shadow(address, rows), rows);
  }

  @Override
  public void write(int[] values, Tensor into) {
    CudaIndices to = indices("write: into", into);
    OpShapes.write(values.length, into);
    to.wrote(values);
    stream.copyIn(values, values.length, to.address());
  }

  @Override
  public void read(Tensor x, float[] into) {
    CudaTensor from = tensor("read: x", x);
    OpShapes.read(x, into);
    DType type = backend.settings().arithmetic().activationType();
    long rowBytes = type.bytes(from.pitch());
    int rowsAtOnce = Math.clamp(READ_BYTES / rowBytes, 1, from.rows());
    for (int first = 0; first < from.rows(); first += rowsAtOnce) {
      int count = Math.min(rowsAtOnce, from.rows() - first);
      MemorySegment bytes = stream.fetch(from.address() + first * rowBytes, count * rowBytes);
      for (int r = 0; r < count; r++) {
        MemorySegment row = bytes.asSlice(r * rowBytes, type.bytes(from.cols()));
        StoredNumbers.decode(type, row, from.cols(), into, (first + r) * from.cols());
      }
    }
  }

  @Override
  public void embed(Weight table, Tensor tokens, Tensor out) {
    CudaWeight weight = weight("embed", table);
    CudaIndices ids = indices("embed: tokens", tokens);
    CudaTensor to = tensor("embed: out", out);
    OpShapes.embed(table, tokens, out);
    ids.requireBelow(table.rows(), "embed: tokens");
    launches.embed(weight.table(), ids, to);
  }

  @Override
  public void rmsNorm(Tensor x, Weight scale, float eps, Tensor out) {
    CudaTensor from = tensor("rmsNorm: x", x);
    CudaTensor to = tensor("rmsNorm: out", out);
    CudaWeight factors = weight("rmsNorm", scale);
    OpShapes.vector("rmsNorm", scale, x);
    OpShapes.same("rmsNorm", x, out);
    launches.norm(from, null, factors, eps, to);
  }

  @Override
  public void addRmsNorm(Tensor x, Tensor residual, Weight scale, float eps, Tensor out) {
    CudaTensor from = tensor("addRmsNorm: x", x);
    CudaTensor sum = tensor("addRmsNorm: residual", residual);
    CudaTensor to = tensor("addRmsNorm: out", out);
    CudaWeight factors = weight("addRmsNorm", scale);
    OpShapes.vector("addRmsNorm", scale, x);
    OpShapes.same("addRmsNorm", x, residual);
    OpShapes.same("addRmsNorm", x, out);
    requireNotShared("addRmsNorm", sum, from);
    launches.norm(from, sum, factors, eps, to);
  }

  @Override
  public void linear(Tensor x, Weight weight, @Nullable Weight bias, Tensor out) {
    CudaTensor from = tensor("linear: x", x);
    Products.Problem problem = problem("linear", from, weight, bias, out);
    products.run(from, List.of(problem), Products.Result.ACTIVATION);
  }

  @Override
  public void linears(Tensor x, List<Projection> projections) {
    CudaTensor from = tensor("linears: x", x);
    List<Products.Problem> problems = new ArrayList<>(projections.size());
    for (Projection p : projections) {
      problems.add(problem("linears", from, p.weight(), p.bias(), p.out()));
    }
    products.run(from, problems, Products.Result.ACTIVATION);
  }

  private Products.Problem problem(
      String operation, CudaTensor x, Weight weight, @Nullable Weight bias, Tensor out) {
    CudaTensor to = tensor(operation + ": out", out);
    CudaWeight own = weight(operation, weight);
    OpShapes.linear(operation, x, weight, bias, out);
    requireNotShared(operation, to, x);
    long added = bias == null ? 0 : weight(operation, bias).vector();
    return new Products.Problem(own, added, 0, to.address(), to.pitch());
  }

  @Override
  public void addLinear(Tensor x, Weight weight, Tensor scratch, Tensor residual) {
    CudaTensor from = tensor("addLinear: x", x);
    CudaTensor to = tensor("addLinear: residual", residual);
    CudaWeight own = weight("addLinear", weight);
    tensor("addLinear: scratch", scratch);
    OpShapes.linear("addLinear", x, weight, null, residual);
    OpShapes.same("addLinear", scratch, residual);
    requireNotShared("addLinear", to, from);
    Products.Problem problem = new Products.Problem(own, 0, to.address(), to.address(), to.pitch());
    products.run(from, List.of(problem), Products.Result.ACTIVATION);
  }

  @Override
  public void rope(Tensor x, Tensor positions, RopeSpec spec) {
    CudaTensor turned = tensor("rope: x", x);
    CudaIndices rows = indices("rope: positions", positions);
    OpShapes.rope(x, positions, spec);
    rows.requireBelow(Integer.MAX_VALUE, "rope: positions");
    launches.rope(turned, rows, spec);
  }

  @Override
  public void scatterRows(Tensor x, Tensor rows, Tensor into) {
    CudaTensor from = tensor("scatterRows: x", x);
    CudaIndices indices = indices("scatterRows: rows", rows);
    CudaTensor to = tensor("scatterRows: into", into);
    OpShapes.scatterRows(x, rows, into);
    requireNotShared("scatterRows", to, from);
    indices.requireBelow(into.rows(), "scatterRows: rows");
    launches.scatter(from, indices, to);
  }

  @Override
  public void gatherRows(Tensor x, Tensor rows, Tensor out) {
    CudaTensor from = tensor("gatherRows: x", x);
    CudaIndices indices = indices("gatherRows: rows", rows);
    CudaTensor to = tensor("gatherRows: out", out);
    OpShapes.gatherRows(x, rows, out);
    requireNotShared("gatherRows", to, from);
    indices.requireBelow(x.rows(), "gatherRows: rows");
    launches.gather(from, indices, to);
  }

  @Override
  public void attention(Tensor q, Tensor keys, Tensor values, AttentionSpec spec, Tensor out) {
    CudaTensor queries = tensor("attention: q", q);
    CudaTensor k = tensor("attention: keys", keys);
    CudaTensor v = tensor("attention: values", values);
    CudaTensor to = tensor("attention: out", out);
    OpShapes.attention(q, keys, values, spec, out);
    requireNotShared("attention", to, queries, k, v);
    if (spec.headDim() > WIDEST_HEAD) {
      throw new IllegalArgumentException(
          "attention: the cuda backend has kernels for heads of up to %d, got %d; use the cpu backend"
              .formatted(WIDEST_HEAD, spec.headDim()));
    }
    launches.attention(queries, k, v, spec, to);
  }

  @Override
  public void swiglu(Tensor gate, Tensor up, Tensor out) {
    CudaTensor g = tensor("swiglu: gate", gate);
    CudaTensor u = tensor("swiglu: up", up);
    CudaTensor to = tensor("swiglu: out", out);
    OpShapes.same("swiglu", gate, up);
    OpShapes.same("swiglu", gate, out);
    launches.swiglu(g, u, to);
  }

  @Override
  public void add(Tensor x, Tensor residual) {
    CudaTensor from = tensor("add: x", x);
    CudaTensor to = tensor("add: residual", residual);
    OpShapes.same("add", x, residual);
    requireNotShared("add", to, from);
    launches.add(from, to);
  }

  @Override
  public Scores score(Tensor logits, int[] positions, ScoreSpec spec) {
    CudaTensor from = tensor("score: logits", logits);
    OpShapes.positions("score", positions, logits);
    ScoreLaunch.requireVocabulary("score", logits.cols());
    return scoring.scoreLogits(from, positions, spec);
  }

  @Override
  public Scores lmHeadScore(Tensor hidden, Weight lmHead, int[] positions, ScoreSpec spec) {
    CudaTensor from = tensor("lmHeadScore: hidden", hidden);
    CudaWeight head = weight("lmHeadScore", lmHead);
    OpShapes.lmHead(hidden, lmHead);
    OpShapes.positions("lmHeadScore", positions, hidden);
    ScoreLaunch.requireVocabulary("lmHeadScore", lmHead.rows());
    return scoring.scoreHidden(from, head, positions, spec);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        stream.abandon();
      } finally {
        memory.close();
        backend.forget(this, stream);
      }
    }
  }

  private CudaTensor tensor(String operation, Tensor tensor) {
    requireOpen();
    return CudaArguments.tensor(this, operation, tensor);
  }

  private CudaIndices indices(String operation, Tensor tensor) {
    requireOpen();
    return CudaArguments.indices(this, operation, tensor);
  }

  private CudaWeight weight(String operation, Weight weight) {
    requireOpen();
    return CudaArguments.weight(this, operation, weight);
  }
}
