package dev.varve.cli.terminal;

import dev.varve.core.bytes.NoSpaceException;
import dev.varve.core.bytes.WriteFailure;
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
import java.nio.file.DirectoryIteratorException;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Reports failures: as one line, as an exit code, and with --json as a JSON object on the standard
 * output.
 */
public final class Failures {
  static final int FAILED = 1;
  static final int WRONG_USAGE = 2;
  static final int NOT_AUTHORIZED = 3;
  static final int UNAVAILABLE = 4;
  public static final int VERIFICATION_FAILED = 5;
  static final int OVER_BUDGET = 6;
  public static final int MACHINE_LACKS = 7;

  /** The exit code for a program that SIGPIPE ended, as in shells. */
  static final int READER_GONE = 141;

  private static final String PREFIX = "varve: ";
  private static final String JSON = "--json";

  /** Picocli's message for a value that is not a constant of an enum. */
  private static final Pattern ENUM_VALUES =
      Pattern.compile("expected one of \\[([A-Za-z_, ]+)\\] \\(case-insensitive\\) but was ");

  /** Picocli's message for a value that is not a whole number, or too large for one. */
  private static final Pattern NO_NUMBER = Pattern.compile("'([^']*)' is not an int");

  private final Console console;

  public Failures(Console console) {
    this.console = console;
  }

  /**
   * Reports an invalid command line.
   *
   * @param arguments the whole command line
   */
  public int wrongUsage(ParameterException failure, String... arguments) {
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    String message = oneLine(problem(failure) + " (" + command + " --help shows the usage)");
    console.tell(PREFIX + message);
    if (failure.getCommandLine().getCommandSpec().findOption(JSON) != null
        && List.of(arguments).contains(JSON)) {
      console.result(json(message, WRONG_USAGE));
    }
    return WRONG_USAGE;
  }

  private static String problem(ParameterException failure) {
    if (!(failure instanceof UnmatchedArgumentException unmatched)) {
      return numbers(enumValues(String.valueOf(failure.getMessage())));
    }
    return unknown(unmatched)
        + (unmatched.getSuggestions().isEmpty()
            ? ""
            : "; did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?");
  }

  /** Names unknown options without their values, which may be passwords. */
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

  /** Replaces the names of Java's constants by the values to type. */
  private static String enumValues(String message) {
    Matcher matcher = ENUM_VALUES.matcher(message);
    return matcher.replaceFirst(
        found ->
            "expected "
                + found.group(1).toLowerCase(Locale.ROOT).replace('_', '-').replace(", ", " or ")
                + ", got ");
  }

  private static String numbers(String message) {
    return NO_NUMBER
        .matcher(message)
        .replaceFirst("expected a whole number up to " + Integer.MAX_VALUE + ", got \"$1\"");
  }

  /**
   * Reports the failure of a command.
   *
   * @param debug whether to print the stack trace too
   */
  public int failed(Exception failure, CommandLine command, boolean debug) {
    if (isStopping()) {
      return exitCode(failure); // a consequence of closing resources
    }
    if (debug) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      trace.toString().lines().map(line -> line.replace("\t", "    ")).forEach(console::tell);
    }
    String activity =
        command.getCommand() instanceof Activity named ? named.activity() : "running varve";
    CommandSpec spec = command.getCommandSpec();
    String message =
        oneLine(
            message(failure, activity)
                + Advice.of(failure, option -> spec.findOption(option) != null));
    if (failure instanceof DetailedException detailed) {
      detailed.lines().forEach(console::tell);
    }
    console.tell(PREFIX + message);
    int code = exitCode(failure);
    if (command.getParseResult().hasMatchedOption(JSON)) {
      JsonObject json = json(message, code);
      console.result(failure instanceof DetailedException detailed ? detailed.addTo(json) : json);
    }
    return code;
  }

  /** Whether the process ends because of a signal, which the signal's handler reports. */
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
   * Reports that Java's heap is too small.
   *
   * @param arguments the command line
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
   * Reports a failure to write the result, if any.
   *
   * @param code the exit code of the command
   * @return the exit code of the program
   */
  public int ended(int code) {
    Optional<IOException> failure = console.out().failure();
    if (failure.isEmpty()) {
      return code;
    }
    if ("Broken pipe".equals(failure.get().getMessage())) {
      return code == 0 ? READER_GONE : code; // the reader, such as head, stopped reading
    }
    String doing = "writing the result to the standard output";
    console.tell(PREFIX + line(new IOException(doing, failure.get()), doing));
    return code == 0 ? exitCode(failure.get()) : code;
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
          || cause instanceof AccessDeniedException
          || (cause instanceof IOException failed && WriteFailure.isOfDisk(failed))) {
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

  /** Describes a failure in one line, with {@code activity} for exceptions without an activity. */
  public static String line(Throwable failure, String activity) {
    return oneLine(message(failure, activity) + Advice.of(failure, option -> true));
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static String message(Throwable failure, String activity) {
    boolean isWrapped =
        failure instanceof UncheckedIOException || failure instanceof DirectoryIteratorException;
    if (isWrapped && failure.getCause() != null) {
      return message(failure.getCause(), activity);
    }
    if (!(failure instanceof IOException) && !(failure instanceof IllegalArgumentException)) {
      return activity
          + ": unexpectedly "
          + failure
          + "; this is a bug in Varve: report it with the output of --debug";
    }
    // The operating system's message does not name the activity.
    boolean bare =
        failure.getMessage() == null
            || isOfSystemAlone(failure)
            || (failure instanceof FileSystemException && !isExplained(failure));
    String message = (bare ? activity + ": " : "") + reason(failure);
    Throwable described = failure;
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (described instanceof RegistryException
          || described instanceof TransferException
          || described instanceof DetailedException) {
        break; // their messages include the cause
      }
      described = cause;
      // An exception that explains another one of its type includes it.
      boolean explained =
          cause instanceof FileSystemException && cause.getClass() == failure.getClass();
      if (cause.getMessage() != null && !explained && !contains(message, reason(cause))) {
        message += ": " + reason(cause);
      }
    }
    return message;
  }

  /** Whether a message is the system's reason without the file, as from a channel. */
  private static boolean isOfSystemAlone(Throwable failure) {
    return failure.getClass() == IOException.class
        && (WriteFailure.isOfDevice((IOException) failure)
            || WriteFailure.isOfDisk((IOException) failure))
        && !String.valueOf(failure.getMessage()).contains(":");
  }

  private static boolean contains(String message, String reason) {
    return message.toLowerCase(Locale.ROOT).contains(reason.toLowerCase(Locale.ROOT));
  }

  /** Describes an exception, even if Java's message is only a file's name. */
  public static String reason(Throwable failure) {
    if (failure instanceof FileSystemException e && e.getReason() == null) {
      String file = e.getFile();
      if (e instanceof NoSuchFileException) {
        return "there is no " + file;
      } else if (e instanceof AccessDeniedException) {
        return "no permission for " + file;
      } else if (e instanceof FileAlreadyExistsException) {
        return file + " exists already";
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

  /** Whether the message of a file system's exception names the activity instead of a file. */
  private static boolean isExplained(Throwable failure) {
    return failure instanceof AccessDeniedException e && e.getReason() != null;
  }
}
