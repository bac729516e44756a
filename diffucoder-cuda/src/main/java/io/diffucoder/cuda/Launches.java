package io.diffucoder.cuda;

import io.diffucoder.cuda.driver.CommandStream;
import io.diffucoder.cuda.driver.CommandTape;
import io.diffucoder.cuda.driver.DeviceArena;
import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.RopeSpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Records the launches between the products. The structs that kernels take are written here field
 * by field, as the .cu files declare them; arguments were checked before.
 */
final class Launches {
  private static final int TENSOR_CORE_TILE_ROWS = 64;
  private static final int OTHER_TILE_ROWS = 8;

  /** Where the struct RopeArgs has what belongs to its second tensor. */
  private static final int ROPE_SECOND = 8;

  private static final int ROPE_SECOND_HEADS = 36;
  private static final int ROPE_SECOND_PITCH = 44;

  /** Where the struct RowsArgs has it. */
  private static final int ROWS_SECOND_INPUT = 16;

  private static final int ROWS_SECOND_OUTPUT = 24;
  private static final int ROWS_SECOND_VECTORS = 44;

  private final KernelSet kernels;
  private final CommandStream stream;
  private final int numberBytes;
  private final Table plan;
  private final Table frequencies;
  private final Pair rotations;
  private final Pair scatters;
  private @Nullable RopeSpec lastRope;
  private @Nullable AttentionSpec lastSpec;
  private @Nullable AttentionPlan lastPlan;

  /**
   * Launches on a stream.
   *
   * @param memory where tables that the launches read are
   * @param numberBytes bytes of a number of a tensor
   */
  Launches(KernelSet kernels, CommandStream stream, DeviceArena memory, int numberBytes) {
    this.kernels = kernels;
    this.stream = stream;
    this.numberBytes = numberBytes;
    this.plan = new Table(stream, new Workspace(memory, "a plan of attention"));
    this.frequencies = new Table(stream, new Workspace(memory, "frequencies of rotations"));
    this.rotations = new Pair(stream);
    this.scatters = new Pair(stream);
  }

  void embed(CudaWeight.Form form, CudaIndices ids, CudaTensor to) {
    on(kernels.embed(form.kind()), to.rows(), 1)
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

  /** With a residual, adds x to it first. */
  void norm(
      CudaTensor x, @Nullable CudaTensor residual, CudaWeight scale, float eps, CudaTensor out) {
    on(residual == null ? kernels.rmsNorm : kernels.addRmsNorm, x.rows(), 1)
        .int64(x.address())
        .int64(residual == null ? 0 : residual.address())
        .int64(scale.vector())
        .int64(out.address())
        .int32(x.cols())
        .int32(x.pitch())
        .float32(eps)
        .end();
  }

  void rope(CudaTensor turned, CudaIndices rows, RopeSpec spec) {
    boolean sameAsBefore = spec.equals(lastRope);
    long onDevice = frequencies(spec);
    int heads = turned.cols() / spec.headDim();
    Pair.Half half =
        new Pair.Half(rows.address(), turned.rows(), turned.address(), turned.address());
    if (sameAsBefore && rotations.takes(half)) {
      long pair = rotations.close();
      CommandTape tape = stream.tape();
      tape.setInt64(pair, ROPE_SECOND, turned.address());
      tape.setInt32(pair, ROPE_SECOND_HEADS, heads);
      tape.setInt32(pair, ROPE_SECOND_PITCH, turned.pitch());
      return;
    }
    on(kernels.rope.withShared(Float.BYTES * spec.headDim()), turned.rows(), 1)
        .int64(turned.address())
        .int64(0)
        .int64(rows.address())
        .int64(onDevice)
        .int32(heads)
        .int32(0)
        .int32(turned.pitch())
        .int32(0)
        .int32(spec.headDim())
        .end();
    rotations.opened(half);
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

  void scatter(CudaTensor from, CudaIndices indices, CudaTensor to) {
    Pair.Half half = new Pair.Half(indices.address(), from.rows(), from.address(), to.address());
    if (scatters.takes(half)) {
      long pair = scatters.close();
      CommandTape tape = stream.tape();
      tape.setInt64(pair, ROWS_SECOND_INPUT, from.address());
      tape.setInt64(pair, ROWS_SECOND_OUTPUT, to.address());
      tape.setInt32(pair, ROWS_SECOND_VECTORS, vectors(from));
      return;
    }
    copyRows(kernels.scatterRows, from, indices, to);
    scatters.opened(half);
  }

  void gather(CudaTensor from, CudaIndices indices, CudaTensor to) {
    copyRows(kernels.gatherRows, from, indices, to);
  }

  private void copyRows(KernelSet.Launch kernel, CudaTensor from, CudaIndices rows, CudaTensor to) {
    on(kernel, rows.rows(), 1)
        .int64(from.address())
        .int64(to.address())
        .int64(0)
        .int64(0)
        .int64(rows.address())
        .int32(vectors(from))
        .int32(0)
        .end();
  }

  /** 16-byte parts of a row. */
  private int vectors(CudaTensor tensor) {
    return tensor.pitch() * numberBytes / 16;
  }

  void attention(
      CudaTensor queries, CudaTensor k, CudaTensor v, AttentionSpec spec, CudaTensor to) {
    AttentionPlan planned = plan(spec);
    long numbers = plan.read();
    on(kernels.attention(spec.headDim()), planned.tiles(), spec.heads())
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
              kernels.hasTensorCoreAttention(spec.headDim())
                  ? TENSOR_CORE_TILE_ROWS
                  : OTHER_TILE_ROWS);
      plan.put(planned.numbers());
      lastPlan = planned;
      lastSpec = spec;
    }
    return planned;
  }

  void swiglu(CudaTensor g, CudaTensor u, CudaTensor to) {
    elementwise(kernels.swiglu, to)
        .int64(g.address())
        .int64(u.address())
        .int64(to.address())
        .int64(to.padded())
        .end();
  }

  void add(CudaTensor from, CudaTensor to) {
    elementwise(kernels.add, to).int64(from.address()).int64(to.address()).int64(to.padded()).end();
  }

  /** A launch with 16 bytes a thread. */
  private CommandTape elementwise(KernelSet.Launch kernel, CudaTensor tensor) {
    long vectors = tensor.padded() * numberBytes / 16;
    return on(kernel, Math.toIntExact(Math.ceilDiv(vectors, kernel.threads())), 1);
  }

  private CommandTape on(KernelSet.Launch kernel, int gridX, int gridY) {
    return kernel.on(stream.tape()).grid(gridX, gridY, 1);
  }
}
