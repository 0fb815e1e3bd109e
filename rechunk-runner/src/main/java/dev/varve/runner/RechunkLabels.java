package dev.varve.runner;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The labels of a rechunked image, the same for every engine. */
public final class RechunkLabels {
  /** The program that made the image, with its version. */
  public static final String VERSION = "rechunk.version";

  /** The digest of the previous image, with which the image was planned. */
  public static final String PREVIOUS = "rechunk.prev-ref";

  private static final String CHUNKS = "rechunk.chunks";

  private RechunkLabels() {}

  /**
   * Returns the labels of a new image.
   *
   * @param labels the labels of the source; the labels of this class among them are replaced
   * @param version the program that made the image, with its version
   * @param chunks the number of layers of the image
   * @param previous the digest of the previous image; empty for a fresh plan
   * @param requested the labels that the user sets or, if the value is empty, removes
   */
  public static Map<String, String> add(
      Map<String, String> labels,
      String version,
      int chunks,
      Optional<String> previous,
      Map<String, Optional<String>> requested) {
    Map<String, String> all = new LinkedHashMap<>(labels);
    all.put(VERSION, version);
    all.put(CHUNKS, Integer.toString(chunks));
    all.remove(PREVIOUS);
    previous.ifPresent(image -> all.put(PREVIOUS, image));
    requested.forEach(
        (name, value) -> value.ifPresentOrElse(v -> all.put(name, v), () -> all.remove(name)));
    return all;
  }
}
