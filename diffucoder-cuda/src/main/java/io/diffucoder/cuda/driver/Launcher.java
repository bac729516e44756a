package io.diffucoder.cuda.driver;

import org.bytedeco.cuda.cudart.CUstream_st;
import org.jspecify.annotations.Nullable;

/** Gives a tape's commands to the driver, on the device's thread, without making an object each. */
final class Launcher {
  private final KernelLibrary kernels;
  private final @Nullable LibraryProducts products;
  private final Address address = new Address();
  private final Parameters parameters = new Parameters();

  Launcher(KernelLibrary kernels, @Nullable LibraryProducts products) {
    this.kernels = kernels;
    this.products = products;
  }

  /** One command, whatever it is. */
  void run(CommandTape tape, long at, CUstream_st stream) {
    int kind = tape.kind(at);
    if (kind == CommandTape.COPY) {
      Driver.copyIn(
          tape.argument(at, 0), address.at(tape.argument(at, 1)), tape.argument(at, 2), stream);
    } else if (kind == CommandTape.PRODUCT && products != null) {
      products.run(tape, at, stream);
    } else {
      Driver.launch(
          kernels.function(kind), tape.shape(at), parameters.at(tape.arguments(at)), stream);
    }
  }

  /** All commands from … until a place. */
  void run(CommandTape tape, long from, long to, CUstream_st stream) {
    for (long at = from; at < to; at = tape.next(at)) {
      run(tape, at, stream);
    }
  }
}
