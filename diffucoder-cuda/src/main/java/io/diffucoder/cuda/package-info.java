/** What is known of the NVIDIA driver and GPU of this machine. */
@NullMarked
package io.diffucoder.cuda;

import org.jspecify.annotations.NullMarked;
