package io.diffucoder.core.files;

import io.diffucoder.core.tokenizer.Tokenizer;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What a model's files say of it, whichever kind of files they are; whether it fits together is not
 * checked yet.
 *
 * @param config the architecture
 * @param generationConfig its own sampling defaults
 * @param checkpoint its tensors
 * @param naming how they are called there
 * @param tokenizer reads its tokenizer
 * @param metadata says all but the tensors in GGUF's terms
 */
record ModelDescription(
    DreamConfig config,
    GenerationConfig generationConfig,
    Checkpoint checkpoint,
    Naming naming,
    Supplier<Tokenizer> tokenizer,
    Supplier<Map<String, GgufValue>> metadata) {

  /**
   * How a kind of files calls things.
   *
   * @param config for messages: where it keeps the architecture
   * @param tensorOf the name of the tensor that holds a weight of {@link WeightNames}
   * @param harmless whether a tensor that holds none may be there all the same
   */
  record Naming(String config, UnaryOperator<String> tensorOf, Predicate<String> harmless) {}

  /** Reads the one model in these files. */
  static ModelDescription read(ModelFiles files) {
    return GgufModel.find(files)
        .map(name -> GgufModel.read(files, name))
        .orElseGet(() -> HuggingFaceModel.read(files));
  }
}
