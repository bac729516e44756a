package io.diffucoder.cuda.driver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("restricted") // loading libraries is what is tested
class StubLibraryTest {
  private static final String NAME = "libdiffucoder-stub.so.13";

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "the stub is a library for Linux")
  void the_loader_takes_it_and_knows_it_by_its_name(@TempDir Path directory) throws IOException {
    assertThatThrownBy(() -> SymbolLookup.libraryLookup(NAME, Arena.global()))
        .isInstanceOf(IllegalArgumentException.class);
    Path file = directory.resolve("another-name.so");
    Files.write(file, StubLibrary.of(NAME, System.getProperty("os.arch")));

    System.load(file.toString());

    assertThat(SymbolLookup.libraryLookup(NAME, Arena.global()).find("cudaMalloc")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"amd64, 62", "x86_64, 62", "aarch64, 183"})
  void it_is_for_the_processor(String arch, short machine) {
    ByteBuffer elf = ByteBuffer.wrap(StubLibrary.of(NAME, arch)).order(ByteOrder.LITTLE_ENDIAN);

    assertThat(elf.getInt(0)).isEqualTo(0x464C457F);
    assertThat(elf.getShort(18)).isEqualTo(machine);
  }

  @Test
  void it_ends_behind_its_name() {
    byte[] elf = StubLibrary.of(NAME, "amd64");

    assertThat(new String(elf, ISO_8859_1)).endsWith("\0" + NAME + "\0");
  }

  @Test
  void its_segment_is_aligned_to_the_largest_pages() {
    ByteBuffer elf =
        ByteBuffer.wrap(StubLibrary.of(NAME, "aarch64")).order(ByteOrder.LITTLE_ENDIAN);

    assertThat(elf.getInt(64)).as("type of the first program header, PT_LOAD").isEqualTo(1);
    assertThat(elf.getLong(64 + 48)).as("its alignment").isEqualTo(65_536);
    assertThat(elf.getLong(64 + 8)).as("its offset in the file").isZero();
    assertThat(elf.getLong(64 + 16)).as("its address").isZero();
  }
}
