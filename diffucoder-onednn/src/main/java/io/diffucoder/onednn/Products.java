package io.diffucoder.onednn;

import io.diffucoder.onednn.Dnnl.Extent;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The primitives of one arithmetic: for each size of a slice how its weights are packed, and
 * products for the numbers of rows that were used last. Packing depends on no number of rows, so
 * that all use the one packed copy.
 */
final class Products implements AutoCloseable {
  /** Products that are kept; one takes about 0.7 MB and 2 ms to make. */
  private static final int KEPT = 64;

  /** Rows of the product that decides how weights are packed. */
  private static final int PACKED_FOR = 160;

  private final MemorySegment engine;
  private final Arithmetic arithmetic;
  private final Map<Shape, Packing> packings = new HashMap<>();
  private final LinkedHashMap<Shape, Product> products = new LinkedHashMap<>(KEPT, 0.75f, true);

  Products(MemorySegment engine, Arithmetic arithmetic) {
    this.engine = engine;
    this.arithmetic = arithmetic;
  }

  /**
   * How weights of a size are packed, and what packs them.
   *
   * @param plain (out, in) row by row
   * @param packed as products read it
   * @param plan what {@code packed} belongs to
   */
  record Packing(
      MemorySegment plain, MemorySegment packed, MemorySegment plan, Primitive primitive) {

    /** Bytes of packed weights. */
    long bytes() {
      return Dnnl.bytes(packed);
    }

    /** Packs rows. */
    void run(Lane lane, MemorySegment rows, MemorySegment into) {
      primitive.run(
          lane,
          new Primitive.Operand(Dnnl.SOURCE, plain, rows),
          new Primitive.Operand(Dnnl.DESTINATION, packed, into));
    }

    void free() {
      primitive.close();
      Dnnl.destroy(Dnnl.Kind.PLAN, plan);
      Dnnl.destroy(Dnnl.Kind.DESCRIPTION, plain);
    }
  }

  /** x · weightsᵀ of a shape. */
  static final class Product {
    private final Shape shape;
    private final MemorySegment x;
    private final MemorySegment packed;
    private final MemorySegment out;
    private final Primitive primitive;
    private int users;

    Product(Products all, Shape shape, MemorySegment packed) {
      this.shape = shape;
      this.packed = packed;
      this.x = all.inputs(shape);
      this.out = all.outputs(shape);
      try {
        this.primitive = new Primitive(all.engine, Dnnl.planMatmul(all.engine, x, packed, out));
      } catch (RuntimeException | Error e) {
        freeDescriptions();
        throw e;
      }
    }

    Shape shape() {
      return shape;
    }

    /** Multiplies: (rows, in), packed (out, in) → (rows, out). */
    void run(Lane lane, MemorySegment inputs, MemorySegment weights, MemorySegment outputs) {
      primitive.run(
          lane,
          new Primitive.Operand(Dnnl.SOURCE, x, inputs),
          new Primitive.Operand(Dnnl.WEIGHTS, packed, weights),
          new Primitive.Operand(Dnnl.DESTINATION, out, outputs));
    }

    private void free() {
      primitive.close();
      freeDescriptions();
    }

    private void freeDescriptions() {
      Dnnl.destroy(Dnnl.Kind.DESCRIPTION, x);
      Dnnl.destroy(Dnnl.Kind.DESCRIPTION, out);
    }
  }

  /** How slices of this shape's in and out are packed; freed when this is closed. */
  synchronized Packing packing(Shape shape) {
    Shape any = new Shape(PACKED_FOR, shape.in(), shape.out());
    return packings.computeIfAbsent(any, this::makePacking);
  }

  private Packing makePacking(Shape shape) {
    int threads = OpenMp.threads(1); // a primitive is made for a number of threads
    try {
      MemorySegment plan = planAnyLayout(shape);
      MemorySegment packed = Dnnl.query(plan, Dnnl.QUERY_WEIGHTS);
      MemorySegment plain =
          Dnnl.matrix(weightType(), new Extent(shape.in(), 1), new Extent(shape.out(), shape.in()));
      try {
        MemorySegment reorder = Dnnl.planReorder(engine, plain, packed);
        return new Packing(plain, packed, plan, new Primitive(engine, reorder));
      } catch (RuntimeException | Error e) {
        Dnnl.destroy(Dnnl.Kind.DESCRIPTION, plain);
        Dnnl.destroy(Dnnl.Kind.PLAN, plan);
        throw e;
      }
    } finally {
      OpenMp.threads(threads);
    }
  }

  /** A product whose weights the library lays out as it likes. */
  private MemorySegment planAnyLayout(Shape shape) {
    MemorySegment x = inputs(shape);
    MemorySegment out = outputs(shape);
    MemorySegment any = Dnnl.anyLayout(weightType(), shape.in(), shape.out());
    try {
      return Dnnl.planMatmul(engine, x, any, out);
    } finally {
      for (MemorySegment description : new MemorySegment[] {x, out, any}) {
        Dnnl.destroy(Dnnl.Kind.DESCRIPTION, description);
      }
    }
  }

  /** The product of a shape, which is kept until it is given back. */
  synchronized Product take(Shape shape) {
    Product product = products.get(shape);
    if (product == null) {
      MemorySegment packed = packing(shape).packed();
      int threads = OpenMp.threads(1);
      try {
        product = new Product(this, shape, packed);
      } finally {
        OpenMp.threads(threads);
      }
      products.put(shape, product);
    }
    product.users++;
    return product;
  }

  /** Ends a use; products that were not used for long are freed. */
  synchronized void giveBack(Product product) {
    product.users--;
    Iterator<Product> oldestFirst = products.values().iterator();
    while (products.size() > KEPT && oldestFirst.hasNext()) {
      Product candidate = oldestFirst.next();
      if (candidate.users == 0) {
        candidate.free();
        oldestFirst.remove();
      }
    }
  }

  private MemorySegment inputs(Shape shape) {
    return Dnnl.matrix(
        switch (arithmetic) {
          case BF16 -> Dnnl.BF16;
          case INT8 -> Dnnl.U8;
          case F32 -> Dnnl.F32;
        },
        new Extent(shape.rows(), shape.in()),
        new Extent(shape.in(), 1));
  }

  private MemorySegment outputs(Shape shape) {
    return Dnnl.matrix(
        arithmetic == Arithmetic.INT8 ? Dnnl.S32 : Dnnl.F32,
        new Extent(shape.rows(), shape.out()),
        new Extent(shape.out(), 1));
  }

  private int weightType() {
    return switch (arithmetic) {
      case BF16 -> Dnnl.BF16;
      case INT8 -> Dnnl.S8;
      case F32 -> Dnnl.F32;
    };
  }

  @Override
  public synchronized void close() {
    products.values().forEach(Product::free);
    products.clear();
    packings.values().forEach(Packing::free);
    packings.clear();
  }
}
