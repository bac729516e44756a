package io.diffucoder.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Runs the JDK's tools in a directory, as a user would, and returns what they print. */
record Jvm(Path directory) {

  /** A module of this project, as a jar or as classes, this one excepted. */
  static final String OURS =
      ".*diffucoder-(?!examples)[a-z-]+[/\\\\]target[/\\\\](classes|diffucoder-.*[.]jar)";

  /** What these need of others at run time. */
  private static final Pattern NEEDED = Pattern.compile("jackson|jspecify|bytedeco");

  String java(String... arguments) throws Exception {
    return run("java", arguments);
  }

  String javac(String... arguments) throws Exception {
    return run("javac", arguments);
  }

  /** This project's modules and what they need at run time, without the test libraries. */
  static String entries() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(e -> e.matches(OURS) || NEEDED.matcher(e).find())
        .map(e -> Path.of(e).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private String run(String tool, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
    command.addAll(List.of(arguments));
    Path log = directory.resolve("log.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ends within two minutes").isTrue();
    String printed = Files.readString(log, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(printed).isZero();
    return printed;
  }
}
