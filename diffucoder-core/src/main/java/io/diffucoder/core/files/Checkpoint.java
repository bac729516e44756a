package io.diffucoder.core.files;

import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * All tensors of a checkpoint: of a GGUF file, of {@code model.safetensors}, or of the shards that
 * {@code model.safetensors.index.json} names. Where both of the latter are there the single file is
 * read, as transformers does. Headers are checked when it is opened; no tensor's bytes are touched.
 */
public final class Checkpoint {
  private static final System.Logger LOG = System.getLogger(Checkpoint.class.getName());
  private static final String SINGLE_FILE = "model.safetensors";

  private final String file;
  private final Map<String, StoredTensor> tensors;

  private Checkpoint(String file, Map<String, StoredTensor> tensors) {
    this.file = file;
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /** The tensors of a GGUF file. */
  static Checkpoint of(GgufFile file) {
    return new Checkpoint(file.file(), byName(file.tensors()));
  }

  /**
   * Maps and checks all safetensors files.
   *
   * @throws io.diffucoder.api.ModelLoadException if there are none, a shard is missing or
   *     malformed, or index and shards do not agree on every tensor
   */
  public static Checkpoint open(ModelFiles files) {
    if (files.has(SINGLE_FILE)) {
      if (files.has(ShardIndex.NAME)) {
        LOG.log(Level.INFO, "{0} is read, {1} is not", SINGLE_FILE, ShardIndex.NAME);
      }
      return ofSingleFile(parse(files, SINGLE_FILE));
    }
    if (files.has(ShardIndex.NAME)) {
      return ofShards(files, ShardIndex.read(files));
    }
    throw Malformed.file(files.source(), "%s", withoutWeights(files.names()));
  }

  /** How messages call the file that lists the tensors: the single file, or the index. */
  public String file() {
    return file;
  }

  /** All tensors, in order of file and offset. */
  public Collection<StoredTensor> tensors() {
    return tensors.values();
  }

  /** The tensor of this name; empty if there is none. */
  public Optional<StoredTensor> tensor(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  private static Checkpoint ofSingleFile(SafetensorsFile file) {
    return new Checkpoint(file.file(), byName(file.tensors()));
  }

  private static Checkpoint ofShards(ModelFiles files, ShardIndex index) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (String shard : index.files()) {
      if (!files.has(shard)) {
        throw Malformed.file(
            files.describe(shard),
            "does not exist, %s needs it; is the download complete?",
            ShardIndex.NAME);
      }
      for (StoredTensor tensor : parse(files, shard).tensors()) {
        checkAgainstIndex(tensor, shard, index);
        tensors.put(tensor.name(), tensor);
      }
    }
    index
        .shards()
        .forEach((name, shard) -> {
          if (!tensors.containsKey(name)) {
            throw Malformed.file(
                files.describe(shard),
                "has no tensor %s, %s says it is here; are they from one checkpoint?",
                Malformed.quote(name),
                ShardIndex.NAME);
          }
        });
    return new Checkpoint(index.file(), tensors);
  }

  private static void checkAgainstIndex(StoredTensor tensor, String shard, ShardIndex index) {
    if (!shard.equals(index.shards().get(tensor.name()))) {
      String elsewhere = index.shards().get(tensor.name());
      throw Malformed.file(
          tensor.file(),
          "has a tensor %s, %s %s; are they from one checkpoint?",
          Malformed.quote(tensor.name()),
          ShardIndex.NAME,
          elsewhere == null ? "does not list it" : "says it is in " + Malformed.quote(elsewhere));
    }
  }

  private static SafetensorsFile parse(ModelFiles files, String name) {
    return SafetensorsFile.parse(files.describe(name), files.map(name));
  }

  private static Map<String, StoredTensor> byName(Collection<StoredTensor> tensors) {
    return tensors.stream()
        .collect(Collectors.toMap(StoredTensor::name, t -> t, (a, b) -> a, LinkedHashMap::new));
  }

  /** What is there instead of the weights, and what to do about it. */
  private static String withoutWeights(List<String> names) {
    Optional<String> other = names.stream().filter(name -> name.endsWith(".bin")).findFirst();
    if (other.isPresent()) {
      return "has %s, needs safetensors weights (%s, or shards with %s); convert it with save_pretrained(…, safe_serialization=True)"
          .formatted(Malformed.quote(other.get()), SINGLE_FILE, ShardIndex.NAME);
    }
    if (names.stream().anyMatch(name -> name.endsWith(".safetensors"))) {
      return "has shards without %s, which says what they hold; download it too"
          .formatted(ShardIndex.NAME);
    }
    return "has no weights, needs %s, or shards with %s, or a .gguf file; is the download complete?"
        .formatted(SINGLE_FILE, ShardIndex.NAME);
  }
}
