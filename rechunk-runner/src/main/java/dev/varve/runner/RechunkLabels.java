package dev.varve.runner;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The labels of a rechunked image, the same for every engine. */
public final class RechunkLabels {
  /** The program that made the image, with its version. */
  public static final String VERSION = "rechunk.version";

  /** The digest of the image that it was planned with. */
  public static final String PREVIOUS = "rechunk.prev-ref";

  private static final String CHUNKS = "rechunk.chunks";

  private RechunkLabels() {}

  /**
   * The labels of a new image.
   *
   * @param labels the other labels; these labels of an older image are replaced
   * @param version the program that made the image, with its version
   * @param chunks how many layers it has
   * @param previous the image it was planned with, by digest
   * @param asked the labels that the user sets or, where the value is empty, removes
   */
  public static Map<String, String> add(
      Map<String, String> labels,
      String version,
      int chunks,
      Optional<String> previous,
      Map<String, Optional<String>> asked) {
    Map<String, String> all = new LinkedHashMap<>(labels);
    all.put(VERSION, version);
    all.put(CHUNKS, Integer.toString(chunks));
    all.remove(PREVIOUS);
    previous.ifPresent(image -> all.put(PREVIOUS, image));
    asked.forEach(
        (name, value) -> value.ifPresentOrElse(v -> all.put(name, v), () -> all.remove(name)));
    return all;
  }
}
