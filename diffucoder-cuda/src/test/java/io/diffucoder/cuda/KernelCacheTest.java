package io.diffucoder.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelCacheTest {
  private static final String NAME = "kernels-sm_90a.cubin";
  private static final byte[] CODE = "machine code".getBytes(UTF_8);

  @TempDir Path directory;

  @Test
  void what_is_written_is_read_and_nothing_else_is_left() {
    KernelCache cache = new KernelCache(directory.resolve("a").resolve("b"));

    cache.write(NAME, CODE);

    assertThat(cache.read(NAME)).contains(CODE);
    assertThat(cache.read("kernels-sm_80.cubin")).isEmpty();
    assertThat(cache.directory()).isDirectoryContaining("glob:**" + NAME);
    assertThat(cache.directory()).isDirectoryNotContaining("glob:**.tmp");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 32, 33, 43})
  void a_file_that_was_cut_off_is_not_read(int bytes) throws IOException {
    KernelCache cache = new KernelCache(directory);
    cache.write(NAME, CODE);
    byte[] whole = Files.readAllBytes(directory.resolve(NAME));
    assertThat(whole).hasSize(44);

    Files.write(directory.resolve(NAME), Arrays.copyOf(whole, bytes));

    assertThat(cache.read(NAME)).isEmpty();
  }

  @Test
  void a_file_that_was_changed_is_not_read_until_it_is_written_again() throws IOException {
    KernelCache cache = new KernelCache(directory);
    cache.write(NAME, CODE);
    byte[] changed = Files.readAllBytes(directory.resolve(NAME));
    changed[3] ^= 1;
    Files.write(directory.resolve(NAME), changed);
    assertThat(cache.read(NAME)).isEmpty();

    cache.write(NAME, CODE);

    assertThat(cache.read(NAME)).contains(CODE);
  }

  @Test
  void a_directory_that_cannot_be_made_is_no_failure() throws IOException {
    Path file = Files.createFile(directory.resolve("a-file"));
    KernelCache cache = new KernelCache(file.resolve("kernels"));

    cache.write(NAME, CODE);

    assertThat(cache.read(NAME)).isEmpty();
  }

  @Test
  void a_file_that_cannot_be_read_or_replaced_is_no_failure() throws IOException {
    KernelCache cache = new KernelCache(directory);
    Files.createFile(Files.createDirectory(directory.resolve(NAME)).resolve("inside"));

    cache.write(NAME, CODE);

    assertThat(cache.read(NAME)).isEmpty();
    assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void readers_see_whole_files_whoever_writes() throws ExecutionException, InterruptedException {
    KernelCache cache = new KernelCache(directory);
    byte[] large = new byte[1 << 20];
    cache.write(NAME, large);
    List<Future<Optional<byte[]>>> reads = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 40; i++) {
        threads.execute(() -> cache.write(NAME, large));
        reads.add(threads.submit(() -> cache.read(NAME)));
      }
    }

    for (Future<Optional<byte[]>> read : reads) {
      assertThat(read.get()).contains(large);
    }
  }

  @Test
  void it_is_where_the_system_keeps_caches() {
    Path home = Path.of(System.getProperty("user.home"), ".cache", "diffucoder", "kernels");
    Path named = directory.resolve("diffucoder").resolve("kernels");

    assertThat(KernelCache.ofUser(Map.of()).directory()).isEqualTo(home);
    assertThat(KernelCache.ofUser(Map.of("XDG_CACHE_HOME", "")).directory()).isEqualTo(home);
    assertThat(KernelCache.ofUser(Map.of("XDG_CACHE_HOME", "here")).directory()).isEqualTo(home);
    assertThat(KernelCache.ofUser(Map.of("XDG_CACHE_HOME", directory.toString())).directory())
        .isEqualTo(named);
  }
}
