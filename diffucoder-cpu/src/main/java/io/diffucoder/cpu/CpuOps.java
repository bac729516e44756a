package io.diffucoder.cpu;

import static io.diffucoder.cpu.CpuArguments.inRange;
import static io.diffucoder.cpu.CpuArguments.requireNotShared;

import io.diffucoder.cpu.kernel.Add;
import io.diffucoder.cpu.kernel.Attention;
import io.diffucoder.cpu.kernel.CopyRows;
import io.diffucoder.cpu.kernel.Embed;
import io.diffucoder.cpu.kernel.Execution;
import io.diffucoder.cpu.kernel.Kernels;
import io.diffucoder.cpu.kernel.Linear;
import io.diffucoder.cpu.kernel.RmsNorm;
import io.diffucoder.cpu.kernel.Rope;
import io.diffucoder.cpu.kernel.RopeTable;
import io.diffucoder.cpu.kernel.Score;
import io.diffucoder.cpu.kernel.Scratch;
import io.diffucoder.cpu.kernel.StoredMatrix;
import io.diffucoder.cpu.kernel.Swiglu;
import io.diffucoder.cpu.kernel.Workers;
import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.OpShapes;
import io.diffucoder.spi.RopeSpec;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.Weight;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks arguments, then runs the kernels; every operation is finished when its method returns. */
final class CpuOps implements TensorOps {
  private final CpuBackend backend;
  private final Execution on;
  private final List<CpuTensor.Storage> storages = new ArrayList<>();
  private @Nullable RopeTable lastRope;
  private volatile boolean closed;

  CpuOps(CpuBackend backend, Kernels kernels, Workers workers) {
    this.backend = backend;
    this.on = new Execution(kernels, workers, new Scratch());
  }

  CpuBackend backend() {
    return backend;
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "these " + backend.name() + " TensorOps are closed, and their tensors with them");
    }
  }

  @Override
  public Tensor allocate(int rows, int cols) {
    requireOpen();
    OpShapes.allocate("allocate", rows, cols);
    float[] values =
        HeapMemory.allocate(
            "%s: a tensor (%d, %d)".formatted(backend.name(), rows, cols),
            (long) rows * cols,
            () -> new float[rows * cols]);
    CpuTensor.Storage storage = new CpuTensor.Storage(values);
    storages.add(storage);
    return new CpuTensor(this, storage, rows, cols);
  }

  @Override
  public Tensor allocateIndices(int rows) {
    requireOpen();
    OpShapes.allocate("allocateIndices", rows, 1);
    int[] values =
        HeapMemory.allocate(
            "%s: an index tensor (%d, 1)".formatted(backend.name(), rows),
            rows,
            () -> new int[rows]);
    return new CpuIndices(this, values, rows);
  }

  @Override
  public void write(int[] values, Tensor into) {
    CpuIndices to = indices("write: into", into);
    OpShapes.write(values.length, into);
    to.write(values);
  }

  @Override
  public void read(Tensor x, float[] into) {
    CpuTensor from = tensor("read: x", x);
    OpShapes.read(x, into);
    System.arraycopy(from.values(), 0, into, 0, from.rows() * from.cols());
  }

  @Override
  public void embed(Weight table, Tensor tokens, Tensor out) {
    StoredMatrix stored = weight("embed", table).stored();
    CpuIndices ids = indices("embed: tokens", tokens);
    CpuTensor to = tensor("embed: out", out);
    OpShapes.embed(table, tokens, out);
    Embed.run(on, stored, inRange("embed: tokens", ids, stored.rows()), to.asRows());
  }

  @Override
  public void rmsNorm(Tensor x, Weight scale, float eps, Tensor out) {
    CpuTensor from = tensor("rmsNorm: x", x);
    CpuTensor to = tensor("rmsNorm: out", out);
    float[] factors = vector("rmsNorm", scale, x);
    OpShapes.same("rmsNorm", x, out);
    RmsNorm.run(on, from.asRows(), factors, eps, to.values());
  }

  @Override
  public void addRmsNorm(Tensor x, Tensor residual, Weight scale, float eps, Tensor out) {
    CpuTensor from = tensor("addRmsNorm: x", x);
    CpuTensor sum = tensor("addRmsNorm: residual", residual);
    CpuTensor to = tensor("addRmsNorm: out", out);
    float[] factors = vector("addRmsNorm", scale, x);
    OpShapes.same("addRmsNorm", x, residual);
    OpShapes.same("addRmsNorm", x, out);
    requireNotShared("addRmsNorm", sum, from);
    RmsNorm.addAndRun(
        on, from.asRows(), sum.asRows(), factors, new RmsNorm.NormOutput(eps, to.values()));
  }

  @Override
  public void linear(Tensor x, Weight weight, @Nullable Weight bias, Tensor out) {
    CpuTensor from = tensor("linear: x", x);
    backend
        .multiplier()
        .linear(on, from.asRows(), List.of(projection("linear", from, weight, bias, out)));
  }

  @Override
  public void linears(Tensor x, List<Projection> projections) {
    CpuTensor from = tensor("linears: x", x);
    List<Linear.Projection> checked = new ArrayList<>(projections.size());
    for (Projection p : projections) {
      checked.add(projection("linears", from, p.weight(), p.bias(), p.out()));
    }
    if (!checked.isEmpty()) {
      backend.multiplier().linear(on, from.asRows(), checked);
    }
  }

  private Linear.Projection projection(
      String operation, CpuTensor x, Weight weight, @Nullable Weight bias, Tensor out) {
    CpuTensor to = tensor(operation + ": out", out);
    StoredMatrix stored = weight(operation, weight).stored();
    OpShapes.linear(operation, x, weight, bias, out);
    requireNotShared(operation, to, x);
    float[] added = bias == null ? null : weight(operation, bias).vector();
    return new Linear.Projection(stored, added, to.asRows());
  }

  @Override
  public void rope(Tensor x, Tensor positions, RopeSpec spec) {
    CpuTensor turned = tensor("rope: x", x);
    CpuIndices rows = indices("rope: positions", positions);
    OpShapes.rope(x, positions, spec);
    int[] values = inRange("rope: positions", rows, Integer.MAX_VALUE);
    RopeTable table = lastRope;
    if (table == null || !table.isFor(spec, values)) {
      table = new RopeTable(spec, values);
      lastRope = table;
    }
    Rope.run(on, turned.asRows(), table);
  }

  @Override
  public void scatterRows(Tensor x, Tensor rows, Tensor into) {
    CpuTensor from = tensor("scatterRows: x", x);
    CpuIndices indices = indices("scatterRows: rows", rows);
    CpuTensor to = tensor("scatterRows: into", into);
    OpShapes.scatterRows(x, rows, into);
    requireNotShared("scatterRows", to, from);
    CopyRows.scatter(
        on, from.asRows(), inRange("scatterRows: rows", indices, into.rows()), to.asRows());
  }

  @Override
  public void gatherRows(Tensor x, Tensor rows, Tensor out) {
    CpuTensor from = tensor("gatherRows: x", x);
    CpuIndices indices = indices("gatherRows: rows", rows);
    CpuTensor to = tensor("gatherRows: out", out);
    OpShapes.gatherRows(x, rows, out);
    requireNotShared("gatherRows", to, from);
    CopyRows.gather(on, from.asRows(), inRange("gatherRows: rows", indices, x.rows()), to.asRows());
  }

  @Override
  public void attention(Tensor q, Tensor keys, Tensor values, AttentionSpec spec, Tensor out) {
    CpuTensor queries = tensor("attention: q", q);
    CpuTensor k = tensor("attention: keys", keys);
    CpuTensor v = tensor("attention: values", values);
    CpuTensor to = tensor("attention: out", out);
    OpShapes.attention(q, keys, values, spec, out);
    requireNotShared("attention", to, queries, k, v);
    Attention.Store store = new Attention.Store(k.values(), v.values(), keys.cols());
    Attention.run(on, queries.asRows(), store, spec, to.asRows());
  }

  @Override
  public void swiglu(Tensor gate, Tensor up, Tensor out) {
    CpuTensor g = tensor("swiglu: gate", gate);
    CpuTensor u = tensor("swiglu: up", up);
    CpuTensor to = tensor("swiglu: out", out);
    OpShapes.same("swiglu", gate, up);
    OpShapes.same("swiglu", gate, out);
    Swiglu.run(on, g.asRows(), u.asRows(), to.values());
  }

  @Override
  public void add(Tensor x, Tensor residual) {
    CpuTensor from = tensor("add: x", x);
    CpuTensor to = tensor("add: residual", residual);
    OpShapes.same("add", x, residual);
    requireNotShared("add", to, from);
    Add.run(on, from.asRows(), to.asRows());
  }

  @Override
  public Scores score(Tensor logits, int[] positions, ScoreSpec spec) {
    CpuTensor from = tensor("score: logits", logits);
    OpShapes.positions("score", positions, logits);
    Scores scores = Scores.ofRows(logits.rows());
    Score.run(on, from.asRows(), positions, spec, scores);
    return scores;
  }

  @Override
  public Scores lmHeadScore(Tensor hidden, Weight lmHead, int[] positions, ScoreSpec spec) {
    CpuTensor from = tensor("lmHeadScore: hidden", hidden);
    StoredMatrix stored = weight("lmHeadScore", lmHead).stored();
    OpShapes.lmHead(hidden, lmHead);
    OpShapes.positions("lmHeadScore", positions, hidden);
    return backend.multiplier().score(on, from.asRows(), stored, positions, spec);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      storages.forEach(CpuTensor.Storage::release);
      storages.clear();
      on.scratch().release();
      backend.forget(this);
    }
  }

  private CpuTensor tensor(String what, Tensor tensor) {
    requireOpen();
    return CpuArguments.tensor(backend, what, tensor);
  }

  private CpuIndices indices(String what, Tensor tensor) {
    requireOpen();
    return CpuArguments.indices(backend, what, tensor);
  }

  private CpuWeight weight(String operation, Weight weight) {
    requireOpen();
    return CpuArguments.weight(backend, operation, weight);
  }

  /** A weight with a number for every column of the tensor. */
  private float[] vector(String operation, Weight weight, Tensor tensor) {
    CpuWeight own = weight(operation, weight);
    OpShapes.vector(operation, weight, tensor);
    return own.vector();
  }
}
