package dev.varve.core.image;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Thrown if a place has lost blobs of an earlier image that a new image was to share. Nothing was
 * published. The caller can write the blobs again and commit again.
 */
public final class LostBlobsException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The number of digests in a message. */
  private static final int SHOWN = 3;

  private final String problem;
  private final transient Set<Digest> blobs;

  /**
   * Creates the exception.
   *
   * @param activity the activity, a gerund with its object
   * @param blobs the lost blobs, at least one
   */
  public LostBlobsException(String activity, Set<Digest> blobs) {
    super(activity + ": " + describe(blobs) + "; push the image from a place that has all of it");
    this.problem = activity + ": " + describe(blobs);
    this.blobs = Set.copyOf(blobs);
  }

  /** The message without the advice, for callers that follow it themselves. */
  public String problem() {
    return problem;
  }

  /** The digests of the lost blobs. */
  public Set<Digest> blobs() {
    return blobs;
  }

  private static String describe(Set<Digest> blobs) {
    List<String> sorted = List.copyOf(new TreeSet<>(blobs)).stream().map(Digest::toString).toList();
    String shown = sorted.stream().limit(SHOWN).collect(Collectors.joining(", "));
    return (sorted.size() == 1 ? "a blob" : sorted.size() + " blobs")
        + " that an earlier image there names "
        + (sorted.size() == 1 ? "is" : "are")
        + " not there any more: "
        + shown
        + (sorted.size() > SHOWN ? ", …" : "");
  }
}
