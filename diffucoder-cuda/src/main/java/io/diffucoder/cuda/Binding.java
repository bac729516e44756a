package io.diffucoder.cuda;

import java.util.Locale;
import java.util.Optional;

/** Whether the binding of the driver is on the class path, without loading it. */
final class Binding {
  private Binding() {}

  /** Why it cannot be loaded: one sentence without a full stop. */
  static Optional<String> obstacle() {
    String platform =
        platform(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    String library = platform.startsWith("windows") ? "jnicudart.dll" : "libjnicudart.so";
    String resource = "org/bytedeco/cuda/" + platform + "/" + library;
    if (Binding.class.getClassLoader().getResource(resource) != null) {
      return Optional.empty();
    }
    return Optional.of(
        "the driver's binding for %s is not found; add org.bytedeco:cuda:13.3-9.25-1.5.14 and org.bytedeco:javacpp:1.5.14 with the classifier %s to the class path, or, on the module path, also --add-modules org.bytedeco.cuda.%s"
            .formatted(platform, platform, platform.replace('-', '.')));
  }

  /** As the binding names systems and processors. */
  static String platform(String os, String arch) {
    String name = os.toLowerCase(Locale.ROOT).startsWith("windows") ? "windows" : "linux";
    return name + "-" + (arch.equals("aarch64") ? "arm64" : "x86_64");
  }
}
