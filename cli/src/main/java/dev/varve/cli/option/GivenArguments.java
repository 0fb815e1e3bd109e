package dev.varve.cli.option;

import dev.varve.core.bytes.LosslessUtf8;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Decodes the arguments of a command line as UTF-8. Java decodes them by the locale, and replaces
 * other characters: without a locale, as in many containers, everything except ASCII.
 */
public final class GivenArguments {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
  private static final String REPLACED = "\uFFFD";

  private GivenArguments() {}

  /** Returns the arguments decoded by Java; those that Java could not decode are read as UTF-8. */
  public static String[] of(String[] decoded) {
    return of(decoded, COMMAND_LINE);
  }

  public static String[] of(String[] decoded, Path commandLine) {
    if (Arrays.stream(decoded).noneMatch(word -> word.contains(REPLACED))) {
      return decoded;
    }
    try {
      List<String> words = words(Files.readAllBytes(commandLine));
      // Java's own arguments come first.
      List<String> given = words.subList(words.size() - decoded.length, words.size());
      String[] whole = decoded.clone();
      for (int i = 0; i < whole.length; i++) {
        if (whole[i].contains(REPLACED)) {
          whole[i] = given.get(i);
        }
      }
      return whole;
    } catch (IOException | IndexOutOfBoundsException e) {
      return decoded; // Not Linux; elsewhere Java knows the encoding.
    }
  }

  /** Splits bytes into words that end with NUL. */
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
