package io.diffucoder.onednn;

import io.diffucoder.api.BackendUnavailableException;
import io.diffucoder.cpu.Multiplier;
import io.diffucoder.cpu.kernel.Execution;
import io.diffucoder.cpu.kernel.Linear;
import io.diffucoder.cpu.kernel.Rows;
import io.diffucoder.cpu.kernel.Score;
import io.diffucoder.cpu.kernel.StoredMatrix;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.WeightFormat;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Multiplies with oneDNN on the threads of the CPU backend. */
final class OnednnMultiplier implements Multiplier {
  /** Rows that are multiplied at a time: bounds the memory. */
  private static final int MOST_ROWS = 512;

  private final Operands operands;
  private final MemorySegment engine;
  private final Products products;
  private final Lanes lanes;
  private final Deque<Inputs> freeInputs = new ArrayDeque<>();
  private final PackedWeights weights;

  private OnednnMultiplier(Operands operands, MemorySegment engine) {
    this.operands = operands;
    this.engine = engine;
    this.products = new Products(engine, operands.arithmetic());
    this.lanes = new Lanes(engine);
    this.weights = new PackedWeights(operands, products, lanes);
  }

  /**
   * Loads the library.
   *
   * @throws io.diffucoder.api.BackendUnavailableException if it cannot multiply so here
   */
  static OnednnMultiplier open(Arithmetic arithmetic) {
    int instructions = instructionSets();
    if (arithmetic == Arithmetic.BF16
        && (instructions & Dnnl.ISA_AVX512_BF16) != Dnnl.ISA_AVX512_BF16) {
      throw new BackendUnavailableException(
          "onednn: unavailable, oneDNN uses no bfloat16 instructions here (instruction sets 0x%x);"
                  .formatted(instructions)
              + " is ONEDNN_MAX_CPU_ISA set?");
    }
    int levels = hasExactInt8(instructions) ? 127 : 64;
    OnednnMultiplier multiplier =
        new OnednnMultiplier(new Operands(arithmetic, levels), Dnnl.engine());
    try {
      multiplier.products.packing(Shape.of(1, 64, 64));
    } catch (RuntimeException | Error e) {
      multiplier.close();
      throw e;
    }
    return multiplier;
  }

  private static int instructionSets() {
    NativeLibrary.symbols(); // a failure to load is an exception here, an error in Dnnl
    try {
      return Dnnl.instructionSets();
    } catch (LinkageError e) {
      throw new BackendUnavailableException(
          "onednn: unavailable, the oneDNN library on the class path is not 3.13: " + e.getCause(),
          e);
    }
  }

  /** Whether sums of int8 products are kept in 32 bits all along. */
  static boolean hasExactInt8(int instructionSets) {
    return (instructionSets & Dnnl.ISA_AVX2_VNNI) == Dnnl.ISA_AVX2_VNNI
        || (instructionSets & Dnnl.ISA_AVX512_VNNI) == Dnnl.ISA_AVX512_VNNI;
  }

  @Override
  public String backendName() {
    return OnednnBackendProvider.NAME;
  }

  @Override
  public String describe() {
    boolean fewBits = operands.arithmetic() == Arithmetic.INT8 && operands.inputLevels() < 127;
    return operands.arithmetic().label()
        + " products by oneDNN"
        + (fewBits ? " with 7-bit inputs" : "");
  }

  @Override
  public Set<WeightFormat> weightFormats() {
    return EnumSet.of(WeightFormat.AS_STORED);
  }

  @Override
  public void linear(Execution on, Rows x, List<Linear.Projection> projections) {
    List<PackedMatrix> packed = new ArrayList<>(projections.size());
    for (Linear.Projection projection : projections) {
      packed.add(weights.get(on, projection.weight()));
    }
    Inputs inputs = takeInputs();
    try {
      for (int first = 0; first < x.rows(); first += MOST_ROWS) {
        int count = Math.min(MOST_ROWS, x.rows() - first);
        Shape shape = packed.getFirst().shape(0, count);
        inputs.fill(on, x, first, count, new Inputs.Layout(operands, shape));
        multiply(on, inputs, new Job(projections, packed, first, count, x.cols()));
      }
    } finally {
      giveBack(inputs);
    }
  }

  /** Projections of {@code count} rows from {@code first} on, and their packed weights. */
  private record Job(
      List<Linear.Projection> projections,
      List<PackedMatrix> packed,
      int first,
      int count,
      int cols) {

    int slices() {
      return packed.stream().mapToInt(PackedMatrix::slices).sum();
    }
  }

  private void multiply(Execution on, Inputs inputs, Job job) {
    Map<Shape, Products.Product> taken = new HashMap<>();
    try {
      for (PackedMatrix weight : job.packed) {
        for (int slice : new int[] {0, weight.slices() - 1}) {
          Shape shape = weight.shape(slice, job.count);
          if (!taken.containsKey(shape)) {
            taken.put(shape, products.take(shape));
          }
        }
      }
      long work = (long) PackedMatrix.SLICE * job.cols * job.count;
      on.workers()
          .run(
              job.slices(),
              Execution.tasksAtOnce(work),
              (from, to, own) -> {
                try (Lane lane = lanes.take()) {
                  new Pass(job, inputs, taken).run(from, to, lane);
                }
              },
              on.scratch());
    } finally {
      taken.values().forEach(products::giveBack);
    }
  }

  /** What the slices of a job share. */
  private record Pass(Job job, Inputs inputs, Map<Shape, Products.Product> products) {

    /** Slices from … to − 1, numbered through all projections. */
    void run(int from, int to, Lane lane) {
      int before = 0;
      for (int i = 0; i < job.packed.size(); i++) {
        PackedMatrix weight = job.packed.get(i);
        Linear.Projection projection = job.projections.get(i);
        PackedMatrix.Target target =
            new PackedMatrix.Target(projection.out(), job.first, job.count, projection.bias());
        int end = Math.min(to, before + weight.slices());
        for (int slice = Math.max(from, before); slice < end; slice++) {
          Shape shape = weight.shape(slice - before, job.count);
          Products.Product product = Objects.requireNonNull(products.get(shape));
          weight.multiply(slice - before, product, inputs, target, lane);
        }
        before += weight.slices();
      }
    }
  }

  @Override
  public Scores score(
      Execution on, Rows hidden, StoredMatrix lmHead, int[] positions, ScoreSpec spec) {
    return Score.ofLogits(on, hidden, lmHead, positions, spec, this::linear);
  }

  @Override
  public long allocatedBytes(StoredMatrix weight) {
    return weights.bytes(weight);
  }

  private Inputs takeInputs() {
    synchronized (freeInputs) {
      Inputs inputs = freeInputs.pollFirst();
      return inputs == null ? new Inputs() : inputs;
    }
  }

  private void giveBack(Inputs inputs) {
    synchronized (freeInputs) {
      freeInputs.addFirst(inputs);
    }
  }

  @Override
  public void close() {
    weights.close();
    freeInputs.forEach(Inputs::close);
    freeInputs.clear();
    lanes.free();
    products.close();
    Dnnl.destroy(Dnnl.Kind.ENGINE, engine);
  }
}
