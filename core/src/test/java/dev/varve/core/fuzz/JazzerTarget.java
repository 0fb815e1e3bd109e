package dev.varve.core.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The entry points of Jazzer, which {@code .ci/fuzz} starts. */
public final class JazzerTarget {
  private static @Nullable FuzzTarget target;

  private JazzerTarget() {}

  /**
   * Called by Jazzer at the start.
   *
   * @param arguments the name of the parser
   */
  public static void fuzzerInitialize(String[] arguments) throws IOException {
    target = FuzzTargets.named(arguments[0]);
  }

  /** Called by Jazzer with each input. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (target == null) {
      throw new IllegalStateException("expected the name of a parser");
    }
    FuzzedInput.read(target, input);
  }

  /**
   * Prints the names of all parsers, or writes the seeds of one.
   *
   * @param arguments none; or the parser's name and a directory
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 0) {
      FuzzTargets.all().forEach(each -> System.out.println(each.name()));
      return;
    }
    Path directory = Files.createDirectories(Path.of(arguments[1]));
    int number = 0;
    for (byte[] seed : FuzzTargets.named(arguments[0]).seeds()) {
      Files.write(directory.resolve("seed-" + number++), seed);
    }
  }
}
