package io.diffucoder.cuda;

import io.diffucoder.api.BackendUnavailableException;

/** Opens the backend twice; {@link BindingTest} starts it. */
final class OpenMain {
  private OpenMain() {}

  /**
   * Prints why it cannot be opened, a line each time.
   *
   * @param args the file of the driver
   */
  @SuppressWarnings("restricted") // loading libraries is what is tested
  public static void main(String[] args) {
    System.load(args[0]);
    for (int i = 0; i < 2; i++) {
      try {
        CudaBackendProvider.open(CudaSettings.DEFAULTS, EmulatedCuda.IMAGES).close();
        System.out.println("opened");
      } catch (BackendUnavailableException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
