package io.diffucoder.core.tokenizer;

import io.diffucoder.api.ModelLoadException;
import io.diffucoder.core.tokenizer.TokenList.Kind;
import io.diffucoder.spi.TokenSet;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Qwen2's tokenizer: text in Unicode's form C, cut into pieces, each a byte-pair encoding of its
 * UTF-8, and control tokens beside them. No begin or end token is ever added. Immutable but for a
 * bounded cache, and thread-safe.
 */
public final class Tokenizer {
  private static final int CACHED_PIECES = 1 << 14;
  private static final int CACHED_PIECE_LENGTH = 64;

  private final OrdinaryTokens ordinary;
  private final ControlTokens controls;
  private final BytePairEncoder bytePairs;
  private final BitSet defined;
  private final Map<String, int[]> cache = new ConcurrentHashMap<>();

  Tokenizer(OrdinaryTokens ordinary, ControlTokens controls, BytePairEncoder bytePairs) {
    this.ordinary = ordinary;
    this.controls = controls;
    this.bytePairs = bytePairs;
    this.defined = ordinary.defined();
    controls.all().forEach(token -> defined.set(token.id()));
  }

  /**
   * Reads a tokenizer from {@code tokenizer.json}, or where that is missing from {@code vocab.json}
   * and {@code merges.txt}; in both cases with the control tokens of {@code added_tokens.json} and
   * {@code tokenizer_config.json}, where there are such files.
   *
   * <p>{@link #decodeSkippingSpecial} skips the tokens that {@code tokenizer.json} calls special,
   * and those that {@code special_tokens_map.json}, or in its absence {@code
   * tokenizer_config.json}, names; if nothing says, all control tokens.
   *
   * @throws ModelLoadException if a file is missing, malformed or describes another kind of
   *     tokenizer; the message names the file and the key
   */
  public static Tokenizer load(TokenizerFiles files) {
    return new TokenizerLoader(files).load();
  }

  /**
   * Makes a tokenizer of lists.
   *
   * @param file how messages call the file that they are from
   * @throws ModelLoadException if they contradict themselves or lack a byte
   */
  public static Tokenizer of(TokenList list, String file) {
    SourceFile source = new SourceFile(name -> Optional.empty(), file);
    return new TokenizerAssembly(list.toModel(source)).build();
  }

  /** The tokenizer as lists; an id that is an ordinary and a control token's is the latter's. */
  public TokenList toList() {
    List<TokenList.Token> tokens =
        IntStream.range(0, idLimit()).mapToObj(this::listedToken).toList();
    List<String> merges =
        LongStream.of(bytePairs.merges().pairs())
            .mapToObj(pair ->
                ordinary.spelling((int) (pair >>> 32)) + " " + ordinary.spelling((int) pair))
            .toList();
    return new TokenList(tokens, merges);
  }

  private TokenList.Token listedToken(int id) {
    ControlToken control = controls.withId(id);
    if (control != null) {
      return new TokenList.Token(control.text(), isSpecial(id) ? Kind.SPECIAL : Kind.SHOWN);
    }
    return ordinary.isDefined(id)
        ? new TokenList.Token(ordinary.spelling(id), Kind.ORDINARY)
        : new TokenList.Token("", Kind.UNUSED);
  }

  /**
   * The tokens of plain text: a control token's text in it is encoded as ordinary characters, so
   * that what users write can never act as a control token. Unpaired surrogates count as U+FFFD.
   */
  public int[] encode(String text) {
    IntStream.Builder out = IntStream.builder();
    encodeOrdinary(Normalization.normalize(text), out);
    return out.build().toArray();
  }

  /**
   * The tokens of trusted text, as the reference makes them: form C of the whole text first, then
   * the control tokens written in it, the leftmost and longest first, then the text between them.
   * Unpaired surrogates count as U+FFFD.
   */
  public int[] encodeWithControlTokens(String text) {
    String normalized = Normalization.normalize(text);
    IntStream.Builder out = IntStream.builder();
    int begin = 0;
    for (int i = 0; i < normalized.length(); ) {
      ControlToken control = controls.longestAt(normalized, i);
      if (control == null) {
        i++;
      } else {
        encodeOrdinary(normalized.substring(begin, i), out);
        out.add(control.id());
        i += control.text().length();
        begin = i;
      }
    }
    encodeOrdinary(normalized.substring(begin), out);
    return out.build().toArray();
  }

  /**
   * The text of tokens. Control tokens are literal; every maximal ill-formed part of the UTF-8
   * between them becomes one U+FFFD, and so does an id without a token.
   *
   * @throws IllegalArgumentException if an id is negative
   */
  public String decode(int... ids) {
    return decode(IntStream.of(ids));
  }

  /** As {@link #decode(int...)}. */
  public String decode(IntStream ids) {
    TokenDecoder decoder = newDecoder();
    StringBuilder out = new StringBuilder();
    ids.forEachOrdered(id -> decoder.append(id, out));
    decoder.finish(out);
    return out.toString();
  }

  /** As {@link #decode(int...)}, as if the special tokens were not there. */
  public String decodeSkippingSpecial(int... ids) {
    return decode(IntStream.of(ids).filter(id -> !isSpecial(id)));
  }

  /** A decoder that takes tokens one by one. */
  public TokenDecoder newDecoder() {
    return new TokenDecoder(ordinary, controls);
  }

  /** The id of the token whose text is exactly this, {@code <|im_end|>} or {@code " world"}. */
  public OptionalInt idOf(String tokenText) {
    ControlToken control = controls.withText(tokenText);
    return control == null
        ? ordinary.idOf(tokenText.getBytes(StandardCharsets.UTF_8))
        : OptionalInt.of(control.id());
  }

  /**
   * The text of one token by itself: U+FFFD for bytes that are no whole character, and for an id
   * without a token.
   *
   * @throws IllegalArgumentException if the id is negative
   */
  public String tokenText(int id) {
    return decode(id);
  }

  /** How many ids have a token. */
  public int size() {
    return defined.cardinality();
  }

  /** The largest id that has a token, plus one. */
  public int idLimit() {
    return defined.length();
  }

  /** Whether the id has a token. */
  public boolean isDefined(int id) {
    return id >= 0 && defined.get(id);
  }

  /** Whether the id is a control token's. */
  public boolean isControl(int id) {
    return controls.withId(id) != null;
  }

  /** Whether the id is a control token's that {@link #decodeSkippingSpecial} skips. */
  public boolean isSpecial(int id) {
    ControlToken control = controls.withId(id);
    return control != null && control.skip() == ControlToken.Skip.SKIPPED;
  }

  /**
   * The ids below {@code vocabularyRows} without a token: rows of the output table that must not be
   * sampled, since they stand for nothing.
   */
  public TokenSet undefinedIds(int vocabularyRows) {
    return TokenSet.of(IntStream.range(0, vocabularyRows).filter(id -> !defined.get(id)));
  }

  /** The ids whose text holds a line feed. */
  public TokenSet lineBreaks() {
    return TokenSet.of(defined.stream().filter(id -> tokenText(id).indexOf('\n') >= 0));
  }

  private void encodeOrdinary(String normalized, IntStream.Builder out) {
    PreTokenizer.split(
        normalized,
        piece -> {
          for (int id : encodePiece(piece)) {
            out.add(id);
          }
        });
  }

  private int[] encodePiece(String piece) {
    if (piece.length() > CACHED_PIECE_LENGTH) {
      return bytePairs.encode(piece.getBytes(StandardCharsets.UTF_8));
    }
    int[] known = cache.get(piece);
    if (known != null) {
      return known;
    }
    int[] ids = bytePairs.encode(piece.getBytes(StandardCharsets.UTF_8));
    if (cache.size() >= CACHED_PIECES) {
      cache.clear();
    }
    cache.put(piece, ids);
    return ids;
  }

  @Override
  public String toString() {
    return "Tokenizer[" + size() + " tokens]";
  }
}
