package io.diffucoder.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The one vector width of this JVM, as constants that the compiler can see through. */
public final class VectorSpeciesConfig {
  static final VectorSpecies<Float> FLOATS = floats();
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());
  static final VectorSpecies<Short> SHORTS = shorts();

  /** Float32 numbers in a vector. */
  static final int LANES = FLOATS.length();

  private VectorSpeciesConfig() {}

  /** Bits of a vector. */
  public static int bits() {
    return FLOATS.vectorBitSize();
  }

  private static VectorSpecies<Float> floats() {
    return switch (VectorWidth.requested()) {
      case 128 -> FloatVector.SPECIES_128;
      case 256 -> FloatVector.SPECIES_256;
      case 512 -> FloatVector.SPECIES_512;
      default -> FloatVector.SPECIES_PREFERRED;
    };
  }

  /** As many shorts as a float vector has lanes. */
  private static VectorSpecies<Short> shorts() {
    return VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));
  }
}
