package dev.varve.core.image;

import java.util.Set;

/** The media types Varve reads and writes. */
public final class MediaTypes {
  /** An OCI image manifest. */
  public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  /** An OCI image index. */
  public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

  /** An OCI image config. */
  public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";

  /** An OCI layer, without the suffix of a compression ({@code +gzip}, {@code +zstd}). */
  public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";

  /** The two bytes {@code {}}, as the config of a manifest without one. */
  public static final String OCI_EMPTY = "application/vnd.oci.empty.v1+json";

  /** A Docker image manifest, version 2, schema 2. */
  public static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";

  /** A Docker manifest list. */
  public static final String DOCKER_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";

  /** A Docker image's config. */
  public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";

  /** The type of configs that Docker's first clients with schema 2 pushed. */
  private static final String OLD_DOCKER_CONFIG = "application/octet-stream";

  private static final Set<String> LAYERS =
      Set.of(
          OCI_LAYER,
          OCI_LAYER + "+gzip",
          OCI_LAYER + "+zstd",
          "application/vnd.docker.image.rootfs.diff.tar",
          "application/vnd.docker.image.rootfs.diff.tar.gzip",
          "application/vnd.docker.image.rootfs.diff.tar.zstd");

  private MediaTypes() {}

  /** Returns whether a blob of this type is a layer that Varve can read. */
  public static boolean isLayer(String mediaType) {
    return LAYERS.contains(mediaType);
  }

  /** Returns whether a blob of this type is a layer, also one that Varve can't read. */
  static boolean isAnyLayer(String mediaType) {
    return mediaType.startsWith("application/vnd.oci.image.layer.")
        || mediaType.startsWith("application/vnd.docker.image.rootfs.");
  }

  /** Returns whether a blob of this type is an image's config. */
  static boolean isConfig(String mediaType) {
    return mediaType.equals(OCI_CONFIG)
        || mediaType.equals(DOCKER_CONFIG)
        || mediaType.equals(OLD_DOCKER_CONFIG);
  }

  /** Returns OCI's media type for a layer's media type, which may be Docker's. */
  public static String ociLayer(String layer) {
    return layer
        .replace("application/vnd.docker.image.rootfs.diff.tar", OCI_LAYER)
        .replace(OCI_LAYER + ".", OCI_LAYER + "+");
  }

  /** Returns whether a blob of this type is an image's manifest. */
  public static boolean isManifest(String mediaType) {
    return mediaType.equals(OCI_MANIFEST) || mediaType.equals(DOCKER_MANIFEST);
  }

  /** Returns whether a blob of this type is an index. */
  public static boolean isIndex(String mediaType) {
    return mediaType.equals(OCI_INDEX) || mediaType.equals(DOCKER_LIST);
  }
}
