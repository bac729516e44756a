package io.diffucoder.tck;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole golden decode at temperature 0; the names are the file's.
 *
 * @param prompt token ids before the masks
 * @param genLength how many masks follow
 * @param steps denoising steps
 * @param eps the last timestep
 * @param alg maskgit_plus, topk_margin or entropy
 * @param temperature 0
 * @param minDecisionGap smallest difference that a choice of position or token hung on; float32
 *     cannot be asked to decide alike below about 1e-5
 * @param history the canvas after each step, prompt included
 */
public record GoldenGeneration(
    int[] prompt,
    int genLength,
    int steps,
    double eps,
    String alg,
    double temperature,
    double minDecisionGap,
    List<int[]> history) {
  public GoldenGeneration {
    history = List.copyOf(history);
  }

  static GoldenGeneration of(JsonNode json) {
    List<int[]> history = new ArrayList<>();
    json.get("history").forEach(canvas -> history.add(Json.ints(canvas)));
    return new GoldenGeneration(
        Json.ints(json.get("prompt")),
        json.get("gen_length").asInt(),
        json.get("steps").asInt(),
        json.get("eps").asDouble(),
        json.get("alg").asText(),
        json.get("temperature").asDouble(),
        json.get("min_decision_gap").asDouble(),
        history);
  }
}
