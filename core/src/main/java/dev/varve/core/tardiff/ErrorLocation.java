package dev.varve.core.tardiff;

import dev.varve.core.bytes.PlainText;
import dev.varve.core.compress.CorruptPatchException;
import java.util.Locale;

/** The tar-diff and the operation that are being read, for error messages. */
final class ErrorLocation {
  private final String diff;
  private long offset;
  private String operation = "";

  ErrorLocation(String diff) {
    this.diff = diff;
  }

  /** Notes that an operation starts, whose number is not known yet. */
  void operationAt(long newOffset) {
    offset = newOffset;
    operation = "";
  }

  /** Notes which operation was read. */
  void operation(Operation newOperation) {
    operation = " (" + newOperation + ")";
  }

  /**
   * Returns an exception that names the operation.
   *
   * @param problem a format for {@code values}
   */
  MalformedTarDiffException malformed(String problem, Object... values) {
    return new MalformedTarDiffException(
        where() + String.format(Locale.ROOT, problem, values), offset);
  }

  /** Returns an exception for a patch that can't be decoded. */
  MalformedTarDiffException malformed(CorruptPatchException problem) {
    var malformed = new MalformedTarDiffException(where() + problem.getMessage(), offset);
    malformed.initCause(problem);
    return malformed;
  }

  /** Returns a path as a single line of at most 200 characters, without control characters. */
  static String printable(String path) {
    String plain = PlainText.of(path);
    int end = plain.offsetByCodePoints(0, Math.min(200, plain.codePointCount(0, plain.length())));
    return end < plain.length() ? plain.substring(0, end) + "…" : plain;
  }

  /** Returns an exception about the tar-diff's start, before any operation. */
  MalformedTarDiffException noTarDiff(String problem) {
    return new MalformedTarDiffException("reading " + diff + ": " + problem, 0);
  }

  private String where() {
    return "reading " + diff + ": operation at offset " + offset + operation + ": ";
  }
}
