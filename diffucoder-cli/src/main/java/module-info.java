/** The command line: parsing and printing, and the benchmark of decoding settings. */
module io.diffucoder.cli {
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires info.picocli;
  requires io.diffucoder.core;
  requires java.logging;
  requires static org.jspecify;

  opens io.diffucoder.cli to
      info.picocli;
}
