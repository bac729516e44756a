package io.diffucoder.core.files;

import io.diffucoder.core.tokenizer.TokenList;
import io.diffucoder.core.tokenizer.TokenList.Kind;
import io.diffucoder.core.tokenizer.TokenList.Token;
import io.diffucoder.core.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A tokenizer of the Qwen2 kind in GGUF metadata. */
final class GgufTokenizer {
  /** Byte-pair encoding over GPT-2's byte alphabet. */
  private static final String MODEL = "gpt2";

  /** Qwen2's expression, which Dream models share. */
  private static final String PRE = "qwen2";

  // llama.cpp's numbers for what a token is.
  private static final int NORMAL = 1;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int UNUSED = 5;

  private GgufTokenizer() {}

  /** Reads and checks a tokenizer. */
  static Tokenizer read(GgufMetadata metadata) {
    String model = metadata.text(GgufNames.TOKENIZER_MODEL).orElse("none");
    if (model.equals("none")) {
      throw Malformed.file(
          metadata.file(),
          "has no tokenizer (%s), needs one; convert the model again, with its tokenizer's files",
          GgufNames.TOKENIZER_MODEL);
    }
    if (!model.equals(MODEL)) {
      throw metadata.rejected(
          GgufNames.TOKENIZER_MODEL,
          "needs %s; only tokenizers of the Qwen2 kind are supported".formatted(MODEL));
    }
    if (!metadata.text(GgufNames.TOKENIZER_PRE).orElse("").equals(PRE)) {
      throw metadata.rejected(
          GgufNames.TOKENIZER_PRE,
          "needs %s; only tokenizers of the Qwen2 kind are supported".formatted(PRE));
    }
    return Tokenizer.of(list(metadata), metadata.file());
  }

  /** Adds a tokenizer of the Qwen2 kind, with tokens for a vocabulary of this size. */
  static void write(Tokenizer tokenizer, int vocabSize, Map<String, GgufValue> into) {
    TokenList list = tokenizer.toList();
    List<String> texts = new ArrayList<>(vocabSize);
    int[] types = new int[vocabSize];
    for (int id = 0; id < vocabSize; id++) {
      Token token = id < list.tokens().size() ? list.tokens().get(id) : new Token("", Kind.UNUSED);
      types[id] =
          switch (token.kind()) {
            case ORDINARY -> NORMAL;
            case SPECIAL -> CONTROL;
            case SHOWN -> USER_DEFINED;
            case UNUSED -> UNUSED;
          };
      // llama.cpp wants every text only once.
      texts.add(types[id] == UNUSED ? "[PAD" + id + "]" : token.text());
    }
    into.put(GgufNames.TOKENIZER_MODEL, GgufValue.of(MODEL));
    into.put(GgufNames.TOKENIZER_PRE, GgufValue.of(PRE));
    into.put(GgufNames.TOKENS, GgufValue.of(texts));
    into.put(GgufNames.TOKEN_TYPES, GgufValue.of(types));
    into.put(GgufNames.MERGES, GgufValue.of(list.merges()));
  }

  private static TokenList list(GgufMetadata metadata) {
    List<String> texts = required(metadata, GgufNames.TOKENS, metadata.texts(GgufNames.TOKENS));
    int[] types =
        required(metadata, GgufNames.TOKEN_TYPES, metadata.integers(GgufNames.TOKEN_TYPES));
    List<String> merges = required(metadata, GgufNames.MERGES, metadata.texts(GgufNames.MERGES));
    if (types.length != texts.size()) {
      throw Malformed.file(
          metadata.file(),
          "%s has %d elements, %s has %d; they need to be as long",
          GgufNames.TOKEN_TYPES,
          types.length,
          GgufNames.TOKENS,
          texts.size());
    }
    List<Token> tokens = new ArrayList<>(types.length);
    for (int id = 0; id < types.length; id++) {
      tokens.add(new Token(texts.get(id), kind(metadata, id, types[id])));
    }
    return new TokenList(tokens, merges);
  }

  private static <T> T required(GgufMetadata metadata, String key, Optional<T> value) {
    return value.orElseThrow(() -> metadata.rejected(key, "needs to be there for a tokenizer"));
  }

  private static Kind kind(GgufMetadata metadata, int id, int type) {
    return switch (type) {
      case NORMAL -> Kind.ORDINARY;
      case CONTROL -> Kind.SPECIAL;
      case USER_DEFINED -> Kind.SHOWN;
      case UNUSED -> Kind.UNUSED;
      default ->
          throw Malformed.file(
              metadata.file(),
              "%s is %d for id %d, needs %d, %d, %d or %d",
              GgufNames.TOKEN_TYPES,
              type,
              id,
              NORMAL,
              CONTROL,
              USER_DEFINED,
              UNUSED);
    };
  }
}
