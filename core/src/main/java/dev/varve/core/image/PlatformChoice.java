package dev.varve.core.image;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * Which platform's image is wanted where a reference leads to several: the one that says the same
 * platform, or else the first of those that run on it as well.
 *
 * @param platform picks among an index's images
 * @param required whether an image that is the only one must be for it, too
 * @param orFirst whether, where there is none for it, the first does
 * @param notices receives a line that names the image that was taken, where there are several
 */
public record PlatformChoice(
    Platform platform, boolean required, boolean orFirst, Consumer<String> notices) {
  /** A choice without notices. */
  public PlatformChoice(Platform platform, boolean required, boolean orFirst) {
    this(platform, required, orFirst, notice -> {});
  }

  /** This machine's platform where there are several; a lone image is taken as it is. */
  public static PlatformChoice any() {
    return new PlatformChoice(Platform.current(), false, false);
  }

  /** The platform that the user asked for, and no other. */
  public static PlatformChoice only(Platform platform) {
    return new PlatformChoice(platform, true, false);
  }

  /** This machine's platform or else the first, for who takes the whole index anyway. */
  public static PlatformChoice anyOrFirst() {
    return new PlatformChoice(Platform.current(), false, true);
  }

  /** The same choice, with notices. */
  public PlatformChoice telling(Consumer<String> receiver) {
    return new PlatformChoice(platform, required, orFirst, receiver);
  }

  /**
   * The image that is meant.
   *
   * @param roots images and indexes that are one image but for the platform
   * @param source holds them and what they lead to
   * @return the image's manifest
   * @throws IOException if there is none; the message says which platforms there are
   */
  public Descriptor choose(List<Descriptor> roots, BlobSource source) throws IOException {
    return new PlatformSearch(source, this).find(roots);
  }
}
