package dev.varve.cli.option;

import dev.varve.core.bytes.LosslessUtf8;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The words of a command line as their bytes are. Java decodes them by the locale, and replaces
 * what that has no characters for: with none, as in many containers, all that is not ASCII.
 */
public final class GivenArguments {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
  private static final String REPLACED = "\uFFFD";

  private GivenArguments() {}

  /** The words that Java has decoded, with those in UTF-8 that it could not decode. */
  public static String[] of(String[] decoded) {
    return of(decoded, COMMAND_LINE);
  }

  public static String[] of(String[] decoded, Path commandLine) {
    if (Arrays.stream(decoded).noneMatch(word -> word.contains(REPLACED))) {
      return decoded;
    }
    try {
      List<String> words = words(Files.readAllBytes(commandLine));
      // Before them come Java's own.
      List<String> given = words.subList(words.size() - decoded.length, words.size());
      String[] whole = decoded.clone();
      for (int i = 0; i < whole.length; i++) {
        if (whole[i].contains(REPLACED)) {
          whole[i] = given.get(i);
        }
      }
      return whole;
    } catch (IOException | IndexOutOfBoundsException e) {
      return decoded; // No Linux: Java knows the encoding elsewhere.
    }
  }

  /** Splits what ends each word with a zero. */
  private static List<String> words(byte[] bytes) {
    List<String> words = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        words.add(LosslessUtf8.decode(bytes, start, i - start));
        start = i + 1;
      }
    }
    return words;
  }
}
