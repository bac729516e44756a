package io.diffucoder.cli;

import io.diffucoder.DiffuCoder;
import io.diffucoder.api.CancellationToken;
import io.diffucoder.api.GenerationRequest;
import io.diffucoder.cli.python.Limits;
import io.diffucoder.cli.python.Sandbox;
import io.diffucoder.cli.python.UnconfinedException;
import io.diffucoder.sampling.GenerationOptions;
import io.diffucoder.spi.BackendInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench}: quality and speed of ways to decode. */
@Command(
    name = "bench",
    description = {
      "Runs tasks through ways to decode, and prints how many are solved and how fast.",
      "A task is a line of JSON: {\"query\": \"…\", \"tests\": [{\"args\": […], \"expected\": …}]}."
          + " It is solved if the first function of the answer returns what is expected, of the"
          + " very same types, in all tests. Generated code runs in a process that can reach no"
          + " file, network or other process; Linux and Python 3 are needed for that."
    },
    sortOptions = false)
final class BenchCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      paramLabel = "TASKS.jsonl",
      arity = "0..1",
      description = "The tasks; default: those of the embedded model that --tasks names.")
  @Nullable Path file;

  @Option(
      names = "--tasks",
      paramLabel = "KIND",
      description =
          "unseen: held out, of combinations that were never in the embedded model's training"
              + " (default); seen: of combinations that were.")
  TaskFile.@Nullable Shipped shipped;

  @Option(
      names = "--settings",
      paramLabel = "A,B,…",
      split = ",",
      defaultValue = Settings.USUAL,
      description =
          "What is compared, the first being what speeds are ratios to: a preset of --decoding, a"
              + " commit rule of --alg, both as in fast/threshold:0.95, or 'default', what the"
              + " options below and the model say; and behind an @ the steps, as a number or a"
              + " fraction of the new tokens: entropy@24, entropy@L/2. Default:"
              + " ${DEFAULT-VALUE}.")
  List<String> settings = List.of();

  @Option(names = "--limit", paramLabel = "N", description = "The first N tasks alone.")
  @Nullable Integer limit;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "20",
      description = "Generations before the clock counts, settings in turn; default: 20.")
  int warmup = 20;

  @Option(
      names = "--no-run",
      description = "Do not run generated code: everything is measured but pass@1.")
  boolean noRun;

  @Option(
      names = "--time-limit",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "For the tests of one answer, which fails then; default: 5.")
  int timeLimit = 5;

  @Mixin BenchOutputFlags output = new BenchOutputFlags();
  @Mixin ModelFlags model = new ModelFlags();
  @Mixin PromptFlags style = new PromptFlags();
  @Mixin SamplingFlags sampling = new SamplingFlags();
  @Mixin LogFlags log = new LogFlags();

  BenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    log.apply(terminal, Level.INFO);
    check();
    TaskFile tasks = tasks();
    Optional<Checker> checker = checker();
    CancellationToken cancellation = new CancellationToken();
    BenchProgress progress = new BenchProgress(terminal);
    Interrupts interrupts = Interrupts.cancelling(cancellation, progress::close);
    BenchReport report;
    try (progress;
        DiffuCoder coder = model.load()) {
      List<Setting> compared =
          Settings.parse(settings, sampling.applyTo(coder), coder.backend().kind());
      Bench bench =
          new Bench(
              tasks.tasks(),
              compared,
              (query, options) ->
                  coder.generate(
                      GenerationRequest.of(style.instruction(query))
                          .with(options)
                          .with(cancellation)),
              progress,
              cancellation);
      bench.warmUp(warmup);
      List<Sample> samples = bench.generate();
      List<Scored> scored =
          checker.isPresent()
              ? bench.check(samples, checker.get())
              : samples.stream().map(s -> new Scored(s, Optional.empty())).toList();
      report = BenchReport.of(BenchReport.circumstances(coder, warmup), tasks, compared, scored);
    } finally {
      interrupts.end();
    }
    output.write(report);
    terminal.out().print(BenchTable.of(report));
    terminal.out().flush();
    return 0;
  }

  /** Refuses before anything is loaded or run. */
  private void check() {
    output.check();
    if (file != null && shipped != null) {
      throw new IllegalArgumentException(
          "--tasks %s and the file %s contradict; leave one out".formatted(shipped, file));
    }
    if (noRun && output.svg != null) {
      throw new IllegalArgumentException(
          "--svg shows pass@1, which --no-run leaves out; leave one of them out");
    }
    if ((limit != null && limit <= 0) || timeLimit <= 0 || warmup < 0) {
      throw new IllegalArgumentException(
          "--limit and --time-limit must be positive, --warmup 0 or more");
    }
    BackendInfo.Kind any = BackendInfo.Kind.CPU;
    Settings.parse(settings, sampling.applyTo(GenerationOptions.BASE, any), any);
  }

  private TaskFile tasks() throws IOException {
    TaskFile all =
        file != null
            ? TaskFile.read(file)
            : TaskFile.of(shipped == null ? TaskFile.Shipped.UNSEEN : shipped);
    return limit == null ? all : all.limitedTo(limit);
  }

  private Optional<Checker> checker() throws IOException {
    if (noRun) {
      return Optional.empty();
    }
    Limits limits = Limits.STANDARD.withTime(Duration.ofSeconds(timeLimit));
    try {
      return Optional.of(new Checker(Sandbox.open(terminal.environment(), limits)));
    } catch (UnconfinedException e) {
      throw new IOException(
          e.getMessage() + "; or leave pass@1 out and do not run generated code: --no-run", e);
    }
  }
}
