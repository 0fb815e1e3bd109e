package dev.varve.runner.builtin;

import dev.varve.core.bytes.Scratch;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.Predecessor;
import dev.varve.core.state.PublishedImage;
import dev.varve.runner.RechunkLabels;
import dev.varve.runner.RechunkRequest;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The image to plan with. An image that was made from the same source is skipped, which makes a
 * repeated rechunk of a source give the same image.
 */
final class PreviousBuild implements Closeable {
  private final RechunkRequest request;
  private final BuiltinOptions options;
  private final List<ImageSource> opened = new ArrayList<>();
  private Optional<ImageSource> image;
  private Optional<PublishedImage> known = Optional.empty();

  private PreviousBuild(RechunkRequest request, BuiltinOptions options) {
    this.request = request;
    this.options = options;
    this.image = request.previous();
  }

  /** Chooses the image. Images opened for the choice stay open until the result is closed. */
  static PreviousBuild choose(
      RechunkRequest request, BuiltinOptions options, Digest source, Scratch scratch)
      throws IOException {
    PreviousBuild chosen = new PreviousBuild(request, options);
    try {
      chosen.choose(source, scratch);
    } catch (IOException | RuntimeException e) {
      chosen.close();
      throw e;
    }
    return chosen;
  }

  /** Returns the digest that identifies a source. */
  static Digest identity(TreeSource source, FileTree files) throws IOException {
    return PublishedImage.source(source.config()).orElseGet(() -> PublishedImage.source(files));
  }

  /** Returns the request with the chosen image as the previous image. */
  RechunkRequest addToRequest() {
    return request.planningWith(image);
  }

  /** Returns the chosen image with its state; empty if there is none. */
  Optional<PublishedImage> known() {
    return known;
  }

  private void choose(Digest source, Scratch scratch) throws IOException {
    Set<Digest> met = new HashSet<>();
    Optional<Descriptor> artifact = Optional.empty();
    while (image.isPresent()) {
      ImageSource at = image.get();
      met.add(at.descriptor().digest());
      known = Optional.of(read(at, artifact, scratch));
      if (!isMadeFrom(source, at) || options.predecessors() == Predecessors.NONE) {
        return;
      }
      Optional<Predecessor> before = before(at, known.get().state());
      // The state may have been replaced, and may name any image, even in a cycle.
      Optional<ImageSource> next =
          before.isEmpty() || met.contains(before.get().image())
              ? Optional.empty()
              : options.predecessors().open(before.get().image());
      next.ifPresent(opened::add);
      request.progress().notice(notice(at, before, next));
      if (before.isPresent() && next.isEmpty()) {
        return;
      }
      artifact = before.flatMap(Predecessor::state);
      image = next;
      known = Optional.empty();
    }
  }

  private PublishedImage read(ImageSource image, Optional<Descriptor> artifact, Scratch scratch)
      throws IOException {
    return PublishedImage.of(
        image,
        artifact,
        options.rules(request.groups()),
        scratch.directory("previous"),
        request.progress(),
        request.layerLimits());
  }

  private static boolean isMadeFrom(Digest source, ImageSource image) throws IOException {
    return source
        .toString()
        .equals(image.manifest().annotations().get(PublishedImage.SOURCE_ANNOTATION));
  }

  private static String notice(
      ImageSource image, Optional<Predecessor> before, Optional<ImageSource> next) {
    String made = image.reference() + " was made from the same source";
    return before.isPresent() && next.isEmpty()
        ? made
            + ", and the image that it was planned with is missing ("
            + before.get().image()
            + "): planning with "
            + image.reference()
        : made
            + ": planning with the same image as before, "
            + next.map(ImageSource::reference).orElse("no image");
  }

  /**
   * Returns the image that an image was planned with: from the state or, if the state has none,
   * from the label.
   */
  private static Optional<Predecessor> before(ImageSource image, PlanState state)
      throws IOException {
    if (state.predecessor().isPresent()) {
      return state.predecessor();
    }
    String label = image.config().labels().getOrDefault(RechunkLabels.PREVIOUS, "");
    try {
      return label.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Predecessor(
                  Digest.parse(label.substring(label.lastIndexOf('@') + 1)), Optional.empty()));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // a label of the user's
    }
  }

  @Override
  public void close() throws IOException {
    for (ImageSource each : opened) {
      each.close();
    }
  }
}
