package io.diffucoder.api;

import java.util.Objects;

/**
 * What a generation took. Nothing here counts padding: tokens are those before the first end token.
 *
 * @param networkEvaluations forward passes (NFE)
 * @param rowsComputed canvas positions that ran through the network, in all passes together
 * @param generatedTokens tokens before the first end token
 * @param promptTokens tokens of the prompt
 * @param encodeNanos time to render and tokenise the prompt
 * @param denoiseNanos time of the denoising loop, forward passes included
 * @param networkNanos time of the forward passes and scores, a part of denoiseNanos; in a batch
 *     they are for all its requests
 * @param decodeNanos time to turn tokens into text
 * @param arNess how close to left-to-right the commits came
 */
public record GenerationMetrics(
    int networkEvaluations,
    long rowsComputed,
    int generatedTokens,
    int promptTokens,
    long encodeNanos,
    long denoiseNanos,
    long networkNanos,
    long decodeNanos,
    ArNess arNess) {
  public GenerationMetrics {
    Objects.requireNonNull(arNess, "arNess");
  }

  /** Real tokens per forward pass (TPF); 0 if no pass ran. */
  public double tokensPerForward() {
    return networkEvaluations == 0 ? 0 : (double) generatedTokens / networkEvaluations;
  }

  /** Real tokens per second of denoising; 0 if no time passed. */
  public double tokensPerSecond() {
    return denoiseNanos == 0 ? 0 : generatedTokens * 1e9 / denoiseNanos;
  }

  /** Time of all phases together. */
  public long totalNanos() {
    return encodeNanos + denoiseNanos + decodeNanos;
  }
}
