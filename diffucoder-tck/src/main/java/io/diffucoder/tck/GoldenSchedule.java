package io.diffucoder.tck;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How many tokens Dream's schedule commits in each step.
 *
 * @param masks masks at the start
 * @param steps denoising steps
 * @param eps the last timestep
 * @param counts tokens committed in each of the steps
 */
public record GoldenSchedule(int masks, int steps, double eps, int[] counts) {
  static GoldenSchedule of(JsonNode json) {
    return new GoldenSchedule(
        json.get("n_mask").asInt(),
        json.get("steps").asInt(),
        json.get("eps").asDouble(),
        Json.ints(json.get("counts")));
  }
}
