package io.diffucoder.cuda.driver;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUstream_st;

/**
 * Graphs of runs of launches that came before, byte for byte: the same kernels over the same memory
 * in the same shapes. What differs between steps is in device memory, so a denoising step of a
 * shape is captured once and then replayed. A run becomes a graph when it is seen for the second
 * time; the least recently used graphs go.
 */
final class GraphCache {
  /** Fewer launches than this are not worth a graph. */
  private static final int FEWEST_LAUNCHES = 8;

  private static final int MOST_GRAPHS = 32;
  private static final int MOST_SEEN = 256;

  private final LinkedHashMap<Long, Entry> graphs = new LinkedHashMap<>(16, 0.75f, true);
  private final LinkedHashSet<Long> seen = new LinkedHashSet<>();

  private record Entry(MemorySegment commands, CUgraphExec_st graph) {}

  /** Launches commands from … until a place, as a graph if it is one already or becomes one. */
  void launch(CommandTape tape, Run run, Launcher launcher, CUstream_st stream) {
    if (run.launches() < FEWEST_LAUNCHES) {
      launcher.run(tape, run.from(), run.to(), stream);
      return;
    }
    MemorySegment commands = tape.slice(run.from(), run.to());
    long hash = hash(commands);
    Entry known = graphs.get(hash);
    if (known != null && known.commands().mismatch(commands) == -1) {
      Driver.launch(known.graph(), stream);
      return;
    }
    if (known != null || !hasBeenSeen(hash)) { // another run of the same hash keeps its graph
      launcher.run(tape, run.from(), run.to(), stream);
      return;
    }
    Driver.beginCapture(stream);
    launcher.run(tape, run.from(), run.to(), stream);
    CUgraphExec_st graph = Driver.endCapture(stream);
    add(hash, commands, graph);
    Driver.launch(graph, stream);
  }

  /** Some commands of a tape, copies excluded. */
  record Run(long from, long to, int launches) {}

  private boolean hasBeenSeen(long hash) {
    if (!seen.add(hash)) {
      return true;
    }
    if (seen.size() > MOST_SEEN) {
      seen.removeFirst();
    }
    return false;
  }

  private void add(long hash, MemorySegment commands, CUgraphExec_st graph) {
    MemorySegment copy = MemorySegment.ofArray(commands.toArray(JAVA_LONG));
    graphs.put(hash, new Entry(copy, graph));
    if (graphs.size() > MOST_GRAPHS) {
      Driver.destroy(graphs.pollFirstEntry().getValue().graph());
    }
  }

  void clear() {
    graphs.values().forEach(entry -> Driver.destroy(entry.graph()));
    graphs.clear();
    seen.clear();
  }

  private static long hash(MemorySegment commands) {
    long hash = commands.byteSize();
    for (long at = 0; at < commands.byteSize(); at += Long.BYTES) {
      hash = (hash ^ commands.get(JAVA_LONG, at)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return hash;
  }
}
