package io.diffucoder.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.onednn.Machine.Presence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why the backend does not run, told from facts. */
class MachineTest {
  private static final Machine SAPPHIRE_RAPIDS =
      linux(Set.of("avx2", "avx512_bf16", "amx_bf16"), Presence.PRESENT);
  private static final Machine ZEN_3 = linux(Set.of("avx2"), Presence.PRESENT);

  @Test
  void bfloat16_runs_where_the_processor_multiplies_it() {
    assertThat(SAPPHIRE_RAPIDS.obstacle(Optional.empty())).isEmpty();
    assertThat(linux(Set.of("avx512_bf16"), Presence.PRESENT).obstacle(Optional.empty())).isEmpty();
  }

  @Test
  void without_bfloat16_instructions_nothing_is_chosen_and_the_reason_says_what_is_as_fast() {
    for (Optional<Arithmetic> requested :
        Set.of(Optional.<Arithmetic>empty(), Optional.of(Arithmetic.BF16))) {
      assertThat(ZEN_3.obstacle(requested).orElseThrow())
          .contains("neither AVX512-BF16 nor AMX", "the cpu backend is as fast")
          .contains("-Ddiffucoder.onednn.arithmetic=int8 (faster, less exact) or f32");
    }
  }

  @Test
  void an_arithmetic_that_was_chosen_runs_from_avx2_on() {
    for (Arithmetic chosen : Set.of(Arithmetic.INT8, Arithmetic.F32)) {
      assertThat(ZEN_3.obstacle(Optional.of(chosen))).isEmpty();
      assertThat(linux(Set.of("sse4_2"), Presence.PRESENT).obstacle(Optional.of(chosen)))
          .hasValueSatisfying(reason -> assertThat(reason).contains("AVX2"));
    }
  }

  @Test
  void other_systems_and_processors_are_named() {
    Machine mac = new Machine("Mac OS X", "aarch64", Set.of(), Presence.PRESENT);
    Machine arm = new Machine("Linux", "aarch64", Set.of(), Presence.PRESENT);

    assertThat(mac.obstacle(Optional.empty()).orElseThrow())
        .isEqualTo("it needs Linux on x86-64, this is Mac OS X on aarch64; use the cpu backend");
    assertThat(arm.obstacle(Optional.of(Arithmetic.F32)).orElseThrow())
        .contains("Linux on aarch64");
  }

  @Test
  void a_missing_library_names_the_dependency_and_the_flag() {
    assertThat(
            linux(Set.of("avx512_bf16"), Presence.ABSENT).obstacle(Optional.empty()).orElseThrow())
        .contains("org.bytedeco:dnnl", "linux-x86_64", "--add-modules");
  }

  @Test
  void instructions_are_those_of_the_first_processor(@TempDir Path directory) throws IOException {
    Path cpuinfo = directory.resolve("cpuinfo");
    Files.writeString(cpuinfo, "processor\t: 0\nflags\t\t: fpu avx2\n\nflags\t\t: other\n");

    assertThat(Machine.instructions(cpuinfo)).containsExactlyInAnyOrder("fpu", "avx2");
    assertThat(Machine.instructions(directory.resolve("absent"))).isEmpty();
  }

  @Test
  void an_instruction_that_is_told_twice_is_there_once(@TempDir Path directory) throws IOException {
    Path cpuinfo = directory.resolve("cpuinfo");
    Files.writeString(cpuinfo, "flags\t\t: fpu avx2 fpu\n");

    assertThat(Machine.instructions(cpuinfo)).containsExactlyInAnyOrder("fpu", "avx2");
  }

  @Test
  void an_arithmetic_is_parsed_once_and_an_unknown_one_is_named() {
    assertThat(Arithmetic.parse("")).isEmpty();
    assertThat(Arithmetic.parse("int8")).contains(Arithmetic.INT8);
    assertThatThrownBy(() -> Arithmetic.parse("INT4"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("diffucoder.onednn.arithmetic must be bf16, int8 or f32, got 'INT4'");
  }

  private static Machine linux(Set<String> instructions, Presence library) {
    return new Machine("Linux", "amd64", instructions, library);
  }
}
