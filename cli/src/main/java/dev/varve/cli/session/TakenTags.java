package dev.varve.cli.session;

import dev.varve.cli.terminal.Failures;
import dev.varve.cli.terminal.Human;
import dev.varve.core.layout.OciLayout;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A layout's tags that an image takes over from another, which stays there until the layout is
 * pruned.
 *
 * @param destination where the image goes
 * @param any whether there are such
 */
public record TakenTags(Reference destination, boolean any) {
  private static final String DEFAULT_TAG = "latest";

  /** Finds the tags before the image is written. */
  public static TakenTags find(Reference destination, List<String> others) throws IOException {
    if (destination.transport() != Reference.Transport.OCI) {
      return new TakenTags(destination, false);
    }
    String tag = destination.name().isEmpty() ? DEFAULT_TAG : destination.name();
    List<String> there = OciLayout.tags(destination.path(), destination.text());
    return new TakenTags(
        destination, Transports.joined(tag, others).stream().anyMatch(there::contains));
  }

  /**
   * What the user should know once it is written: how much no tag leads to any more. The image is
   * there by then, and no other one that can't be read makes a failure of that.
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
                + ", belong to images that have no tag any more: varve prune "
                + layout
                + " removes them");
  }
}
