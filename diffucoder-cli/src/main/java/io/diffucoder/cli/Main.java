package io.diffucoder.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;

/** Entry point of the command line. */
public final class Main {
  private static final Set<String> OWN_OPTIONS = Set.of("-h", "--help", "-V", "--version");

  private Main() {}

  /** Runs a command and exits with its code. */
  public static void main(String[] args) {
    Terminal terminal = Terminal.ofProcess();
    int code = run(terminal, args);
    terminal.out().flush();
    terminal.err().flush();
    System.exit(code);
  }

  /** Runs a command in this process; never throws for what a user can cause. */
  static int run(Terminal terminal, String... args) {
    CommandLine commandLine = new CommandLine(new DiffuCoderCommand());
    commandLine.addSubcommand(new GenerateCommand(terminal));
    commandLine.addSubcommand(new ChatCommand(terminal));
    commandLine.addSubcommand(new DevicesCommand(terminal));
    commandLine.addSubcommand(new InspectCommand(terminal));
    commandLine.addSubcommand(new QuantizeCommand(terminal));
    commandLine.addSubcommand(new BenchCommand(terminal));
    Failures failures = new Failures(terminal);
    commandLine
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(false)
        .setColorScheme(CommandLine.Help.defaultColorScheme(ansi(terminal)))
        .setOut(new PrintWriter(terminal.out(), true, UTF_8))
        .setErr(new PrintWriter(terminal.err(), true, UTF_8))
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures);
    return commandLine.execute(withCommand(commandLine, args));
  }

  /** Without a command's name in front, {@code generate} is meant. */
  private static String[] withCommand(CommandLine commandLine, String... args) {
    if (args.length > 0
        && (commandLine.getSubcommands().containsKey(args[0]) || OWN_OPTIONS.contains(args[0]))) {
      return args;
    }
    List<String> completed = new ArrayList<>(List.of(args));
    completed.addFirst("generate");
    return completed.toArray(String[]::new);
  }

  private static CommandLine.Help.Ansi ansi(Terminal terminal) {
    Palette palette = Palette.of(Palette.Choice.AUTO, terminal, Terminal.Channel.OUT);
    return palette == Palette.COLOURS ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF;
  }
}
