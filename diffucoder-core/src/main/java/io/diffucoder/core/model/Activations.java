package io.diffucoder.core.model;

import io.diffucoder.core.files.DreamConfig;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorOps;

/**
 * Every tensor that a forward pass writes, allocated once for the most rows that it will see; a
 * pass over fewer rows uses the first of them.
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
 * @param keyStore (R, Hkv·Dh), addressed by canvas row
 * @param valueStore (R, Hkv·Dh), addressed by canvas row
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
    Tensor keyStore,
    Tensor valueStore,
    Tensor attended,
    Tensor projected,
    Tensor gate,
    Tensor up) {

  /** Room for passes over up to this many rows. */
  static Activations allocate(TensorOps ops, DreamConfig config, int rows) {
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
        ops.allocate(rows, kvWidth),
        ops.allocate(rows, kvWidth),
        ops.allocate(rows, width),
        ops.allocate(rows, width),
        ops.allocate(rows, config.intermediateSize()),
        ops.allocate(rows, config.intermediateSize()));
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
        keyStore,
        valueStore,
        attended.firstRows(rows),
        projected.firstRows(rows),
        gate.firstRows(rows),
        up.firstRows(rows));
  }
}
