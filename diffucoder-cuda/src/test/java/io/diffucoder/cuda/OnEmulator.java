package io.diffucoder.cuda;

import io.diffucoder.cuda.emulator.Emulator;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Begins each test with a device as after a restart, and says with a failure what the emulator saw:
 * the driver has numbers only.
 */
final class OnEmulator implements BeforeEachCallback, TestExecutionExceptionHandler {

  @Override
  public void beforeEach(ExtensionContext context) {
    EmulatedCuda.emulator().reset();
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    String message = Emulator.load().lastMessage();
    if (!message.isEmpty()) {
      failure.addSuppressed(new AssertionError("the emulator: " + message));
    }
    throw failure;
  }
}
