/** Requests, results, events and errors: plain values that applications exchange with the SDK. */
@NullMarked
package io.diffucoder.api;

import org.jspecify.annotations.NullMarked;
