package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TracePageTest {
  private static final Pattern DATA =
      Pattern.compile(
          "<script type=\"application/json\" id=\"trace\">(.*?)</script>", Pattern.DOTALL);
  private static final ScriptedRun HOSTILE =
      new ScriptedRun(
          List.of("</script><b>", "<!--", "\u2028", "'\"\\", "@TRACE@", "\n\tend"),
          List.of(5, 0, 1, 2, 3, 4));
  private static final String PROMPT = "Write </script><script>alert(1)</script>";

  @Test
  void its_data_round_trips_hostile_tokens_and_prompts() throws IOException {
    JsonNode data = data(TracePage.html(HOSTILE.trace(PROMPT)));

    assertThat(data.get("prompt").textValue()).isEqualTo(PROMPT);
    assertThat(data.get("size").intValue()).isEqualTo(6);
    for (int token = 0; token < 6; token++) {
      assertThat(data.get("tokens").get("" + token).textValue()).isEqualTo(HOSTILE.text(token));
    }
    JsonNode first = data.get("steps").get(0).get("commits").get(0);
    assertThat(first.get(0).intValue()).isEqualTo(5);
    assertThat(first.get(2).doubleValue()).isEqualTo(1);
    assertThat(data.get("metrics").get("arNessLocal")).hasSize(4);
  }

  @Test
  void it_is_one_page_that_needs_no_network() throws IOException {
    String page = TracePage.html(HOSTILE.trace(PROMPT));

    assertThat(page).doesNotContain("http:", "https:", "@import", "url(", "src=", "href=");
    assertThat(page).contains("default-src 'none'");
    assertThat(page.split("<script", -1)).hasSize(3);
  }

  @Test
  void a_browser_draws_the_final_text(@TempDir Path directory) throws Exception {
    Optional<Path> chromium = chromium();
    assumeTrue(chromium.isPresent(), "no chromium or chrome on PATH: the page's script cannot run");
    Path page = directory.resolve("trace.html");
    Files.writeString(page, TracePage.html(HOSTILE.trace(PROMPT)));

    String last = drawn(dom(chromium.get(), directory, page.toUri().toString()));
    String first = drawn(dom(chromium.get(), directory, page.toUri() + "#step=1"));

    assertThat(last).contains("&lt;/script&gt;&lt;b&gt;", "&lt;!--", "@TRACE@", "end");
    assertThat(last).doesNotContain("class=\"mask\"", "<b>");
    assertThat(first).contains("end").doesNotContain("@TRACE@");
    assertThat(first.split("class=\"mask\"", -1)).hasSize(6);
  }

  /** What the script drew in the place of the completion. */
  private static String drawn(String dom) {
    return dom.substring(dom.indexOf("id=\"canvas\""), dom.indexOf("class=\"below\""));
  }

  private static JsonNode data(String page) throws IOException {
    Matcher matcher = DATA.matcher(page);
    assertThat(matcher.find()).isTrue();
    return new ObjectMapper().readTree(matcher.group(1));
  }

  private static Optional<Path> chromium() {
    return Stream.of("chromium", "chromium-browser", "google-chrome", "chrome")
        .flatMap(name ->
            Stream.of(System.getenv("PATH").split(":", -1)).map(d -> Path.of(d).resolve(name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static String dom(Path chromium, Path directory, String address) throws Exception {
    Path out = Files.createTempFile(directory, "dom", ".html");
    Process browser =
        new ProcessBuilder(
                chromium.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + Files.createTempDirectory(directory, "profile"),
                "--dump-dom",
                address)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!browser.waitFor(60, TimeUnit.SECONDS)) {
      browser.destroyForcibly().waitFor();
      throw new AssertionError("the browser did not finish within 60 seconds");
    }
    return Files.readString(out, StandardCharsets.UTF_8);
  }
}
