package io.diffucoder.core.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which file of a sharded checkpoint holds which tensor: {@code model.safetensors.index.json}. Its
 * {@code total_size} is not believed, nor needed.
 *
 * @param file how messages call the index
 * @param shards tensor name to the plain name of a file beside the index
 */
record ShardIndex(String file, Map<String, String> shards) {
  static final String NAME = "model.safetensors.index.json";

  /** Names a file on every system and in every locale, and nothing outside the directory. */
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9._-]+\\.safetensors");

  ShardIndex {
    shards = Collections.unmodifiableMap(new LinkedHashMap<>(shards));
  }

  /** Reads an index that is known to be there. */
  static ShardIndex read(ModelFiles files) {
    String file = files.describe(NAME);
    ObjectNode json =
        StrictJson.readObject(files, NAME)
            .orElseThrow(() -> Malformed.file(file, "does not exist any more"));
    if (!(json.get("weight_map") instanceof ObjectNode map) || map.isEmpty()) {
      throw Malformed.file(
          file, "has no weight_map, needs an object of tensor names to file names");
    }
    Map<String, String> shards = new LinkedHashMap<>();
    map.forEachEntry((tensor, shard) -> shards.put(tensor, plainName(file, tensor, shard)));
    return new ShardIndex(file, shards);
  }

  /** All files of the checkpoint, sorted. */
  SortedSet<String> files() {
    return new TreeSet<>(shards.values());
  }

  private static String plainName(String file, String tensor, JsonNode shard) {
    String name = shard.isTextual() ? shard.textValue() : "";
    boolean plain = PLAIN_NAME.matcher(name).matches();
    if (!plain) {
      throw Malformed.file(
          file,
          "tensor %s is said to be in %s, needs the plain name of a .safetensors file beside the"
              + " index",
          Malformed.quote(tensor),
          Malformed.quote(shard.isTextual() ? name : shard.toString()));
    }
    return name;
  }
}
