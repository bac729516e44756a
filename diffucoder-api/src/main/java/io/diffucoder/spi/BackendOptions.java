package io.diffucoder.spi;

/**
 * What a backend is opened with.
 *
 * @param threads compute threads of a CPU backend; 0 lets the backend choose
 */
public record BackendOptions(int threads) {
  /** Everything chosen by the backend. */
  public static final BackendOptions DEFAULTS = new BackendOptions(0);

  public BackendOptions {
    if (threads < 0) {
      throw new IllegalArgumentException(
          "threads must be positive, or 0 for the backend's choice, got " + threads);
    }
  }
}
