package dev.varve.cli.session;

import dev.varve.cli.terminal.Failures;
import dev.varve.cli.terminal.Human;
import dev.varve.core.layout.OciLayout;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Detects tags of a layout that a new image takes over from other images, which stay in the layout
 * until it is pruned.
 *
 * @param destination the destination of the new image
 * @param any whether any tag is replaced
 */
public record ReplacedTags(Reference destination, boolean any) {
  private static final String DEFAULT_TAG = "latest";

  /** Finds the tags before the image is written. */
  public static ReplacedTags find(Reference destination, List<String> others) throws IOException {
    if (destination.transport() != Reference.Transport.OCI) {
      return new ReplacedTags(destination, false);
    }
    String tag = destination.name().isEmpty() ? DEFAULT_TAG : destination.name();
    List<String> existing = OciLayout.tags(destination.path(), destination.text());
    return new ReplacedTags(
        destination, Transports.joined(tag, others).stream().anyMatch(existing::contains));
  }

  /**
   * Returns a note about blobs that belong to images without a tag, after the new image is written.
   * An unreadable image in the layout is reported in the note, not as a failure.
   */
  public Optional<String> notice() {
    if (!any) {
      return Optional.empty();
    }
    String layout = "oci:" + destination.location();
    OciLayout.Unreachable left;
    try {
      left = OciLayout.unreachable(destination.path(), layout);
    } catch (IOException e) {
      return Optional.of(Failures.line(e, "looking for blobs of " + layout + " to prune"));
    }
    return left.blobs() == 0
        ? Optional.empty()
        : Optional.of(
            Human.count(left.blobs(), "blob")
                + " in "
                + layout
                + ", "
                + Human.size(left.bytes())
                + (left.blobs() == 1 ? ", belongs" : ", belong")
                + " to images without a tag: varve prune "
                + layout
                + " removes them");
  }
}
