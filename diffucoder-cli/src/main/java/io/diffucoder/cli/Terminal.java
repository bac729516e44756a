package io.diffucoder.cli;

import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The three streams of the process, and which of them a person looks at. All text is UTF-8,
 * whatever the locale.
 *
 * @param in standard input
 * @param out standard output
 * @param err standard error
 * @param interactive the streams that are terminals
 * @param environment the environment variables
 */
record Terminal(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Set<Channel> interactive,
    Map<String, String> environment) {
  private static final int FRAME_BYTES = 1 << 16;

  /** A standard stream. */
  enum Channel {
    IN("0"),
    OUT("1"),
    ERR("2");

    private final String descriptor;

    Channel(String descriptor) {
      this.descriptor = descriptor;
    }
  }

  Terminal {
    interactive = Set.copyOf(interactive);
    environment = Map.copyOf(environment);
  }

  /**
   * The process's own streams. The launcher says in two system properties what Java cannot find
   * out: {@code diffucoder.tty} holds the digits of the descriptors that are terminals, and {@code
   * diffucoder.stderr} the descriptor that is the real standard error, number 2 being filtered.
   */
  static Terminal ofProcess() {
    String tty = System.getProperty("diffucoder.tty", consoleDescriptors());
    Set<Channel> interactive = EnumSet.noneOf(Channel.class);
    for (Channel channel : Channel.values()) {
      if (tty.contains(channel.descriptor)) {
        interactive.add(channel);
      }
    }
    return new Terminal(
        new FileInputStream(FileDescriptor.in),
        // Buffered, so that a frame is one write; whoever prints there flushes.
        utf8(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), FRAME_BYTES)),
        utf8(new FileOutputStream(standardError())),
        interactive,
        System.getenv());
  }

  /** Whether this stream is a terminal. */
  boolean isInteractive(Channel channel) {
    return interactive.contains(channel);
  }

  /** Whether pictures can be drawn on standard output. */
  boolean canDraw() {
    return canDraw(Channel.OUT);
  }

  /** Whether pictures can be drawn on a stream: a terminal that can move its cursor. */
  boolean canDraw(Channel channel) {
    String term = environment.getOrDefault("TERM", "dumb");
    return isInteractive(channel) && !term.equals("dumb") && !term.isEmpty();
  }

  private static PrintStream utf8(OutputStream stream) {
    return new PrintStream(stream, false, StandardCharsets.UTF_8);
  }

  private static String consoleDescriptors() {
    Optional<Console> terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    return terminal.isPresent() ? "012" : "";
  }

  /** Descriptor 2, or the one that the launcher has kept; needs its --add-opens for java.io. */
  private static FileDescriptor standardError() {
    Integer number = Integer.getInteger("diffucoder.stderr");
    if (number == null) {
      return FileDescriptor.err;
    }
    try {
      Constructor<FileDescriptor> constructor =
          FileDescriptor.class.getDeclaredConstructor(int.class);
      constructor.setAccessible(true);
      return constructor.newInstance(number);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalStateException(
          "-Ddiffucoder.stderr needs --add-opens=java.base/java.io=ALL-UNNAMED", e);
    }
  }
}
