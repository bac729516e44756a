package io.diffucoder.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/** Something that oneDNN computes, ready to run on several threads at a time. */
final class Primitive implements AutoCloseable {
  private static final int ARGUMENT_BYTES = 16;

  private final MemorySegment engine;
  private final MemorySegment plan;
  private final MemorySegment primitive;
  private final MemorySegment scratchpad;
  private final long scratchpadBytes;

  /** An input or output: its role, how it is laid out, and where it is. */
  record Operand(int role, MemorySegment description, MemorySegment data) {}

  /**
   * Makes a plan ready to run.
   *
   * @param plan destroyed with this, or now if it cannot be made ready
   */
  Primitive(MemorySegment engine, MemorySegment plan) {
    this.engine = engine;
    this.plan = plan;
    try {
      this.scratchpad = Dnnl.query(plan, Dnnl.QUERY_SCRATCHPAD);
      this.scratchpadBytes = Dnnl.bytes(scratchpad);
      this.primitive = Dnnl.primitive(plan);
    } catch (RuntimeException | Error e) {
      Dnnl.destroy(Dnnl.Kind.PLAN, plan);
      throw e;
    }
  }

  /** Runs with a thread's working memory. */
  void run(Lane lane, Operand... operands) {
    MemorySegment arguments = lane.arguments();
    MemorySegment scratch = lane.scratchpad(scratchpadBytes);
    int made = 0;
    try {
      for (Operand operand : operands) {
        set(arguments, made, operand);
        made++;
      }
      set(arguments, made, new Operand(Dnnl.SCRATCHPAD, scratchpad, scratch));
      made++;
      Dnnl.execute(primitive, lane.stream(), made, arguments);
    } finally {
      for (int i = 0; i < made; i++) {
        Dnnl.destroy(Dnnl.Kind.MEMORY, arguments.get(ADDRESS, (long) i * ARGUMENT_BYTES + 8));
      }
    }
  }

  private void set(MemorySegment arguments, int index, Operand operand) {
    long at = (long) index * ARGUMENT_BYTES;
    arguments.set(JAVA_INT, at, operand.role);
    arguments.set(ADDRESS, at + 8, Dnnl.memory(engine, operand.description, operand.data));
  }

  @Override
  public void close() {
    Dnnl.destroy(Dnnl.Kind.PRIMITIVE, primitive);
    Dnnl.destroy(Dnnl.Kind.PLAN, plan);
  }
}
