package dev.varve.cli.github;

import dev.varve.cli.report.PreviousReport;
import dev.varve.cli.terminal.Advice;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.ConsoleProgress;
import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Remedy;
import dev.varve.runner.publish.PreviousChoice;
import dev.varve.runner.publish.PublishListener;
import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows the steps of publishing as groups of lines, and measures their times. */
public final class Steps implements PublishListener, Closeable {
  private final Console console;
  private final ConsoleProgress progress;
  private final GitHubActions actions;
  private final boolean dryRun;
  private final List<Timed> done = new ArrayList<>();
  private @Nullable String current;
  private long begun;

  /** A finished step and its duration. */
  public record Timed(String name, Duration time) {}

  /**
   * Creates the listener; shows nothing yet.
   *
   * @param dryRun whether to push nothing
   */
  public Steps(Console console, ConsoleProgress progress, GitHubActions actions, boolean dryRun) {
    this.console = console;
    this.progress = progress;
    this.actions = actions;
    this.dryRun = dryRun;
  }

  @Override
  public void begin(Step step) {
    finish();
    current = title(step);
    actions.group(current);
    begun = console.nanoTime().getAsLong();
  }

  private String title(Step step) {
    return switch (step) {
      case FIND_PREVIOUS -> "Find the previous image";
      case RECHUNK -> dryRun ? "Rechunk" : "Rechunk and push by digest";
      case SIGN -> "Sign";
      case VERIFY -> "Verify what is in the registry";
      case ATTACH_SBOM -> "Attach the SBOM";
      case MAKE_DELTAS -> "Make deltas";
      case MOVE_TAGS -> "Move the tags";
    };
  }

  @Override
  public void previous(PreviousChoice choice) {
    PreviousReport report = new PreviousReport(choice);
    report.warnings().forEach(warning -> warn("No previous image", warning));
    if (choice.image().isEmpty() && choice.wanted() && choice.failure() == null) {
      warn("No previous image", report.line() + "; clients will download the whole image");
    } else {
      console.tell(report.line());
    }
  }

  @Override
  public void warning(Topic topic, String text) {
    switch (topic) {
      case PREVIOUS_IMAGE -> warn("Previous image", text);
      case NOTHING_IN_COMMON -> warn("Nothing in common", text);
      case SIGNATURE_OVERLOOKED -> warn("Signature", text + "; sign with --bundle too");
      case LATER_VERSION -> warn("A later version", text);
      case DELTAS -> warn("Deltas", text);
    }
  }

  @Override
  public void warning(Topic topic, String text, Remedy remedy) {
    warning(topic, text + Advice.of(remedy));
  }

  private void warn(String title, String text) {
    console.tell("WARNING: " + text);
    actions.warning(title, text);
  }

  @Override
  public void notice(String text) {
    console.note(text);
  }

  @Override
  public Progress progress() {
    return progress;
  }

  /** Ends the last step. */
  public void end() {
    finish();
    actions.endGroup();
  }

  private void finish() {
    progress.close();
    if (current != null) {
      done.add(new Timed(current, Duration.ofNanos(console.nanoTime().getAsLong() - begun)));
    }
    current = null;
  }

  /** The finished steps, in order. */
  public List<Timed> done() {
    return List.copyOf(done);
  }

  /** Ends the last step, unless it has ended. */
  @Override
  public void close() {
    end();
  }
}
