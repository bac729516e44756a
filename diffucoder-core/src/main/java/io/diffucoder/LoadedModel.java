package io.diffucoder;

import io.diffucoder.api.ModelLoadException;
import io.diffucoder.api.Prompt;
import io.diffucoder.core.chat.ChatMlTemplate;
import io.diffucoder.core.chat.StopRule;
import io.diffucoder.core.files.DreamConfig;
import io.diffucoder.core.files.StoredModel;
import io.diffucoder.core.model.DreamTransformer;
import io.diffucoder.core.model.Footprint;
import io.diffucoder.core.model.TransformerDenoiser;
import io.diffucoder.core.model.WeightLoader;
import io.diffucoder.core.stream.Frontier;
import io.diffucoder.core.tokenizer.Tokenizer;
import io.diffucoder.sampling.BlockSchedule;
import io.diffucoder.sampling.Denoiser;
import io.diffucoder.sampling.GenerationOptions;
import io.diffucoder.sampling.TokenRoles;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TokenSet;
import io.diffucoder.spi.WeightFormat;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A model's files on a backend, with all that a request needs of them. Thread-safe. */
final class LoadedModel implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(DiffuCoder.class.getName());

  /** What the Dream authors say input and output may have together (reference 1.5). */
  private static final int TRAINED_CONTEXT = 2048;

  private static final String MASK = "<|mask|>";

  private final StoredModel stored;
  private final TensorBackend backend;
  private final DreamTransformer transformer;
  private final Tokenizer tokenizer;
  private final int maskTokenId;
  private final ChatMlTemplate template;
  private final StopRule stopRule;
  private final TokenSet neverSampled;
  private final GenerationOptions defaults;
  private final AtomicBoolean warnedOfLength = new AtomicBoolean();
  private final AtomicReference<@Nullable TokenSet> lineBreaks = new AtomicReference<>();

  /** Loads the weights; takes over files and backend, and closes both if that fails. */
  LoadedModel(StoredModel stored, TensorBackend backend, WeightFormat format) {
    this.stored = stored;
    this.backend = backend;
    try {
      this.tokenizer = loadTokenizer(stored);
      this.maskTokenId = maskTokenId(stored, tokenizer);
      this.transformer = WeightLoader.load(stored, backend, format);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
    this.template = new ChatMlTemplate(tokenizer);
    this.stopRule = StopRule.of(tokenizer, endIds(config()));
    this.neverSampled = neverSampled(tokenizer, maskTokenId, config().vocabSize());
    this.defaults = stored.generationConfig().toOptions().orElse(GenerationOptions.CPGRPO);
  }

  private static Tokenizer loadTokenizer(StoredModel stored) {
    Tokenizer tokenizer = stored.tokenizer();
    if (tokenizer.idLimit() > stored.config().vocabSize()) {
      throw new ModelLoadException(
          ("%s: the tokenizer has ids up to %d, config.json's vocab_size allows %d; are its files from"
                  + " another checkpoint?")
              .formatted(
                  stored.source(), tokenizer.idLimit() - 1, stored.config().vocabSize() - 1));
    }
    return tokenizer;
  }

  private static int maskTokenId(StoredModel stored, Tokenizer tokenizer) {
    Integer configured = stored.config().maskTokenId();
    return configured != null
        ? configured
        : tokenizer
            .idOf(MASK)
            .orElseThrow(() ->
                new ModelLoadException(
                    "%s: says no mask_token_id and its tokenizer has no %s, needs either; is it a diffusion model?"
                        .formatted(stored.source(), MASK)));
  }

  private static TokenSet neverSampled(Tokenizer tokenizer, int maskTokenId, int vocabSize) {
    TokenSet undefined = tokenizer.undefinedIds(vocabSize);
    return TokenSet.of(
        IntStream.concat(
            IntStream.of(maskTokenId), IntStream.range(0, undefined.size()).map(undefined::id)));
  }

  private static int[] endIds(DreamConfig config) {
    return Stream.of(config.eosTokenId(), config.padTokenId())
        .filter(Objects::nonNull)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  DreamConfig config() {
    return stored.config();
  }

  StoredModel stored() {
    return stored;
  }

  int maskTokenId() {
    return maskTokenId;
  }

  TensorBackend backend() {
    return backend;
  }

  StopRule stopRule() {
    return stopRule;
  }

  /** What the model's tokens mean, as far as these options ask. */
  TokenRoles roles(GenerationOptions options) {
    return new TokenRoles(
        switch (options.vocabulary()) {
          case DEFINED_TOKENS -> neverSampled;
          case ALL_ROWS -> TokenSet.NONE;
        },
        stopRule.endTokens(),
        options.plan().blocks() instanceof BlockSchedule.Lines ? lineBreaks() : TokenSet.NONE);
  }

  /** Found when they are first asked for: the whole vocabulary is read for them. */
  private TokenSet lineBreaks() {
    TokenSet known = lineBreaks.get();
    if (known == null) {
      known = tokenizer.lineBreaks();
      lineBreaks.set(known);
    }
    return known;
  }

  GenerationOptions defaults() {
    return defaults;
  }

  /** A denoiser with room for this. */
  Denoiser newDenoiser(Footprint footprint) {
    return new TransformerDenoiser(transformer, backend, footprint);
  }

  Frontier frontier(int promptTokens) {
    return new Frontier(tokenizer, stopRule, promptTokens, maskTokenId);
  }

  /** The prompt's token ids; may be empty. */
  int[] encode(Prompt prompt) {
    return switch (prompt) {
      case Prompt.Completion completion -> tokenizer.encode(completion.text());
      case Prompt.Chat chat -> template.encode(requireContent(chat));
      case Prompt.Tokens tokens -> requireInVocabulary(tokens.ids());
    };
  }

  private static Prompt.Chat requireContent(Prompt.Chat chat) {
    if (chat.messages().getLast().content().isBlank()) {
      throw new IllegalArgumentException("the prompt is empty: its last message has no content");
    }
    return chat;
  }

  private int[] requireInVocabulary(int[] ids) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= config().vocabSize()) {
        throw new IllegalArgumentException(
            "prompt token %d is %d, the model's ids go from 0 to %d"
                .formatted(i, ids[i], config().vocabSize() - 1));
      }
    }
    return ids;
  }

  String decode(int[] tokens) {
    return tokenizer.decode(tokens);
  }

  String tokenText(int token) {
    return tokenizer.tokenText(token);
  }

  /** Refuses what the model cannot hold, and warns once of what it was not trained for. */
  void requireRoomFor(int promptTokens, int newTokens) {
    long total = (long) promptTokens + newTokens;
    if (total > config().maxPositionEmbeddings()) {
      throw new IllegalArgumentException(
          ("a prompt of %d tokens and %d new ones make %d, the model allows %d; shorten the prompt"
                  + " or ask for fewer new tokens")
              .formatted(promptTokens, newTokens, total, config().maxPositionEmbeddings()));
    }
    if (total > TRAINED_CONTEXT && warnedOfLength.compareAndSet(false, true)) {
      LOG.log(
          Level.WARNING,
          "a canvas of {0} tokens is longer than the {1} that DiffuCoder was trained for; expect"
              + " worse text",
          total,
          TRAINED_CONTEXT);
    }
  }

  @Override
  public void close() {
    backend.close();
    stored.close();
  }
}
