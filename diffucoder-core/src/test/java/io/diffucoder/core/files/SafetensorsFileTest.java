package io.diffucoder.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.api.ModelLoadException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SafetensorsFileTest {
  private static final byte[] SIX_BYTES = {1, 2, 3, 4, 5, 6};

  @Test
  void finds_every_tensor_with_its_bytes_in_order_of_offset() {
    String header =
        "{\"b\":{\"dtype\":\"BF16\",\"shape\":[1,2],\"data_offsets\":[2,6]},"
            + "\"a\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,2]},"
            + "\"__metadata__\":{\"format\":\"pt\"}}   ";

    SafetensorsFile file = parse(header, SIX_BYTES);

    assertThat(file.metadata()).containsEntry("format", "pt");
    assertThat(file.tensors()).extracting(StoredTensor::name).containsExactly("a", "b");
    StoredTensor b = file.tensor("b").orElseThrow();
    assertThat(b.describe()).isEqualTo("BF16[1, 2]");
    assertThat(b.bytes().toArray(ValueLayout.JAVA_BYTE)).containsExactly(3, 4, 5, 6);
    assertThat(b.toWeightSource().rows()).isEqualTo(1);
    assertThat(b.toWeightSource().cols()).isEqualTo(2);
  }

  @Test
  void takes_scalars_empty_tensors_and_types_that_no_backend_computes_with() {
    String header =
        "{\"scalar\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
            + "\"empty\":{\"dtype\":\"I64\",\"shape\":[0,7],\"data_offsets\":[4,4]},"
            + "\"nibbles\":{\"dtype\":\"F4\",\"shape\":[4],\"data_offsets\":[4,6]}}";

    SafetensorsFile file = parse(header, SIX_BYTES);

    assertThat(file.tensors()).hasSize(3);
    assertThat(file.tensor("nibbles").orElseThrow().type().dtype()).isEmpty();
  }

  @Test
  void says_that_a_tensor_of_another_type_has_to_be_converted() {
    SafetensorsFile file =
        parse("{\"a\":{\"dtype\":\"I8\",\"shape\":[6],\"data_offsets\":[0,6]}}", SIX_BYTES);

    assertThatThrownBy(() -> file.tensor("a").orElseThrow().toWeightSource())
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("x: tensor 'a' is I8[6], needs F32, F16 or BF16; convert the checkpoint");
  }

  @Test
  void names_both_tensors_of_an_overlap() {
    String header =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}}";

    assertThatThrownBy(() -> parse(header, SIX_BYTES))
        .hasMessage(
            "x: tensor 'b' begins at data byte 2, tensor 'a' ends at 4: they overlap;"
                + " needs tensors that follow each other");
  }

  @Test
  void names_both_sides_of_a_gap() {
    String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}}";

    assertThatThrownBy(() -> parse(header, SIX_BYTES))
        .hasMessage(
            "x: tensor 'a' begins at data byte 2, the header ends at 0: there is a gap;"
                + " needs tensors that follow each other");
  }

  @Test
  void rejects_a_shape_whose_product_overflows_64_bits_to_the_right_size() {
    // 2^32 × 2^32 × 32 bits is 0 modulo 2^64.
    String header =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}";

    assertThatThrownBy(() -> parse(header, new byte[0]))
        .hasMessage(
            "x: tensor 'a' is F32[4294967296, 4294967296], larger than any file;"
                + " is the file damaged?");
  }

  @Test
  void recognises_a_git_lfs_pointer() {
    byte[] pointer =
        "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.US_ASCII);

    assertThatThrownBy(() -> SafetensorsFile.parse("x", MemorySegment.ofArray(pointer)))
        .hasMessageContaining("run git lfs pull");
  }

  @Test
  void cannot_be_made_to_write_lines_of_its_own_into_a_log() {
    String header = "{\"a\\n2026 INFO all is well\":{\"dtype\":\"F32\",\"shape\":[1]}}";

    assertThatThrownBy(() -> parse(header, SIX_BYTES))
        .hasMessage(
            "x: tensor 'a?2026 INFO all is well': data_offsets is absent, needs one; is the file damaged?");
  }

  private static SafetensorsFile parse(String header, byte[] data) {
    return SafetensorsFile.parse("x", MemorySegment.ofArray(CheckpointWriter.file(header, data)));
  }
}
