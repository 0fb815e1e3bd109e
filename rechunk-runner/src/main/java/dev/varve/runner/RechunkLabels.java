package dev.varve.runner;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The labels by which a rechunked image says so, whichever engine made it. */
public final class RechunkLabels {
  /** What made the image. */
  public static final String VERSION = "rechunk.version";

  /** The image that it was planned with, by digest. */
  public static final String PREVIOUS = "rechunk.prev-ref";

  private static final String CHUNKS = "rechunk.chunks";

  private RechunkLabels() {}

  /**
   * The labels of a new image.
   *
   * @param labels what it has without them; those of an older image are replaced
   * @param version what made it
   * @param chunks how many layers it has
   * @param previous the image it was planned with, by digest
   * @param asked what the user wants set or, where the value is empty, removed
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
