package dev.varve.core.image;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * The choice of an image if a reference points to several: the image for a platform, or else the
 * best of the compatible ones.
 *
 * @param platform the wanted platform
 * @param required whether a single image must be for the platform too
 * @param orFirst whether to choose the first image if none is for the platform
 * @param notices receives a line about the chosen image if there are several
 */
public record PlatformChoice(
    Platform platform, boolean required, boolean orFirst, Consumer<String> notices) {
  /** Creates a choice without notices. */
  public PlatformChoice(Platform platform, boolean required, boolean orFirst) {
    this(platform, required, orFirst, notice -> {});
  }

  /** Returns the choice of this machine's platform; a single image may have any platform. */
  public static PlatformChoice any() {
    return new PlatformChoice(Platform.current(), false, false);
  }

  /** Returns the choice of exactly this platform. */
  public static PlatformChoice only(Platform platform) {
    return new PlatformChoice(platform, true, false);
  }

  /** Returns the choice of this machine's platform or else the first, for uses of whole indexes. */
  public static PlatformChoice anyOrFirst() {
    return orFirst(Platform.current());
  }

  /** Returns the choice of a platform or else the first. */
  public static PlatformChoice orFirst(Platform platform) {
    return new PlatformChoice(platform, false, true);
  }

  /** Returns a copy with notices. */
  public PlatformChoice withNotices(Consumer<String> receiver) {
    return new PlatformChoice(platform, required, orFirst, receiver);
  }

  /**
   * Chooses an image.
   *
   * @param roots images and indexes that are one image for several platforms
   * @param source the place of the images
   * @return the descriptor of the image's manifest
   * @throws IOException if no image is for the platform; the message lists the platforms
   */
  public Descriptor choose(List<Descriptor> roots, BlobSource source) throws IOException {
    return new PlatformSearch(source, this).find(roots);
  }
}
