/**
 * The test kit that defines when a tensor backend is right. A backend's test extends {@link
 * io.diffucoder.tck.TensorBackendContract}, which holds one contract per operation, or a single
 * contract, and says how to open itself:
 *
 * <pre>{@code
 * class CpuBackendTest extends TensorBackendContract {
 *   @Override
 *   public TensorBackend openBackend() {
 *     return new CpuBackendProvider().open(BackendOptions.DEFAULTS);
 *   }
 * }
 * }</pre>
 */
@NullMarked
package io.diffucoder.tck;

import org.jspecify.annotations.NullMarked;
