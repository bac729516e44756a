package io.diffucoder.cuda.driver;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUlib_st;

/**
 * Kernels loaded onto a device; each has a number, its place in the list they were asked for by.
 */
public final class KernelLibrary implements AutoCloseable {
  /** What every kernel may have of dynamic shared memory without asking. */
  private static final int SHARED_BYTES_FOR_ALL = 48 << 10;

  private final Device device;
  private final CUlib_st library;
  private final List<CUfunc_st> functions;

  /**
   * A kernel to be loaded.
   *
   * @param name its name in the image
   * @param threads threads a block
   * @param sharedBytes dynamic shared memory of a block
   */
  public record Kernel(String name, int threads, int sharedBytes) {}

  private KernelLibrary(Device device, CUlib_st library, List<CUfunc_st> functions) {
    this.device = device;
    this.library = library;
    this.functions = List.copyOf(functions);
  }

  /**
   * Loads kernels.
   *
   * @param image a fatbin or cubin with code for the device
   * @throws io.diffucoder.api.DeviceFailedException if the driver does not take it, or a kernel is
   *     not in it
   */
  public static KernelLibrary load(Device device, byte[] image, List<Kernel> kernels) {
    return device.call(() -> {
      CUlib_st library = Driver.loadLibrary(image);
      List<CUfunc_st> functions = new ArrayList<>(kernels.size());
      for (Kernel kernel : kernels) {
        CUfunc_st function = Driver.function(library, kernel.name());
        if (kernel.sharedBytes() > SHARED_BYTES_FOR_ALL) {
          Driver.allowSharedMemory(function, kernel.sharedBytes());
        }
        functions.add(function);
      }
      return new KernelLibrary(device, library, functions);
    });
  }

  CUfunc_st function(int number) {
    return functions.get(number);
  }

  @Override
  public void close() {
    device.release(() -> Driver.unload(library));
  }
}
