package dev.varve.runner.storage;

import dev.varve.core.bytes.Progress;
import dev.varve.core.process.Step;
import dev.varve.core.process.StepResult;
import dev.varve.core.process.StepRunner;
import dev.varve.runner.Elevation;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Runs commands as root.
 *
 * @param root the way to run commands as root
 * @param steps the runner of the commands, which {@link #close} closes, from any thread
 */
record RootCommands(Elevation root, StepRunner steps) implements Closeable {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  RootCommands(Elevation root) {
    this(root, new StepRunner(Progress.SILENT));
  }

  /** Runs a command, which may fail. */
  StepResult run(String... command) throws IOException {
    String name = Path.of(command[0]).getFileName().toString();
    return steps.run(Step.capturing(name, LIMIT, root.command(command)));
  }

  /** Runs a command that must succeed. */
  StepResult require(String... command) throws IOException {
    StepResult result = run(command);
    if (!result.succeeded()) {
      throw result.failure();
    }
    return result;
  }

  @Override
  public void close() {
    steps.close();
  }
}
