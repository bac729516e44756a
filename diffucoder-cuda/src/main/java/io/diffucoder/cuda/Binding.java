package io.diffucoder.cuda;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether the binding of the driver is on the class path, without loading it. */
final class Binding {
  private Binding() {}

  /** Why it cannot be loaded: one sentence without a full stop. */
  static Optional<String> obstacle() {
    return obstacle(
        platform(System.getProperty("os.name", ""), System.getProperty("os.arch", "")),
        Binding.class.getClassLoader());
  }

  /** The same for another platform, or with other jars. */
  static Optional<String> obstacle(String platform, ClassLoader jars) {
    if (libraries(platform).stream().allMatch(library -> jars.getResource(library) != null)) {
      return Optional.empty();
    }
    return Optional.of(
        "the driver's binding for %1$s is not found; add org.bytedeco:cuda:13.3-9.25-1.5.14 and org.bytedeco:javacpp:1.5.14 with the classifier %1$s to the class path, or, on the module path, also --add-modules org.bytedeco.cuda.%2$s,org.bytedeco.javacpp.%2$s"
            .formatted(platform, platform.replace('-', '.')));
  }

  /** One of each jar. */
  private static List<String> libraries(String platform) {
    return platform.startsWith("windows")
        ? List.of(
            "org/bytedeco/cuda/" + platform + "/jnicudart.dll",
            "org/bytedeco/javacpp/" + platform + "/jnijavacpp.dll")
        : List.of(
            "org/bytedeco/cuda/" + platform + "/libjnicudart.so",
            "org/bytedeco/javacpp/" + platform + "/libjnijavacpp.so");
  }

  /** As the binding names systems and processors. */
  static String platform(String os, String arch) {
    String name = os.toLowerCase(Locale.ROOT).startsWith("windows") ? "windows" : "linux";
    return name + "-" + (arch.equals("aarch64") ? "arm64" : "x86_64");
  }
}
