package io.diffucoder.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.api.ModelLoadException;
import io.diffucoder.core.files.GgufSketch.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

class GgufFileTest {

  @Test
  void finds_every_tensor_with_its_rows_columns_and_bytes() {
    GgufFile file = parse(GgufSketch.valid());

    assertThat(file.tensors()).hasSize(27);
    StoredTensor gate = file.tensor("blk.1.ffn_gate.weight").orElseThrow();
    assertThat(gate.describe()).isEqualTo("F32[6, 8]");
    assertThat(gate.bytes().toArray(ValueLayout.JAVA_BYTE))
        .isEqualTo(GgufSketch.valid().tensor("blk.1.ffn_gate.weight").bytes);
    StoredTensor bias = file.tensor("blk.0.attn_k.bias").orElseThrow();
    assertThat(bias.describe()).isEqualTo("F32[4]");
    assertThat(bias.toWeightSource().cols()).isEqualTo(4);
  }

  @Test
  void reads_version_2() {
    GgufSketch sketch = GgufSketch.valid();
    sketch.version = 2;

    assertThat(parse(sketch).tensors()).hasSize(27);
  }

  @Test
  void takes_tensors_in_any_order_of_their_entries() {
    GgufSketch sketch = GgufSketch.valid();
    Tensor first = sketch.tensors.removeFirst();
    Tensor last = sketch.tensors.getLast();
    long size = first.bytes.length;
    sketch.tensors.forEach(tensor -> tensor.offset = offset -> offset + size);
    sketch.tensors.add(first);
    first.offset = offset -> 0;
    assertThat(last.bytes).hasSameSizeAs(first.bytes); // so the bytes may stay where they are

    assertThat(parse(sketch).tensors())
        .hasSize(27)
        .first()
        .extracting("name")
        .isEqualTo(first.name);
  }

  @Test
  void needs_no_padding_after_the_last_tensor_and_takes_it() {
    GgufSketch sketch = GgufSketch.valid().without("output.weight");
    Tensor last = new Tensor("last", 0, 3);
    sketch.tensors.add(last);
    assertThat(parse(sketch).tensor("last").orElseThrow().bytes().byteSize()).isEqualTo(12);

    sketch.trailer = new byte[20];
    assertThat(parse(sketch).tensors()).hasSize(27);
  }

  @Test
  void takes_types_that_no_backend_computes_with() {
    GgufSketch sketch = GgufSketch.valid();
    sketch.tensor("token_embd.weight").type = GgmlType.I32.id();

    StoredTensor tensor = parse(sketch).tensor("token_embd.weight").orElseThrow();

    assertThat(tensor.type().dtype()).isEmpty();
    assertThatThrownBy(tensor::toWeightSource)
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(
            "x.gguf: tensor 'token_embd.weight' is I32[260, 8], needs one of F32, F16, Q4_0, Q4_1,"
                + " Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K, BF16; convert the checkpoint");
  }

  @Test
  void counts_bytes_of_blocks() {
    GgufSketch sketch = GgufSketch.valid();
    Tensor blocks = new Tensor("blocks", 0, 1);
    blocks.type = GgmlType.Q4_K.id();
    blocks.dimensions = List.of(512L, 3L);
    blocks.bytes = new byte[6 * 144];
    sketch.tensors.add(blocks);

    StoredTensor tensor = parse(sketch).tensor("blocks").orElseThrow();

    assertThat(tensor.describe()).isEqualTo("Q4_K[3, 512]");
    assertThat(tensor.bytes().byteSize()).isEqualTo(864);
  }

  @Test
  void holds_no_tensors_if_there_are_none() {
    GgufSketch sketch = GgufSketch.valid();
    sketch.tensors.clear();

    assertThat(parse(sketch).tensors()).isEmpty();
  }

  @Test
  void shows_metadata_as_json_and_long_lists_as_their_length() {
    GgufSketch sketch = GgufSketch.valid();
    sketch.with("a", GgufSketch.UINT64, GgufSketch.u64(-1));
    sketch.with("b", GgufSketch.ARRAY, GgufSketch.texts(List.of("x", "\u00E9")));
    sketch.with("c", GgufSketch.ARRAY, GgufSketch.integers(-1, 7));
    sketch.with("d", GgufSketch.UINT8, new byte[] {-1});

    assertThat(parse(sketch).metadata().toJson())
        .hasToString(
            """
            {"general.architecture":"dream","general.name":"a sketch","dream.vocab_size":260,\
            "dream.context_length":64,"dream.embedding_length":8,"dream.feed_forward_length":6,\
            "dream.block_count":2,"dream.attention.head_count":2,\
            "dream.attention.head_count_kv":1,"dream.rope.freq_base":10000.0,\
            "dream.attention.layer_norm_rms_epsilon":1.0E-6,"dream.attention.causal":false,\
            "diffusion.shift_logits":true,"tokenizer.ggml.model":"gpt2",\
            "tokenizer.ggml.pre":"qwen2","tokenizer.ggml.tokens":"260 × STRING",\
            "tokenizer.ggml.token_type":"260 × INT32","tokenizer.ggml.merges":["a b"],\
            "tokenizer.ggml.eos_token_id":257,"tokenizer.ggml.mask_token_id":258,\
            "a":18446744073709551615,"b":["x","é"],"c":[-1,7],"d":255}\
            """);
  }

  private static GgufFile parse(GgufSketch sketch) {
    return GgufFile.parse("x.gguf", MemorySegment.ofArray(sketch.bytes()));
  }
}
