package io.diffucoder.cpu.kernel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The one vector width of this JVM, as constants that the compiler can see through. */
public final class VectorSpeciesConfig {
  static final VectorSpecies<Float> FLOATS = floats();
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());

  /** Float32 numbers in a vector. */
  static final int LANES = FLOATS.length();

  /** Bytes of a vector. */
  static final int BYTES = 4 * LANES;

  static final VectorSpecies<Byte> VECTOR_BYTES =
      VectorSpecies.of(byte.class, FLOATS.vectorShape());

  /** As many bytes as a float vector has lanes, but at least 8. */
  static final VectorSpecies<Byte> LANE_BYTES =
      LANES == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

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
      default -> widest(FloatVector.SPECIES_PREFERRED.vectorBitSize());
    };
  }

  /** The widest of those that the kernels are written for. */
  private static VectorSpecies<Float> widest(int bits) {
    if (bits >= 512) {
      return FloatVector.SPECIES_512;
    }
    return bits >= 256 ? FloatVector.SPECIES_256 : FloatVector.SPECIES_128;
  }
}
