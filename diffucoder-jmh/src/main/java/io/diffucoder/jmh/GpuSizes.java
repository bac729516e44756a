package io.diffucoder.jmh;

import io.diffucoder.core.files.DreamConfig;
import java.util.List;

/**
 * What is measured on a GPU; {@code tools/peers/torch_gpu_step.py} measures the same.
 *
 * @param config the network
 * @param fullPasses canvases L of passes over all of it, half of which are scored
 * @param windows rows of passes over a window
 * @param windowCanvases canvases T around the windows
 * @param layers of linear operations
 * @param linearRows their rows R
 * @param attended canvases L of attention alone
 * @param smallRows rows R of what is between the products
 * @param scoredRows rows of logits that are scored
 * @param batch operations that are started before one waits
 * @param rotatedBytes of weights that operations use in turn: more than caches hold
 */
record GpuSizes(
    DreamConfig config,
    List<Integer> fullPasses,
    List<Integer> windows,
    List<Integer> windowCanvases,
    List<LinearCase.Layer> layers,
    List<Integer> linearRows,
    List<Integer> attended,
    int smallRows,
    int scoredRows,
    int batch,
    long rotatedBytes) {
  /** The 7B model's, with so many layers. */
  static GpuSizes dream7b(int layers) {
    return new GpuSizes(
        RandomModel.dream7bUntied(layers),
        List.of(256, 512, 1024, 2048),
        List.of(33, 64, 160),
        List.of(512, 2048),
        List.of(
            new LinearCase.Layer(3584, 3584),
            new LinearCase.Layer(3584, 512),
            new LinearCase.Layer(3584, 18_944),
            new LinearCase.Layer(18_944, 3584),
            new LinearCase.Layer(3584, 152_064)),
        List.of(33, 64, 160, 512, 2048),
        List.of(512, 2048, 4096),
        512,
        256,
        64,
        256L << 20);
  }

  /** Small ones for tests and for tools that slow a GPU down; rows that fill no tile. */
  static GpuSizes tiny() {
    return new GpuSizes(
        RandomModel.tiny(),
        List.of(40),
        List.of(9),
        List.of(40),
        List.of(new LinearCase.Layer(64, 96), new LinearCase.Layer(96, 320)),
        List.of(3, 65),
        List.of(70),
        5,
        6,
        8,
        1);
  }

  /** Matrices to use in turn: a power of two, so that they divide a batch. */
  int copies(long matrixBytes) {
    long wanted = Math.clamp(Math.ceilDiv(rotatedBytes, matrixBytes), 1, batch);
    return Integer.highestOneBit((int) (2 * wanted - 1));
  }
}
