package dev.varve.core.copy;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The entries of a new index: images, each for a different platform, and attached manifests. */
final class IndexEntries {
  private static final String UNKNOWN = "unknown";

  private final String activity;
  private final List<Descriptor> list = new ArrayList<>();
  private final Map<Platform, String> names = new HashMap<>();

  IndexEntries(String activity) {
    this.activity = activity;
  }

  /** The entries, in the order in which they were added. */
  List<Descriptor> list() {
    return list;
  }

  /**
   * Adds an image.
   *
   * @param from the image's source
   * @param listed the image's descriptor in the source's index, or without an index its manifest's
   */
  void add(ImageSource from, Descriptor listed, Manifest image) throws IOException {
    if (isAttached(listed)) {
      list.add(listed);
      return;
    }
    boolean chosen = listed.digest().equals(from.descriptor().digest());
    ImageConfig config = chosen ? from.config() : from.config(image.config());
    Platform platform = platform(config.platform(), listed.platform());
    String name =
        from.index().isEmpty() ? from.reference() : from.reference() + " (" + listed.digest() + ")";
    if (platform.os().equals(UNKNOWN) || platform.architecture().equals(UNKNOWN)) {
      throw new IOException(
          activity
              + ": expected os and architecture in the config of "
              + name
              + ", got "
              + platform);
    }
    String other = names.putIfAbsent(platform, name);
    if (other != null) {
      throw new IllegalArgumentException(
          activity
              + ": expected one image for a platform, both "
              + other
              + " and "
              + name
              + " are for "
              + platform);
    }
    list.add(image.descriptor().withAnnotations(listed.annotations()).withPlatform(platform));
  }

  /** Returns the config's platform, with the variant of the index, which old configs lack. */
  private static Platform platform(Platform config, Optional<Platform> listed) {
    return listed
        .filter(each -> each.os().equals(config.os()))
        .filter(each -> each.architecture().equals(config.architecture()))
        .filter(each -> config.variant().isEmpty())
        .orElse(config);
  }

  /**
   * Whether an entry is an artifact, or an attestation of BuildKit's (platform unknown/unknown).
   */
  private static boolean isAttached(Descriptor listed) {
    return listed.saysArtifact()
        || listed.platform().filter(platform -> platform.os().equals(UNKNOWN)).isPresent();
  }
}
