package io.diffucoder.cli;

import picocli.CommandLine.Command;

/** The program itself: names the commands. */
@Command(
    name = "diffucoder",
    description = {
      "Writes code by masked diffusion, in the JVM.",
      "Without a command, generates: diffucoder \"Write a function that reverses a list\""
    },
    synopsisSubcommandLabel = "[COMMAND]",
    mixinStandardHelpOptions = true,
    scope = picocli.CommandLine.ScopeType.INHERIT,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpWidth = 100,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a defect of this program; --verbose shows where",
      "2:wrong usage, a missing file, no device: one line on standard error says which",
      "130:interrupted with Ctrl-C"
    })
final class DiffuCoderCommand {}
