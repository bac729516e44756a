package io.diffucoder.cuda;

import static io.diffucoder.cuda.CudaArguments.requireNotShared;

import io.diffucoder.cuda.driver.CommandStream;
import io.diffucoder.cuda.driver.CommandTape;
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
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks arguments and records launches; the device runs them while the host goes on. The structs
 * that kernels take are written here field by field, as the .cu files declare them.
 */
final class CudaOps implements TensorOps {
  /** Most memory of logits that exist at once. */
  private static final long LOGIT_BYTES = 192L << 20;

  /** Most bytes that a read copies at once. */
  private static final long READ_BYTES = 16L << 20;

  /** What the kernel for any width keeps in registers. */
  private static final int WIDEST_HEAD = 256;

  private static final int TENSOR_CORE_TILE_ROWS = 64;
  private static final int OTHER_TILE_ROWS = 8;

  private final CudaBackend backend;
  private final CommandStream stream;
  private final DeviceArena memory;
  private final Products products;
  private final ScoreLaunch scoring;
  private final Table plan;
  private final Table frequencies;
  private final Workspace logits;
  private @Nullable AttentionSpec lastSpec;
  private @Nullable AttentionPlan lastPlan;
  private @Nullable RopeSpec lastRope;
  private volatile boolean closed;

  CudaOps(CudaBackend backend, CommandStream stream) {
    this.backend = backend;
    this.stream = stream;
    this.memory = new DeviceArena(backend.device());
    this.products = new Products(backend, this, new Workspace(memory, "partial sums of products"));
    this.scoring =
        new ScoreLaunch(
            this,
            new Workspace(memory, "positions"),
            new Workspace(memory, "banned tokens"),
            new Workspace(memory, "scores"));
    this.plan = new Table(stream, new Workspace(memory, "a plan of attention"));
    this.frequencies = new Table(stream, new Workspace(memory, "frequencies of rotations"));
    this.logits = new Workspace(memory, "logits");
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
    CudaWeight.Form form = weight.table();
    on(backend.kernels().embed(form.kind()), to.rows(), 1)
        .int64(form.numbers())
        .int64(form.scales())
        .int64(ids.address())
        .int64(to.address())
        .int32(to.cols())
        .int32(form.kind().pitch(to.cols()))
        .int32(form.kind().scalePitch(to.cols()))
        .int32(to.pitch())
        .end();
  }

  @Override
  public void rmsNorm(Tensor x, Weight scale, float eps, Tensor out) {
    CudaTensor from = tensor("rmsNorm: x", x);
    CudaTensor to = tensor("rmsNorm: out", out);
    CudaWeight factors = weight("rmsNorm", scale);
    OpShapes.vector("rmsNorm", scale, x);
    OpShapes.same("rmsNorm", x, out);
    norm(backend.kernels().rmsNorm, from, 0, factors, eps, to);
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
    norm(backend.kernels().addRmsNorm, from, sum.address(), factors, eps, to);
  }

  private void norm(
      KernelSet.Launch kernel,
      CudaTensor x,
      long residual,
      CudaWeight scale,
      float eps,
      CudaTensor out) {
    on(kernel, x.rows(), 1)
        .int64(x.address())
        .int64(residual)
        .int64(scale.vector())
        .int64(out.address())
        .int32(x.cols())
        .int32(x.pitch())
        .float32(eps)
        .end();
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
    long onDevice = frequencies(spec);
    on(backend.kernels().rope.withShared(Float.BYTES * spec.headDim()), turned.rows(), 1)
        .int64(turned.address())
        .int64(0)
        .int64(rows.address())
        .int64(onDevice)
        .int32(turned.cols() / spec.headDim())
        .int32(0)
        .int32(turned.pitch())
        .int32(0)
        .int32(spec.headDim())
        .end();
  }

  /** The address of the frequencies, copied when they change. */
  private long frequencies(RopeSpec spec) {
    if (!spec.equals(lastRope)) {
      int[] bits = new int[spec.headDim() / 2];
      Arrays.setAll(bits, i -> Float.floatToRawIntBits(spec.inverseFrequency(i)));
      frequencies.put(bits);
      lastRope = spec;
    }
    return frequencies.read();
  }

  @Override
  public void scatterRows(Tensor x, Tensor rows, Tensor into) {
    CudaTensor from = tensor("scatterRows: x", x);
    CudaIndices indices = indices("scatterRows: rows", rows);
    CudaTensor to = tensor("scatterRows: into", into);
    OpShapes.scatterRows(x, rows, into);
    requireNotShared("scatterRows", to, from);
    indices.requireBelow(into.rows(), "scatterRows: rows");
    copyRows(backend.kernels().scatterRows, from, indices, to);
  }

  @Override
  public void gatherRows(Tensor x, Tensor rows, Tensor out) {
    CudaTensor from = tensor("gatherRows: x", x);
    CudaIndices indices = indices("gatherRows: rows", rows);
    CudaTensor to = tensor("gatherRows: out", out);
    OpShapes.gatherRows(x, rows, out);
    requireNotShared("gatherRows", to, from);
    indices.requireBelow(x.rows(), "gatherRows: rows");
    copyRows(backend.kernels().gatherRows, from, indices, to);
  }

  private void copyRows(KernelSet.Launch kernel, CudaTensor from, CudaIndices rows, CudaTensor to) {
    int vectors = from.pitch() * backend.settings().arithmetic().activationBytes() / 16;
    on(kernel, rows.rows(), 1)
        .int64(from.address())
        .int64(to.address())
        .int64(0)
        .int64(0)
        .int64(rows.address())
        .int32(vectors)
        .int32(0)
        .end();
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
    AttentionPlan planned = plan(spec);
    long numbers = plan.read();
    on(backend.kernels().attention(spec.headDim()), planned.tiles(), spec.heads())
        .int64(queries.address())
        .int64(k.address())
        .int64(v.address())
        .int64(to.address())
        .int64(numbers)
        .int64(numbers + 4L * planned.tiles() * Integer.BYTES)
        .int32(spec.heads())
        .int32(spec.kvHeads())
        .int32(spec.headDim())
        .int32(queries.pitch())
        .int32(k.pitch())
        .int32(to.pitch())
        .float32((float) (1 / Math.sqrt(spec.headDim())))
        .end();
  }

  /** The plan on the device: all layers of a pass have the same. */
  private AttentionPlan plan(AttentionSpec spec) {
    AttentionPlan planned = lastPlan;
    if (planned == null || !spec.equals(lastSpec)) {
      planned =
          AttentionPlan.of(
              spec,
              backend.kernels().hasTensorCoreAttention(spec.headDim())
                  ? TENSOR_CORE_TILE_ROWS
                  : OTHER_TILE_ROWS);
      plan.put(planned.numbers());
      lastPlan = planned;
      lastSpec = spec;
    }
    return planned;
  }

  @Override
  public void swiglu(Tensor gate, Tensor up, Tensor out) {
    CudaTensor g = tensor("swiglu: gate", gate);
    CudaTensor u = tensor("swiglu: up", up);
    CudaTensor to = tensor("swiglu: out", out);
    OpShapes.same("swiglu", gate, up);
    OpShapes.same("swiglu", gate, out);
    elementwise(backend.kernels().swiglu, to)
        .int64(g.address())
        .int64(u.address())
        .int64(to.address())
        .int64(to.padded())
        .end();
  }

  @Override
  public void add(Tensor x, Tensor residual) {
    CudaTensor from = tensor("add: x", x);
    CudaTensor to = tensor("add: residual", residual);
    OpShapes.same("add", x, residual);
    requireNotShared("add", to, from);
    elementwise(backend.kernels().add, to)
        .int64(from.address())
        .int64(to.address())
        .int64(to.padded())
        .end();
  }

  /** A launch with 16 bytes a thread. */
  private CommandTape elementwise(KernelSet.Launch kernel, CudaTensor tensor) {
    long vectors = tensor.padded() * backend.settings().arithmetic().activationBytes() / 16;
    return on(kernel, Math.toIntExact(Math.ceilDiv(vectors, kernel.threads())), 1);
  }

  @Override
  public Scores score(Tensor logits, int[] positions, ScoreSpec spec) {
    CudaTensor from = tensor("score: logits", logits);
    OpShapes.positions("score", positions, logits);
    ScoreLaunch.requireVocabulary("score", logits.cols());
    long onDevice = scoring.begin(positions);
    scoring.score(
        new ScoreLaunch.Logits(
            backend.kernels().score, from.address(), from.rows(), from.cols(), from.pitch()),
        0,
        onDevice,
        spec);
    return scoring.fetch(from.rows(), from.rows());
  }

  @Override
  public Scores lmHeadScore(Tensor hidden, Weight lmHead, int[] positions, ScoreSpec spec) {
    CudaTensor from = tensor("lmHeadScore: hidden", hidden);
    CudaWeight head = weight("lmHeadScore", lmHead);
    OpShapes.lmHead(hidden, lmHead);
    OpShapes.positions("lmHeadScore", positions, hidden);
    ScoreLaunch.requireVocabulary("lmHeadScore", lmHead.rows());
    int vocabulary = lmHead.rows();
    int pitch = CudaTensor.pitch(vocabulary, Float.BYTES);
    long rowBytes = (long) pitch * Float.BYTES;
    int rowsAtOnce = Math.clamp(LOGIT_BYTES / rowBytes, 1, from.rows());
    long address = logits.atLeast(rowsAtOnce * rowBytes);
    long onDevice = scoring.begin(positions);
    long hiddenRowBytes = (long) from.pitch() * backend.settings().arithmetic().activationBytes();
    for (int first = 0; first < from.rows(); first += rowsAtOnce) {
      int count = Math.min(rowsAtOnce, from.rows() - first);
      CudaTensor some =
          new CudaTensor(
              this, from.address() + first * hiddenRowBytes, count, from.cols(), from.pitch());
      Products.Problem problem = new Products.Problem(head, 0, 0, address, pitch);
      products.run(some, List.of(problem), Products.Result.FLOAT32);
      scoring.score(
          new ScoreLaunch.Logits(backend.kernels().scoreF32, address, count, vocabulary, pitch),
          first,
          onDevice,
          spec);
    }
    return scoring.fetch(from.rows(), rowsAtOnce);
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

  private CommandTape on(KernelSet.Launch kernel, int gridX, int gridY) {
    return kernel.on(stream.tape()).grid(gridX, gridY, 1);
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
