package io.diffucoder.cli;

import io.diffucoder.api.GenerationMetrics;

/**
 * One task's answer with one setting.
 *
 * @param task index of the task
 * @param setting how it was made
 * @param text the answer
 * @param metrics what it took
 */
record Sample(int task, Setting setting, String text, GenerationMetrics metrics) {

  /** Rows of the canvas that the network computed, all steps together. */
  long rows() {
    return metrics.rowsComputed();
  }
}
