package io.diffucoder.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.api.ModelLoadException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class GgufConfigTest {

  @Test
  void reads_the_architecture_in_config_jsons_terms() {
    DreamConfig config = read(GgufSketch.valid());

    assertThat(config.vocabSize()).isEqualTo(260);
    assertThat(config.hiddenSize()).isEqualTo(8);
    assertThat(config.intermediateSize()).isEqualTo(6);
    assertThat(config.numHiddenLayers()).isEqualTo(2);
    assertThat(config.numAttentionHeads()).isEqualTo(2);
    assertThat(config.numKeyValueHeads()).isEqualTo(1);
    assertThat(config.maxPositionEmbeddings()).isEqualTo(64);
    assertThat(config.rmsNormEps()).isEqualTo(1e-6f);
    assertThat(config.ropeTheta()).isEqualTo(10000);
    assertThat(config.tieWordEmbeddings()).isFalse();
    assertThat(config.maskTokenId()).isEqualTo(258);
    assertThat(config.eosTokenId()).isEqualTo(257);
    assertThat(config.padTokenId()).isNull();
    assertThat(config.keys())
        .containsEntry("general.name", "\"a sketch\"")
        .containsEntry("dream.embedding_length", "8")
        .containsEntry("tokenizer.ggml.tokens", "\"260 × STRING\"")
        .containsEntry("tie_word_embeddings", "false");
  }

  @Test
  void says_the_same_of_what_it_wrote() {
    GgufSketch sketch = GgufSketch.valid().with("tokenizer.ggml.padding_token_id", 257);
    DreamConfig config = read(sketch);
    GgufMetadata written = new GgufMetadata("x", GgufConfig.write(config));

    assertThat(sketch.keys)
        .filteredOn(key -> key.name.startsWith("dream.") || key.name.endsWith("_id"))
        .hasSize(13)
        .allSatisfy(key -> {
          GgufValue value = Objects.requireNonNull(written.values().get(key.name));
          assertThat(value.type().id()).as(key.name).isEqualTo(key.type);
          assertThat(value.bytes().toArray(ValueLayout.JAVA_BYTE))
              .as(key.name)
              .isEqualTo(key.value);
        });
  }

  @Test
  void takes_an_absent_head_for_tied() {
    assertThat(read(GgufSketch.valid().without("output.weight")).tieWordEmbeddings()).isTrue();
  }

  @Test
  void takes_the_number_of_tokens_for_an_absent_vocabulary_size() {
    assertThat(read(GgufSketch.valid().without("dream.vocab_size")).vocabSize()).isEqualTo(260);
  }

  @Test
  void takes_the_query_heads_for_absent_key_and_value_heads_as_llama_cpp_does() {
    GgufSketch sketch = GgufSketch.valid().without("dream.attention.head_count_kv");

    assertThat(read(sketch).numKeyValueHeads()).isEqualTo(2);
  }

  @Test
  void takes_10000_for_an_absent_rotary_base_as_llama_cpp_does() {
    assertThat(read(GgufSketch.valid().without("dream.rope.freq_base")).ropeTheta())
        .isEqualTo(10000);
  }

  @Test
  void needs_no_word_on_causality_and_shift_as_the_architecture_says_it() {
    GgufSketch sketch =
        GgufSketch.valid().without("dream.attention.causal").without("diffusion.shift_logits");

    assertThat(read(sketch).hiddenSize()).isEqualTo(8);
  }

  @Test
  void takes_settings_that_say_what_is_so_anyway() {
    GgufSketch sketch =
        GgufSketch.valid()
            .with("dream.rope.scaling.type", "none")
            .with("dream.rope.dimension_count", 4)
            .with("dream.attention.key_length", 4)
            .with("dream.attention.value_length", 4)
            .with("dream.attention.sliding_window", 0)
            .with("split.count", 1);

    assertThat(read(sketch).headDim()).isEqualTo(4);
  }

  @Test
  void has_no_mask_where_the_file_does_not_say() {
    assertThat(read(GgufSketch.valid().without("tokenizer.ggml.mask_token_id")).maskTokenId())
        .isNull();
  }

  @Test
  void says_what_is_missing() {
    assertThatThrownBy(() -> read(GgufSketch.valid().without("dream.embedding_length")))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(
            "x.gguf: has no dream.embedding_length and needs it; convert the original checkpoint"
                + " again");
  }

  @Test
  void says_of_which_model_it_is_a_part() {
    GgufSketch part = GgufSketch.valid().with("split.no", 1).with("split.count", 3);

    assertThatThrownBy(() -> read(part))
        .hasMessage(
            "x.gguf: is part 1 (from 0) of a model in 3 files, needs one file; join them with"
                + " llama-gguf-split --merge");
  }

  private static DreamConfig read(GgufSketch sketch) {
    return GgufConfig.read(GgufFile.parse("x.gguf", MemorySegment.ofArray(sketch.bytes())));
  }
}
