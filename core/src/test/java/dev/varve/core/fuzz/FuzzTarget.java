package dev.varve.core.fuzz;

import dev.varve.core.bytes.IoConsumer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A parser, with inputs that it accepts.
 *
 * @param name the parser's name, and that of its directory in {@code src/test/fixtures/fuzz}
 * @param reader reads an input. An {@link java.io.IOException} says that the input is malformed;
 *     any other exception is a fault of the parser. The reader checks what must hold for any input
 *     that it accepts.
 * @param seeds inputs that the parser accepts, which fuzzing changes
 */
public record FuzzTarget(String name, IoConsumer<byte[]> reader, List<byte[]> seeds) {
  /** Copies the list. */
  public FuzzTarget {
    seeds = List.copyOf(seeds);
  }

  /** Creates the target of a parser of text. */
  public static FuzzTarget ofText(String name, IoConsumer<byte[]> reader, String... seeds) {
    List<byte[]> bytes = new ArrayList<>();
    for (String seed : seeds) {
      bytes.add(seed.getBytes(StandardCharsets.UTF_8));
    }
    return new FuzzTarget(name, reader, bytes);
  }

  @Override
  public String toString() {
    return name;
  }
}
