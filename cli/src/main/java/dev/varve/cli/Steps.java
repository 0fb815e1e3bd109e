package dev.varve.cli;

import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Work that goes step by step: each is told when it begins, and how long it took in the end. */
final class Steps implements Closeable {
  private final Console console;
  private final ConsoleProgress progress;
  private final GitHubActions actions;
  private final List<Step> done = new ArrayList<>();
  private @Nullable String current;
  private long begun;

  /** A step that is done, and how long it took. */
  record Step(String name, Duration time) {}

  Steps(Console console, ConsoleProgress progress, GitHubActions actions) {
    this.console = console;
    this.progress = progress;
    this.actions = actions;
  }

  /** A step begins; the one before it is done. */
  void begin(String name) {
    end();
    actions.group(name);
    current = name;
    begun = console.nanoTime().getAsLong();
  }

  /** Tells something. */
  void tell(String line) {
    console.tell(line);
  }

  /** Tells something that should not be overlooked. */
  void warn(String title, String text) {
    console.tell("WARNING: " + text);
    actions.warning(title, text);
  }

  private void end() {
    progress.close();
    if (current != null) {
      done.add(new Step(current, Duration.ofNanos(console.nanoTime().getAsLong() - begun)));
    }
    current = null;
  }

  /** The steps that are done, in order. */
  List<Step> done() {
    return List.copyOf(done);
  }

  /** The last step is done. */
  @Override
  public void close() {
    end();
    actions.endGroup();
  }
}
