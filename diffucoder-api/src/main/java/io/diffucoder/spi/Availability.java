package io.diffucoder.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether a backend can run on this machine, as a value. */
public sealed interface Availability {

  /**
   * The backend can run.
   *
   * @param info one line about the device, for people
   */
  record Available(String info) implements Availability {
    public Available {
      Objects.requireNonNull(info, "info");
    }
  }

  /**
   * The backend cannot run.
   *
   * @param reason one sentence without a full stop: what was found, what was needed, what to do
   * @param cause the failure behind it, if there was one
   */
  record Unavailable(String reason, @Nullable Throwable cause) implements Availability {
    public Unavailable {
      Objects.requireNonNull(reason, "reason");
    }
  }
}
