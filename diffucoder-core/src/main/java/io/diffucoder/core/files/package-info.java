/**
 * A model's files: where they come from, what they hold, and whether they fit together. Everything
 * read here is hostile until checked; every rejection is a {@link
 * io.diffucoder.api.ModelLoadException} that names the file, and the tensor or key.
 */
@NullMarked
package io.diffucoder.core.files;

import org.jspecify.annotations.NullMarked;
