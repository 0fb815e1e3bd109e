package dev.varve.cli.terminal;

import dev.varve.core.bytes.NoSpaceException;
import dev.varve.core.image.CorruptBlobException;
import dev.varve.core.json.JsonObject;
import dev.varve.core.process.MissingProgramException;
import dev.varve.core.signing.NotSignedException;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.TransferException;
import dev.varve.runner.MachineLacksException;
import dev.varve.runner.PullException;
import dev.varve.runner.VerificationException;
import dev.varve.runner.publish.BudgetExceededException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Tells what went wrong: in one line, as an exit code, and to a command that prints JSON as a JSON
 * object on the standard output.
 */
public final class Failures {
  static final int FAILED = 1;
  static final int WRONG_USAGE = 2;
  static final int NOT_AUTHORIZED = 3;
  static final int UNAVAILABLE = 4;
  public static final int VERIFICATION_FAILED = 5;
  static final int OVER_BUDGET = 6;
  public static final int MACHINE_LACKS = 7;

  /** As a shell reports a program that SIGPIPE ended. */
  static final int READER_GONE = 141;

  private static final String PREFIX = "varve: ";
  private static final String JSON = "--json";

  /** Picocli's message for a value that is no constant of an enum. */
  private static final Pattern ENUM_VALUES =
      Pattern.compile("expected one of \\[([A-Za-z_, ]+)\\] \\(case-insensitive\\) but was ");

  private final Console console;

  public Failures(Console console) {
    this.console = console;
  }

  /**
   * Tells that a command line makes no sense.
   *
   * @param arguments all of it
   */
  public int wrongUsage(ParameterException failure, String... arguments) {
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    String message = oneLine(problem(failure) + " (" + command + " --help tells more)");
    console.tell(PREFIX + message);
    if (failure.getCommandLine().getCommandSpec().findOption(JSON) != null
        && List.of(arguments).contains(JSON)) {
      console.result(json(message, WRONG_USAGE));
    }
    return WRONG_USAGE;
  }

  private static String problem(ParameterException failure) {
    if (!(failure instanceof UnmatchedArgumentException unmatched)) {
      return enumValues(String.valueOf(failure.getMessage()));
    }
    return unknown(unmatched)
        + (unmatched.getSuggestions().isEmpty()
            ? ""
            : "; did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?");
  }

  /** An option is named without its value, which may be a password. */
  private static String unknown(UnmatchedArgumentException unmatched) {
    List<String> options =
        unmatched.getUnmatched().stream()
            .filter(argument -> argument.startsWith("-"))
            .map(argument -> "'" + argument.replaceFirst("=.*", "") + "'")
            .toList();
    if (!options.isEmpty()) {
      return "Unknown option" + (options.size() == 1 ? ": " : "s: ") + String.join(", ", options);
    }
    String first = unmatched.getUnmatched().get(0);
    return unmatched.getCommandLine().getSubcommands().isEmpty()
        ? String.valueOf(unmatched.getMessage()).replaceFirst(" (at|from) index [0-9]+:", ":")
        : "Unknown command: '" + first + "'";
  }

  /** Values as they are typed, in place of the names of Java's constants. */
  private static String enumValues(String message) {
    Matcher matcher = ENUM_VALUES.matcher(message);
    return matcher.replaceFirst(
        found ->
            "expected "
                + found.group(1).toLowerCase(Locale.ROOT).replace('_', '-').replace(", ", " or ")
                + ", got ");
  }

  /**
   * Tells that a command failed.
   *
   * @param debug whether the stack trace is printed as well
   */
  public int failed(Exception failure, CommandLine command, boolean debug) {
    if (isStopping()) {
      return exitCode(failure); // that what is closed on the way out can't go on is no news
    }
    if (debug) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      trace.toString().lines().map(line -> line.replace("\t", "    ")).forEach(console::tell);
    }
    String activity =
        command.getCommand() instanceof Activity told ? told.activity() : "running varve";
    String message = line(failure, activity);
    console.tell(PREFIX + message);
    int code = exitCode(failure);
    if (command.getParseResult().hasMatchedOption(JSON)) {
      JsonObject json = json(message, code);
      console.result(failure instanceof DetailedException detailed ? detailed.addTo(json) : json);
    }
    return code;
  }

  /** Whether the process ends because of a signal; whoever catches that prints a line for it. */
  private static boolean isStopping() {
    Thread none = new Thread();
    try {
      Runtime.getRuntime().addShutdownHook(none);
      Runtime.getRuntime().removeShutdownHook(none);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  /**
   * Tells that Java's heap was too small.
   *
   * @param arguments of the command line
   */
  public int outOfMemory(String... arguments) {
    String message =
        "running out of memory: the heap of "
            + Human.size(Runtime.getRuntime().maxMemory())
            + " is too small; VARVE_JAVA_OPTS=-Xmx2g allows more";
    console.tell(PREFIX + message);
    if (List.of(arguments).contains(JSON)) {
      console.result(json(message, MACHINE_LACKS));
    }
    return MACHINE_LACKS;
  }

  /**
   * Tells if the result could not be written.
   *
   * @param code how the command ended
   * @return how the program ends
   */
  public int ended(int code) {
    Optional<IOException> failure = console.out().failure();
    if (failure.isEmpty()) {
      return code;
    }
    if ("Broken pipe".equals(failure.get().getMessage())) {
      return code == 0 ? READER_GONE : code; // who has read enough, as head has, is no news
    }
    console.tell(
        PREFIX + "writing the result to the standard output: " + line(failure.get(), "failed"));
    return code == 0 ? FAILED : code;
  }

  private JsonObject json(String message, int code) {
    return JsonObject.EMPTY.with("error", console.secrets().cut(message)).with("exitCode", code);
  }

  static int exitCode(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof VerificationException
          || cause instanceof NotSignedException
          || cause instanceof CorruptBlobException) {
        return VERIFICATION_FAILED;
      }
      if (cause instanceof RegistryException refusal) {
        return exitCode(refusal.kind());
      }
      if (cause instanceof PullException refusal) {
        return refusal.kind() == PullException.Kind.NOT_AUTHORIZED ? NOT_AUTHORIZED : UNAVAILABLE;
      }
      if (cause instanceof BudgetExceededException) {
        return OVER_BUDGET;
      }
      if (cause instanceof TransferException || cause instanceof UnknownHostException) {
        return UNAVAILABLE;
      }
      if (cause instanceof MissingProgramException
          || cause instanceof NoSpaceException
          || cause instanceof MachineLacksException
          || cause instanceof AccessDeniedException) {
        return MACHINE_LACKS;
      }
    }
    return failure instanceof IllegalArgumentException ? WRONG_USAGE : FAILED;
  }

  private static int exitCode(RegistryException.Kind kind) {
    return switch (kind) {
      case NOT_AUTHORIZED -> NOT_AUTHORIZED;
      case UNAVAILABLE -> UNAVAILABLE;
      case CORRUPT -> VERIFICATION_FAILED;
      case NOT_FOUND, REFUSED -> FAILED;
    };
  }

  /** Words a failure in one line, with {@code activity} for exceptions that do not name theirs. */
  public static String line(Throwable failure, String activity) {
    return oneLine(message(failure, activity));
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static String message(Throwable failure, String activity) {
    if (failure instanceof UncheckedIOException && failure.getCause() != null) {
      return message(failure.getCause(), activity);
    }
    if (!(failure instanceof IOException) && !(failure instanceof IllegalArgumentException)) {
      return activity
          + ": unexpectedly "
          + failure
          + "; that is a bug in Varve, and --debug shows where it is";
    }
    // Where only the operating system speaks, it doesn't say what was being done.
    boolean bare =
        failure.getMessage() == null
            || (failure instanceof FileSystemException && !isExplained(failure));
    String message = (bare ? activity + ": " : "") + reason(failure);
    Throwable told = failure;
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (told instanceof RegistryException
          || told instanceof TransferException
          || told instanceof DetailedException) {
        break; // these have said what is behind them, in better words
      }
      told = cause;
      // An exception made to explain another of its kind has said all that there is to it.
      boolean explained =
          cause instanceof FileSystemException && cause.getClass() == failure.getClass();
      if (cause.getMessage() != null && !explained && !tells(message, reason(cause))) {
        message += ": " + reason(cause);
      }
    }
    return message + Advice.of(failure);
  }

  private static boolean tells(String message, String reason) {
    return message.toLowerCase(Locale.ROOT).contains(reason.toLowerCase(Locale.ROOT));
  }

  /** Words an exception as a sentence, also if Java's own message is only a file's name. */
  public static String reason(Throwable failure) {
    if (failure instanceof FileSystemException e && e.getReason() == null) {
      String file = e.getFile();
      if (e instanceof NoSuchFileException) {
        return "there is no " + file;
      } else if (e instanceof AccessDeniedException) {
        return "no permission for " + file;
      } else if (e instanceof FileAlreadyExistsException) {
        return file + " is there already";
      } else if (e instanceof NotDirectoryException) {
        return file + " is not a directory";
      } else if (e instanceof DirectoryNotEmptyException) {
        return file + " is not empty";
      }
    }
    if (failure instanceof FileSystemException e && e.getReason() != null && !isExplained(e)) {
      return e.getFile() + ": " + e.getReason().toLowerCase(Locale.ROOT);
    }
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  /** Whether an exception of the file system's says what was being done in place of a file. */
  private static boolean isExplained(Throwable failure) {
    return failure instanceof AccessDeniedException e && e.getReason() != null;
  }
}
