/** The command line: parsing and printing, no logic. */
module io.diffucoder.cli {
  requires info.picocli;
  requires io.diffucoder.core;
  requires java.logging;
  requires static org.jspecify;

  opens io.diffucoder.cli to
      info.picocli;
}
