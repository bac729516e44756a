package io.diffucoder.cli;

import io.diffucoder.DiffuCoder;
import io.diffucoder.api.CancellationToken;
import io.diffucoder.api.FinishReason;
import io.diffucoder.api.GenerationRequest;
import io.diffucoder.api.GenerationResult;
import io.diffucoder.api.Prompt;
import io.diffucoder.sampling.GenerationOptions;
import java.io.IOException;
import java.io.PrintStream;

/**
 * Runs one request and prints it: drawn live on a terminal, and as the plain text at the end.
 *
 * @param coder what generates; stays open
 * @param options how
 * @param terminal where to
 * @param output what is printed besides the text
 */
record Generation(
    DiffuCoder coder, GenerationOptions options, Terminal terminal, OutputFlags output) {

  /** Generates, prints and traces. */
  GenerationResult run(Prompt prompt) throws IOException {
    CancellationToken cancellation = new CancellationToken();
    Palette palette = Palette.of(output.color, terminal, Terminal.Channel.OUT);
    LiveCanvas live = new LiveCanvas(terminal, coder::tokenText, palette);
    Interrupts interrupts = Interrupts.cancelling(cancellation, live::close);
    try {
      GenerationResult result =
          generate(GenerationRequest.of(prompt).with(options).with(cancellation), live);
      print(result);
      if (output.trace != null) {
        TraceFile.write(Trace.of(coder, new Trace.Run(prompt, options, result)), output.trace);
      }
      return result;
    } finally {
      interrupts.end();
    }
  }

  private GenerationResult generate(GenerationRequest request, LiveCanvas live) {
    try (live) {
      return coder.generate(terminal.canDraw() && !output.quiet ? request.with(live) : request);
    }
  }

  private void print(GenerationResult result) {
    PrintStream out = terminal.out();
    out.print(result.text() + "\n");
    out.flush();
    if (!output.quiet && (output.stats || terminal.canDraw())) {
      Palette palette = Palette.of(output.color, terminal, Terminal.Channel.ERR);
      terminal.err().println(palette.paint(StatsLine.of(result), Ink.DIM));
      terminal.err().flush();
    }
  }

  /** The exit code that a result stands for. */
  static int exitCode(GenerationResult result) {
    return result.finishReason() == FinishReason.CANCELLED ? Failures.INTERRUPTED : 0;
  }
}
