/** Contract tests, reference backend and golden data for tensor backends. */
module io.diffucoder.tck {
  requires transitive io.diffucoder.api;
  requires transitive org.junit.jupiter.api;
  requires org.assertj.core;
  requires com.fasterxml.jackson.databind;
  requires static org.jspecify;

  exports io.diffucoder.tck;

  // JUnit calls the contracts' package-private tests.
  opens io.diffucoder.tck to
      org.junit.platform.commons;
}
