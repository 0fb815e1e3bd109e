package dev.varve.core.image;

/**
 * Which platform's image is wanted where a reference leads to several.
 *
 * @param platform picks among an index's images
 * @param required whether an image that is the only one must be for it, too
 */
public record PlatformChoice(Platform platform, boolean required) {
  /** This machine's platform where there are several; a lone image is taken as it is. */
  public static PlatformChoice any() {
    return new PlatformChoice(Platform.current(), false);
  }

  /** The platform that the user asked for, and no other. */
  public static PlatformChoice only(Platform platform) {
    return new PlatformChoice(platform, true);
  }
}
