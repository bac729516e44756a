package io.diffucoder.jmh;

import io.diffucoder.spi.DType;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Times denoising steps and operations on the GPU, one JSON line each: {@code GpuTimes
 * parts=steps,linear,others type=BF16}. Weights are loaded once for all steps, which is why this is
 * not JMH. {@code backend=cpu layers=0} tries it without a GPU.
 */
public final class GpuTimes {
  /** The exit status if there is no GPU. */
  static final int NO_GPU = 3;

  /** Of logits: a token is kept or cut by how likely it is, as with a trained network. */
  private static final double LOGIT_DEVIATION = 2.5;

  private final PrintStream out;
  private final Options options;
  private final GpuSizes sizes;

  private record Options(Map<String, String> given) {
    static Options parse(String[] arguments) {
      Map<String, String> given = new HashMap<>();
      for (String argument : arguments) {
        int equals = argument.indexOf('=');
        if (equals < 0) {
          throw new IllegalArgumentException("'%s' is not key=value".formatted(argument));
        }
        given.put(argument.substring(0, equals), argument.substring(equals + 1));
      }
      return new Options(given);
    }

    String get(String key, String byDefault) {
      return given.getOrDefault(key, byDefault);
    }
  }

  private GpuTimes(PrintStream out, Options options) {
    this.out = out;
    this.options = options;
    int layers = Integer.parseInt(options.get("layers", "28"));
    this.sizes = layers == 0 ? GpuSizes.tiny() : GpuSizes.dream7b(layers);
  }

  /**
   * Options: {@code parts} of steps, linear and others (or probe: whether there is a GPU, and
   * nothing else), {@code type} of the weights, {@code layers} (0 for a tiny network), {@code
   * seconds} for each line, {@code label} to tell runs apart, {@code backend} gpu or cpu. What the
   * GPU backend computes in is chosen by its system properties.
   */
  public static void main(String[] arguments) {
    int status = run(System.out, arguments);
    if (status != 0) {
      System.exit(status);
    }
  }

  static int run(PrintStream out, String... arguments) {
    Options options = Options.parse(arguments);
    Supplier<RandomBackend> backends = RandomBackend::gpu;
    if (options.get("backend", "gpu").equals("cpu")) {
      backends = () -> RandomBackend.cpu(Fixture.threads(0));
    } else {
      Optional<String> obstacle = RandomBackend.gpuObstacle();
      if (obstacle.isPresent()) {
        out.printf("no GPU to measure: %s%n", obstacle.get());
        return NO_GPU;
      }
    }
    GpuTimes times = new GpuTimes(out, options);
    for (String part : options.get("parts", "steps,linear,others").split(",", -1)) {
      try (RandomBackend backend = backends.get()) {
        times.part(part, backend);
      }
    }
    return 0;
  }

  private void part(String part, RandomBackend backend) {
    switch (part) {
      case "probe" -> print("device", Map.of("device", backend.backend().info().device()));
      case "steps" -> steps(backend);
      case "linear" -> linear(backend);
      case "others" -> others(backend);
      default -> throw new IllegalArgumentException("there is no part '%s'".formatted(part));
    }
  }

  private DType type() {
    return DType.valueOf(options.get("type", "BF16"));
  }

  private void steps(RandomBackend backend) {
    backend.prepare(type(), (long) sizes.config().vocabSize() * sizes.config().hiddenSize());
    long start = System.nanoTime();
    RandomModel model = new RandomModel(backend, sizes.config(), type());
    Map<String, Object> load = new LinkedHashMap<>();
    load.put("ms", (System.nanoTime() - start) / 1e6);
    load.put("bytes", backend.loadedBytes());
    print("load", load);
    for (int canvas : sizes.fullPasses()) {
      step(model, "full pass, L " + canvas, StepCase.Step.full(canvas, canvas / 2));
    }
    for (int canvas : sizes.windowCanvases()) {
      for (int rows : sizes.windows()) {
        String name = "window of %d, T %d".formatted(rows, canvas);
        step(model, name, StepCase.Step.window(canvas, rows));
      }
    }
  }

  private void step(RandomModel model, String name, StepCase.Step step) {
    try (StepCase running = new StepCase(model, step)) {
      Timing timing = Timing.of(running, 1, seconds());
      Map<String, Object> line = line(timing, running.work());
      line.put("flops", running.work().flops() + step.attentionFlops(sizes.config()));
      line.put("caller_share", timing.callerShare());
      print(name, line);
    }
  }

  private void linear(RandomBackend backend) {
    for (LinearCase.Layer layer : sizes.layers()) {
      int copies = sizes.copies(type().bytes((long) layer.in() * layer.out()));
      for (int rows : sizes.linearRows()) {
        String name = "linear %dx%d, R %d".formatted(layer.in(), layer.out(), rows);
        operation(name, new LinearCase(new Fixture(backend), rows, layer, type(), copies));
      }
    }
  }

  private void others(RandomBackend backend) {
    for (int canvas : sizes.attended()) {
      String name = "attention, L " + canvas;
      operation(name, new AttentionCase(new Fixture(backend), canvas, canvas));
    }
    int rows = sizes.smallRows();
    int feedForward = sizes.config().intermediateSize();
    int width = Math.ceilDiv(sizes.config().hiddenSize(), 128) * 128;
    for (SmallCase.Operation what : SmallCase.Operation.values()) {
      String name = "%s, R %d".formatted(what.label(), rows);
      operation(name, new SmallCase(new Fixture(backend), what, rows, width, feedForward));
    }
    int vocabulary = sizes.config().vocabSize();
    for (ScoreBenchmark.Filter filter : ScoreBenchmark.Filter.values()) {
      String label = filter == ScoreBenchmark.Filter.GREEDY ? "greedy" : "top-p 0.95";
      String name = "score %dx%d, %s".formatted(sizes.scoredRows(), vocabulary, label);
      try (ScoreCase running =
          new ScoreCase(
              new Fixture(backend),
              sizes.scoredRows(),
              vocabulary,
              filter.asTokenFilter(),
              LOGIT_DEVIATION)) {
        print(name, line(Timing.of(running, 1, seconds()), running.work())); // each call waits
      }
    }
  }

  /** Times a case whose runs need not wait, and closes it. */
  private void operation(String name, Case opened) {
    try (Case running = opened) {
      print(name, line(Timing.of(running, sizes.batch(), seconds()), running.work()));
    }
  }

  private double seconds() {
    return Double.parseDouble(options.get("seconds", "0.4"));
  }

  private static Map<String, Object> line(Timing timing, Work work) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("ms", timing.medianNanos() / 1e6);
    line.put("best_ms", timing.bestNanos() / 1e6);
    line.put("samples", timing.samples());
    line.put("bytes", work.weightBytes() + work.tensorBytes());
    line.put("flops", work.flops());
    return line;
  }

  private void print(String name, Map<String, Object> values) {
    StringBuilder json = new StringBuilder();
    json.append("{\"by\": ").append(quoted(options.get("label", "diffucoder")));
    json.append(", \"case\": ").append(quoted(name));
    values.forEach((key, value) -> {
      json.append(", ").append(quoted(key)).append(": ");
      json.append(value instanceof Number number ? number(number) : quoted(value.toString()));
    });
    out.println(json.append('}'));
    out.flush();
  }

  private static String number(Number value) {
    return value instanceof Double real
        ? String.format(Locale.ROOT, "%.6g", real)
        : value.toString();
  }

  private static String quoted(String value) {
    return "\"" + value + "\"";
  }
}
