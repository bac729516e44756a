package io.diffucoder;

import io.diffucoder.api.ChatMessage;
import io.diffucoder.api.GenerationEvent;
import io.diffucoder.api.GenerationRequest;
import io.diffucoder.api.GenerationResult;
import io.diffucoder.api.ModelLoadException;
import io.diffucoder.api.Prompt;
import io.diffucoder.core.files.StoredModel;
import io.diffucoder.core.model.Footprint;
import io.diffucoder.sampling.DiffusionSampler;
import io.diffucoder.sampling.GenerationOptions;
import io.diffucoder.sampling.Preset;
import io.diffucoder.sampling.SamplingOutcome;
import io.diffucoder.spi.BackendInfo;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.WeightFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A loaded DiffuCoder model: prompts in, code out. Thread-safe; every request has a session of its
 * own, and all share the weights. The caller closes it.
 *
 * <p>Methods that generate throw {@link IllegalArgumentException} if the prompt is empty or longer,
 * with the new tokens, than the model allows; {@link io.diffucoder.api.NumericalException} if the
 * network's numbers are not finite; {@link io.diffucoder.api.DeviceMemoryException} if the device's
 * memory does not suffice; and {@link IllegalStateException} after close.
 */
public final class DiffuCoder implements AutoCloseable {
  private final LoadedModel model;
  private final DiffusionSampler sampler = new MaskedDiffusionSampler();
  private final Sessions sessions = new Sessions();

  private DiffuCoder(LoadedModel model) {
    this.model = model;
  }

  /**
   * Loads a model: a directory in the Hugging Face layout ({@code config.json}, safetensors,
   * tokenizer files), a GGUF file, or a directory that holds one.
   *
   * @throws io.diffucoder.api.ModelLoadException if a file is missing or malformed
   * @throws io.diffucoder.api.BackendUnavailableException if no backend can run here
   */
  public static DiffuCoder load(Path model) {
    return builder().model(model).load();
  }

  /**
   * Loads the small model of {@code diffucoder-model-tiny} from the class path or module path.
   *
   * @throws io.diffucoder.api.ModelLoadException if it is not there
   * @throws io.diffucoder.api.BackendUnavailableException if no backend can run here
   */
  public static DiffuCoder loadEmbedded() {
    return builder().load();
  }

  /** For choosing the backend, the weight format or the number of threads. */
  public static Builder builder() {
    return new Builder();
  }

  /** Answers an instruction with the model's default options. */
  public GenerationResult generate(String instruction) {
    return generate(GenerationRequest.of(instruction));
  }

  /** Runs one request on the calling thread. */
  public GenerationResult generate(GenerationRequest request) {
    return generateAll(List.of(request)).getFirst();
  }

  /**
   * Runs several requests together, in one forward pass a step; the results are those that each
   * would have had alone, in order.
   */
  public List<GenerationResult> generateAll(List<GenerationRequest> requests) {
    sessions.requireOpen();
    List<Generation> generations =
        requests.stream().map(r -> Generation.prepare(model, r, sessions::closed)).toList();
    if (generations.isEmpty()) {
      return List.of();
    }
    Footprint footprint =
        generations.stream().map(Generation::footprint).reduce(Footprint::plus).orElseThrow();
    try (var session = sessions.open(() -> model.newDenoiser(footprint))) {
      List<SamplingOutcome> outcomes =
          session.run(denoiser ->
              sampler.sample(denoiser, generations.stream().map(Generation::task).toList()));
      List<GenerationResult> results = new ArrayList<>(outcomes.size());
      for (int i = 0; i < outcomes.size(); i++) {
        results.add(generations.get(i).finish(outcomes.get(i)));
      }
      return results;
    }
  }

  /** Answers a conversation, whose last message is the user's, with the model's default options. */
  public GenerationResult chat(List<ChatMessage> messages) {
    return generate(GenerationRequest.of(Prompt.chat(messages)));
  }

  /**
   * The request as events, lazily: taking an event may run a step, on the taking thread. Close the
   * stream to end the generation early.
   */
  public Stream<GenerationEvent> stream(GenerationRequest request) {
    sessions.requireOpen();
    Generation generation = Generation.prepare(model, request, sessions::closed);
    var session = sessions.open(() -> model.newDenoiser(generation.footprint()));
    GenerationStream events = new GenerationStream(sessions, session, generation);
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(events, Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(events::close);
  }

  /**
   * The options of requests that name none: {@code generation_config.json} if it sets {@code
   * max_new_tokens}, else {@link GenerationOptions#CPGRPO}.
   */
  public GenerationOptions defaults() {
    return model.defaults();
  }

  /** The model's default options, decoded as a preset says for the backend's device. */
  public GenerationOptions options(Preset preset) {
    return preset.applyTo(defaults(), backend().kind());
  }

  /** The text of one token, control tokens as they are written; for showing a canvas. */
  public String tokenText(int token) {
    return model.tokenText(token);
  }

  /** What the model's files say. */
  public ModelInfo info() {
    return ModelInfo.of(model.stored());
  }

  /** The backend that runs it. */
  public BackendInfo backend() {
    return model.backend().info();
  }

  /**
   * Ends running generations, which return what they have, and frees everything. A second call does
   * nothing.
   *
   * @throws IllegalStateException from within a listener of one of its own generations
   */
  @Override
  public void close() {
    if (sessions.closeAll()) {
      model.close();
    }
  }

  /** Where the model is and what runs it; everything has a default. */
  public static final class Builder {
    private Optional<Path> path = Optional.empty();
    private Optional<String> backend = Optional.empty();
    private WeightFormat weightFormat = WeightFormat.AS_STORED;
    private BackendOptions backendOptions = BackendOptions.DEFAULTS;

    private Builder() {}

    /** The model's directory or GGUF file; without it, the embedded model. */
    public Builder model(Path model) {
      path = Optional.of(model);
      return this;
    }

    /**
     * The backend's name, such as {@code cpu}, or {@value Backends#AUTO}: the best one that is
     * available and takes the weight format. Without it, what the system property {@value
     * Backends#PROPERTY} or the environment variable {@value Backends#ENVIRONMENT} says.
     */
    public Builder backend(String name) {
      backend = Optional.of(name);
      return this;
    }

    /**
     * How the backend keeps the weights; without it, as they are stored. In {@link
     * WeightFormat#Q4_0} the embedding table and the head keep 8 bits. A matrix whose rows are no
     * whole blocks, or that has fewer bits already, stays as it is stored.
     */
    public Builder weightFormat(WeightFormat format) {
      weightFormat = Objects.requireNonNull(format, "format");
      return this;
    }

    /** Compute threads of a CPU backend; 0, the default, lets the backend choose. */
    public Builder threads(int threads) {
      backendOptions = new BackendOptions(threads);
      return this;
    }

    /**
     * Opens the backend and loads the model.
     *
     * @throws io.diffucoder.api.ModelLoadException if a file is missing or malformed
     * @throws io.diffucoder.api.BackendUnavailableException if the backend cannot run here
     * @throws IllegalArgumentException if the backend was named and does not take the weight format
     */
    public DiffuCoder load() {
      StoredModel files = path.map(StoredModel::open).orElseGet(Builder::embedded);
      TensorBackend opened;
      try {
        String name = backend.orElseGet(Backends::requested);
        opened = Backends.open(name, weightFormat, backendOptions);
      } catch (RuntimeException | Error e) {
        files.close();
        throw e;
      }
      return new DiffuCoder(new LoadedModel(files, opened, weightFormat));
    }

    private static StoredModel embedded() {
      return StoredModel.openEmbedded()
          .orElseThrow(() ->
              new ModelLoadException(
                  "no model was named and none is on the class path; name a model's path, or"
                      + " add io.diffucoder:diffucoder-model-tiny"));
    }
  }
}
