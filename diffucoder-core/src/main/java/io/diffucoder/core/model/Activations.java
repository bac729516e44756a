package io.diffucoder.core.model;

import io.diffucoder.core.files.DreamConfig;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorOps;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every tensor that a forward pass writes, allocated once for the most rows that it will see; a
 * pass over fewer rows uses the first of them. S are the rows of the key/value store.
 *
 * @param tokens (R) indices
 * @param positions (R) indices
 * @param storeRows (R) indices: where each row's key and value go
 * @param scoredRows (R) indices: which rows are scored
 * @param residual (R, D)
 * @param normed (R, D)
 * @param query (R, H·Dh)
 * @param key (R, Hkv·Dh)
 * @param value (R, Hkv·Dh)
 * @param keyStores (S, Hkv·Dh) for each layer, or one that all layers use in turn if no pass sees
 *     what an earlier one computed
 * @param valueStores likewise
 * @param attended (R, H·Dh)
 * @param projected (R, D)
 * @param gate (R, F)
 * @param up (R, F)
 */
record Activations(
    Tensor tokens,
    Tensor positions,
    Tensor storeRows,
    Tensor scoredRows,
    Tensor residual,
    Tensor normed,
    Tensor query,
    Tensor key,
    Tensor value,
    List<Tensor> keyStores,
    List<Tensor> valueStores,
    Tensor attended,
    Tensor projected,
    Tensor gate,
    Tensor up) {

  /** Room for such passes. */
  static Activations allocate(TensorOps ops, DreamConfig config, Footprint footprint) {
    int rows = footprint.rows();
    int width = config.hiddenSize();
    int kvWidth = config.keyValueSize();
    return new Activations(
        ops.allocateIndices(rows),
        ops.allocateIndices(rows),
        ops.allocateIndices(rows),
        ops.allocateIndices(rows),
        ops.allocate(rows, width),
        ops.allocate(rows, width),
        ops.allocate(rows, width),
        ops.allocate(rows, kvWidth),
        ops.allocate(rows, kvWidth),
        stores(ops, config, footprint),
        stores(ops, config, footprint),
        ops.allocate(rows, width),
        ops.allocate(rows, width),
        ops.allocate(rows, config.intermediateSize()),
        ops.allocate(rows, config.intermediateSize()));
  }

  private static List<Tensor> stores(TensorOps ops, DreamConfig config, Footprint footprint) {
    int stores =
        switch (footprint.keeping()) {
          case NOTHING -> 1;
          case EACH_LAYER -> config.numHiddenLayers();
        };
    return Stream.generate(() -> ops.allocate(footprint.storeRows(), config.keyValueSize()))
        .limit(stores)
        .toList();
  }

  /** Keys of a layer (S, Hkv·Dh). */
  Tensor keyStore(int layer) {
    return keyStores.get(layer % keyStores.size());
  }

  /** Values of a layer (S, Hkv·Dh). */
  Tensor valueStore(int layer) {
    return valueStores.get(layer % valueStores.size());
  }

  /** The same memory, seen as a pass over the first rows. */
  Activations firstRows(int rows) {
    return new Activations(
        tokens.firstRows(rows),
        positions.firstRows(rows),
        storeRows.firstRows(rows),
        scoredRows.firstRows(rows),
        residual.firstRows(rows),
        normed.firstRows(rows),
        query.firstRows(rows),
        key.firstRows(rows),
        value.firstRows(rows),
        keyStores,
        valueStores,
        attended.firstRows(rows),
        projected.firstRows(rows),
        gate.firstRows(rows),
        up.firstRows(rows));
  }
}
