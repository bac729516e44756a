package io.diffucoder.tck;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Four random models and what an independent PyTorch implementation makes of them, as resources of
 * this kit; see the README beside them.
 */
public final class GoldenData {
  private static final List<String> MODELS =
      List.of("tiny", "tiny-gqa7-bf16", "tiny-hd128-f16", "tiny-tied");

  private static final String INDEX = "model.safetensors.index.json";

  private GoldenData() {}

  /** The models' names. */
  public static List<String> models() {
    return MODELS;
  }

  /** A model's sizes. */
  public static GoldenConfig config(String model) {
    return GoldenConfig.of(json(model + "/config.json"));
  }

  /** A model's forward passes. */
  public static List<GoldenCase> cases(String model) {
    Safetensors tensors = safetensors(model + "/golden.safetensors");
    List<GoldenCase> cases = new ArrayList<>();
    for (JsonNode entry : json(model + "/golden.json").get("cases")) {
      cases.add(new GoldenCase(model, entry.get("name").asText(), tensors));
    }
    return cases;
  }

  /** A model's whole decodes. */
  public static List<GoldenGeneration> generations(String model) {
    List<GoldenGeneration> generations = new ArrayList<>();
    json(model + "/generations.json")
        .get("generations")
        .forEach(entry -> generations.add(GoldenGeneration.of(entry)));
    return generations;
  }

  /** How many tokens are committed in each step, for many (masks, steps, eps). */
  public static List<GoldenSchedule> schedules() {
    List<GoldenSchedule> schedules = new ArrayList<>();
    json("schedule.json").forEach(entry -> schedules.add(GoldenSchedule.of(entry)));
    return schedules;
  }

  /**
   * A tensor of {@code sampling.safetensors}: {@code logits} (6, 96), or a filter's {@code probs}
   * (6, 96), {@code margin} (1, 6) or {@code neg_entropy} (1, 6) as in {@code t0.4_p0.95.probs}.
   */
  public static Matrix sampling(String tensor) {
    return safetensors("sampling.safetensors").matrix(tensor);
  }

  /** Writes a model's configuration and weights, as Hugging Face lays them out, into a folder. */
  public static Path copyModelTo(String model, Path dir) {
    try {
      Files.createDirectories(dir);
      for (String file : List.of("config.json", "generation_config.json")) {
        Files.write(dir.resolve(file), bytes(model + "/" + file));
      }
      for (String file : weightFiles(model)) {
        Files.write(dir.resolve(file), bytes(model + "/" + file));
      }
      if (isSharded(model)) {
        Files.write(dir.resolve(INDEX), bytes(model + "/" + INDEX));
      }
      return dir;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot copy golden model '%s' to %s".formatted(model, dir), e);
    }
  }

  /** The names of a model's weight files. */
  static List<String> weightFiles(String model) {
    if (!isSharded(model)) {
      return List.of("model.safetensors");
    }
    TreeSet<String> shards = new TreeSet<>();
    json(model + "/" + INDEX).get("weight_map").forEach(file -> shards.add(file.asText()));
    return List.copyOf(shards);
  }

  /** A file below the golden folder. */
  static byte[] bytes(String file) {
    try (InputStream stream = GoldenData.class.getResourceAsStream("golden/" + file)) {
      if (stream == null) {
        throw new IllegalArgumentException(
            "no golden file '%s'; the models are %s".formatted(file, MODELS));
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read golden file '%s'".formatted(file), e);
    }
  }

  private static boolean isSharded(String model) {
    return GoldenData.class.getResource("golden/" + model + "/" + INDEX) != null;
  }

  private static Safetensors safetensors(String file) {
    return Safetensors.of(MemorySegment.ofArray(bytes(file)));
  }

  private static JsonNode json(String file) {
    return Json.parse(new String(bytes(file), StandardCharsets.UTF_8));
  }
}
