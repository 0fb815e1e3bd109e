package dev.varve.cli.terminal;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.bytes.PlainText;
import dev.varve.core.json.JsonObject;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A command's environment; tests replace it.
 *
 * @param out receives results
 * @param err receives progress, notices and failures
 * @param environment the environment variables
 * @param terminal whether {@code err} is a terminal, on which lines can be redrawn
 * @param nanoTime a clock for durations, like {@link System#nanoTime}
 * @param clock a clock for dates
 * @param answers the source of interactive input
 * @param secrets the texts to hide in messages
 */
public record Console(
    ResultStream out,
    PrintStream err,
    Map<String, String> environment,
    boolean terminal,
    LongSupplier nanoTime,
    Clock clock,
    Answers answers,
    Secrets secrets) {
  /** The prefix of a line that the runner of GitHub Actions reads as a command. */
  private static final String COMMAND = "::";

  private static final String CLEAR_LINE = "\r\033[K";

  /** The prefix of the older form of such a command, anywhere in a line. */
  private static final String OLD_COMMAND = "##[";

  /** The standard error's device, because System.console() ignores the standard error. */
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  /** The console of the process. */
  public static Console ofProcess() {
    return new Console(
        new ResultStream(new FileOutputStream(FileDescriptor.out)),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        System.getenv(),
        isTerminal(System.getenv()),
        System::nanoTime,
        Clock.systemUTC(),
        Answers.OF_PROCESS,
        Secrets.NONE);
  }

  /** Creates a console without interactive input. */
  public Console(
      ResultStream out,
      PrintStream err,
      Map<String, String> environment,
      boolean terminal,
      LongSupplier nanoTime) {
    this(out, err, environment, terminal, nanoTime, Clock.systemUTC(), Answers.NONE, Secrets.NONE);
  }

  /** The user's home directory. */
  public Path home() {
    String home = environment.getOrDefault("HOME", "");
    return Path.of(home.isEmpty() ? System.getProperty("user.home", "/") : home);
  }

  private static boolean isTerminal(Map<String, String> environment) {
    if (environment.containsKey("CI") || "dumb".equals(environment.get("TERM"))) {
      return false;
    }
    return isTerminal(STANDARD_ERROR).orElse(false); // a log is readable everywhere
  }

  /** Returns whether a file descriptor is a terminal; empty if unknown. */
  static Optional<Boolean> isTerminal(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return Optional.of(target.startsWith("/dev/pts/") || target.startsWith("/dev/tty"));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** Returns a copy that hides the secrets of a command line. */
  public Console hiding(Secrets some) {
    return new Console(out, err, environment, terminal, nanoTime, clock, answers, some);
  }

  /** Prints a line to the standard error, without secrets and terminal control characters. */
  public void tell(String line) {
    err.println(inert(PlainText.of(secrets.cut(line))));
  }

  /** Prints such a line over the progress bar, which is redrawn below. */
  void tellBesideBar(String line) {
    synchronized (err) {
      if (terminal) {
        err.print(CLEAR_LINE);
      }
      tell(line);
    }
  }

  /** Prints a note for the user. */
  public void note(String text) {
    tell("note: " + text);
  }

  /** Prints a line of a result, with control characters replaced. */
  public void result(String line) {
    out.println(inert(PlainText.of(line)));
    out.flush();
  }

  /** Prints a result as JSON, with control characters and bytes other than UTF-8 escaped. */
  public void result(JsonObject json) {
    StringBuilder text = new StringBuilder();
    String pretty = json.toPrettyString();
    pretty = isInActions() ? pretty.replace(OLD_COMMAND, "\\u0023#[") : pretty;
    pretty
        .codePoints()
        .forEach(
            c -> {
              if ((c != '\n' && PlainText.isControl(c)) || isLoneSurrogate(c)) {
                text.append(String.format("\\u%04x", c));
              } else {
                text.appendCodePoint(c);
              }
            });
    out.println(text);
    out.flush();
  }

  /**
   * Returns whether a code point stands for a byte other than UTF-8, as in {@link LosslessUtf8}.
   */
  private static boolean isLoneSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  /** Whether the runner of GitHub Actions reads the output. */
  public boolean isInActions() {
    return "true".equals(environment.get("GITHUB_ACTIONS"));
  }

  /**
   * Escapes a line that the runner would read as a command.
   *
   * @see <a
   *     href="https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs">actions/runner:
   *     ActionCommand</a>
   */
  private String inert(String line) {
    if (!isInActions()) {
      return line;
    }
    String stripped = line.stripLeading();
    String first =
        stripped.startsWith(COMMAND)
            ? line.substring(0, line.length() - stripped.length()) + ": :" + stripped.substring(2)
            : line;
    return first.replace(OLD_COMMAND, "## [");
  }
}
