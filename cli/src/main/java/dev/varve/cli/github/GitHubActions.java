package dev.varve.cli.github;

import dev.varve.cli.report.BudgetReport;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Failures;
import dev.varve.core.bytes.IoRunnable;
import dev.varve.core.bytes.Lookup;
import dev.varve.core.bytes.PlainText;
import dev.varve.runner.publish.BudgetExceededException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes to GitHub Actions from a step of a job: commands in the log, outputs and a summary. Does
 * nothing elsewhere. Until it is closed, other output is not interpreted as commands, because names
 * of packages, labels and messages of registries are untrusted.
 *
 * <p>Commands are written to the standard error, which the runner reads like the standard output.
 * This keeps them in order with the log, and leaves the standard output to {@code --json}.
 *
 * @see <a
 *     href="https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands">Workflow
 *     commands for GitHub Actions</a>
 */
public final class GitHubActions implements Closeable {
  /** The limit on a step's summary in bytes; GitHub drops a longer one. */
  static final int MAX_SUMMARY = 1 << 20;

  private static final Pattern LINE = Pattern.compile("[^\r\n]+");
  private static final String CUT = "\n\n*The rest was cut: a summary has at most 1 MiB.*\n";

  private final Console console;
  private final boolean active;
  private final String token;
  private final Set<String> masked = ConcurrentHashMap.newKeySet();
  private boolean inGroup;

  /**
   * Starts, if the environment is a step of a job.
   *
   * @param token re-enables commands; must be secret
   */
  public GitHubActions(Console console, String token) {
    this.console = console;
    this.active = console.isInActions();
    this.token = token;
    if (active) {
      console.err().println(stopCommands());
    }
  }

  public GitHubActions(Console console) {
    this(console, UUID.randomUUID().toString());
  }

  /** The URL of the run; empty outside GitHub Actions. */
  public Optional<String> runUrl() {
    String server = variable("GITHUB_SERVER_URL");
    String repository = variable("GITHUB_REPOSITORY");
    String run = variable("GITHUB_RUN_ID");
    return active && !server.isEmpty() && !repository.isEmpty() && !run.isEmpty()
        ? Optional.of(server + "/" + repository + "/actions/runs/" + run)
        : Optional.empty();
  }

  /** Hides a secret in the log from now on. Thread-safe. */
  public void mask(String secret) {
    secret
        .lines()
        .filter(line -> !line.isBlank() && masked.add(line))
        .forEach(line -> command("add-mask", "", line));
  }

  /** Folds the following output under a title. */
  void group(String title) {
    endGroup();
    command("group", "", title);
    inGroup = true;
  }

  void endGroup() {
    if (inGroup) {
      command("endgroup", "", "");
    }
    inGroup = false;
  }

  /** Shows a notice beside the job. */
  void notice(String title, String text) {
    message("notice", title, text);
  }

  /** Shows a warning beside the job. */
  public void warning(String title, String text) {
    message("warning", title, text);
  }

  /** Shows an error beside the job. */
  void error(String title, String text) {
    message("error", title, text);
  }

  /**
   * Does work, and shows a failure beside the job as well.
   *
   * @param title the title of the error
   * @param activity the work as a gerund
   */
  public void annotating(String title, String activity, IoRunnable work) throws IOException {
    try {
      work.run();
    } catch (BudgetExceededException e) {
      BudgetReport report = new BudgetReport(e);
      error(title, Failures.line(report, activity));
      throw report;
    } catch (IOException | RuntimeException e) {
      error(title, Failures.line(e, activity));
      throw e;
    }
  }

  private void message(String kind, String title, String text) {
    String shown =
        LINE.matcher(console.secrets().cut(text))
            .replaceAll(line -> Matcher.quoteReplacement(PlainText.of(line.group())));
    command(kind, " title=" + property(title), shown);
  }

  private void command(String name, String properties, String data) {
    if (active) {
      // In one call, to prevent output of other threads in between, which could be commands.
      console
          .err()
          .println(
              "::%s::%n::%s%s::%s%n%s"
                  .formatted(token, name, properties, data(data), stopCommands()));
    }
  }

  private String stopCommands() {
    return "::stop-commands::" + token;
  }

  /** Escapes the message of a command. */
  static String data(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  /** Escapes the value of a command's property. */
  static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }

  /** Sets an output of the step. */
  public void output(String name, String value) throws IOException {
    append("GITHUB_OUTPUT", assignment(name, value, "ghadelimiter_" + UUID.randomUUID()));
  }

  /**
   * Sets a name to a value of one line or many.
   *
   * @param delimiter random, and therefore not part of the value
   */
  static String assignment(String name, String value, String delimiter) {
    return value.contains("\n") || value.contains("\r")
        ? name + "<<" + delimiter + "\n" + value + "\n" + delimiter + "\n"
        : name + "=" + value + "\n";
  }

  /** Adds Markdown to the job's summary, up to the limit. */
  void summary(String markdown) throws IOException {
    String file = variable("GITHUB_STEP_SUMMARY");
    if (active && !file.isEmpty()) {
      long taken = Lookup.exists(Path.of(file)) ? Files.size(Path.of(file)) : 0;
      append("GITHUB_STEP_SUMMARY", cut(markdown, (int) Math.max(0, MAX_SUMMARY - taken)));
    }
  }

  /** Truncates a text to whole lines within a number of bytes, and adds a note. */
  static String cut(String text, int room) {
    if (bytes(text) <= room) {
      return text;
    }
    int left = room - bytes(CUT);
    if (left < 0) {
      return "";
    }
    StringBuilder kept = new StringBuilder();
    for (String line : text.split("(?<=\n)", -1)) {
      left -= bytes(line);
      if (left < 0) {
        break;
      }
      kept.append(line);
    }
    return kept + CUT;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private void append(String variable, String text) throws IOException {
    String file = variable(variable);
    if (active && !file.isEmpty()) {
      try {
        // A name that is not UTF-8 gets question marks: writeString would fail.
        Files.write(
            Path.of(file),
            console.secrets().cut(text).getBytes(StandardCharsets.UTF_8),
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new IOException("telling GitHub Actions in " + file + ": " + Failures.reason(e), e);
      }
    }
  }

  private String variable(String name) {
    return console.environment().getOrDefault(name, "");
  }

  /** Re-enables commands. */
  @Override
  public void close() {
    endGroup();
    if (active) {
      console.err().println("::" + token + "::");
    }
  }
}
