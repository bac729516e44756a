package io.diffucoder.cli.python;

import java.io.IOException;

/** Programs cannot be run here without giving them more than they may have: none was run. */
public final class UnconfinedException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates the error with a message that says what was seen and what was needed. */
  public UnconfinedException(String message) {
    super(message);
  }
}
