package io.diffucoder.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.MethodRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.global.cudart;
import org.junit.jupiter.api.Test;

/**
 * What the module's classes call of NVIDIA's libraries, against what CUDA 13.0 has: to call a
 * function that a library lacks ends the JVM.
 */
class DriverFunctionsTest {
  private static final String GLOBALS = "org/bytedeco/cuda/global/";

  /** Method of the binding → symbol that it calls. */
  private static final Map<String, String> PRESENT = symbols();

  /** A method that a class calls. */
  private record Call(String caller, String library, String method) {}

  @Test
  void every_function_is_one_of_13_0() {
    assertThat(calls()).extracting(Call::method).contains("cuInit", "cublasLtMatmul");

    assertThat(missing(calls())).isEmpty();
  }

  @Test
  void only_the_classes_meant_to_call_functions() {
    TreeSet<String> callers = new TreeSet<>();
    for (Call call : calls()) {
      callers.add(call.caller() + " " + call.library());
    }

    assertThat(callers)
        .containsExactly(
            "io/diffucoder/cuda/driver/BlasLt cublas",
            "io/diffucoder/cuda/driver/Driver cudart",
            "io/diffucoder/cuda/driver/KernelCompiler nvrtc");
  }

  @Test
  void a_function_that_came_later_is_found() throws IOException {
    try (InputStream code =
        Objects.requireNonNull(
            Newer.class.getResourceAsStream("DriverFunctionsTest$Newer.class"))) {
      assertThat(missing(calls(ClassFile.of().parse(code.readAllBytes()))))
          .extracting(Call::method)
          .containsExactlyInAnyOrder("cuGraphGetId", "cuStreamGetDevResource");
    }
  }

  @Test
  void a_name_that_does_not_exist_is_found() {
    Call made = new Call("A", "cudart", "cuMakeCoffee");

    assertThat(missing(List.of(made))).containsExactly(made);
  }

  @Test
  void the_list_is_of_the_binding_that_is_used() throws IOException {
    Set<String> needed = new HashSet<>();
    for (String name : List.of("libjnicudart.so", "libjnicublas.so", "libjninvrtc.so")) {
      needed.addAll(NeededSymbols.of("/org/bytedeco/cuda/linux-x86_64/" + name));
    }

    assertThat(calls())
        .extracting(call -> PRESENT.getOrDefault(call.method(), call.method()))
        .isSubsetOf(needed);
  }

  @Test
  void names_that_a_header_renames_stand_for_their_newest_version() {
    assertThat(PRESENT)
        .containsEntry("cuMemAlloc", "cuMemAlloc_v2")
        .containsEntry("cuGraphInstantiate", "cuGraphInstantiateWithFlags")
        .containsEntry("cuInit", "cuInit");
  }

  private static List<Call> missing(List<Call> calls) {
    return calls.stream().filter(call -> !PRESENT.containsKey(call.method())).toList();
  }

  private static List<Call> calls() {
    List<Call> calls = new ArrayList<>();
    try (Stream<Path> files = Files.walk(classes())) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        calls.addAll(calls(ClassFile.of().parse(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return calls;
  }

  /** References in the constant pool: those of calls and of method references alike. */
  private static List<Call> calls(ClassModel type) {
    List<Call> calls = new ArrayList<>();
    for (PoolEntry entry : type.constantPool()) {
      if (entry instanceof MethodRefEntry method
          && method.owner().asInternalName().startsWith(GLOBALS)) {
        calls.add(
            new Call(
                type.thisClass().asInternalName(),
                method.owner().asInternalName().substring(GLOBALS.length()),
                method.name().stringValue()));
      }
    }
    return calls;
  }

  private static Path classes() {
    try {
      return Path.of(
          CudaBackendProvider.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e); // it is a file
    }
  }

  private static Map<String, String> symbols() {
    Map<String, String> symbols = new HashMap<>();
    try (InputStream list =
        Objects.requireNonNull(
            DriverFunctionsTest.class.getResourceAsStream("cuda-13.0-symbols.txt"))) {
      for (String line : new String(list.readAllBytes(), UTF_8).lines().toList()) {
        if (!line.startsWith("#")) {
          String[] words = line.split(" ", -1);
          symbols.put(words[0], words[words.length - 1]);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return symbols;
  }

  /** Never run: the driver of 13.0 has neither. */
  private static final class Newer {
    private Newer() {}

    @SuppressWarnings("unused") // its class file is what is looked at
    static int call(CUgraph_st graph) {
      return cudart.cuGraphGetId(graph, new int[1])
          + cudart.cuStreamGetDevResource(null, null, 0)
          + cudart.cuInit(0);
    }
  }
}
