package dev.varve.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where an image is, as the user named it, in the forms that skopeo and podman know.
 *
 * @param transport the kind of place
 * @param text the whole as the user wrote it
 * @param location the file or directory; for {@link Transport#CONTAINERS_STORAGE} the image's name
 * @param name the tag or name of the image at the location; may be empty
 */
record Reference(Transport transport, String text, String location, String name) {
  private static final Pattern REGISTRY =
      Pattern.compile("(localhost|[\\w-]+(\\.[\\w-]+)+)(:\\d+)?/.+");

  /** The kinds of places. */
  enum Transport {
    /** An OCI layout. */
    OCI("oci", "DIR[:TAG]"),
    /** An OCI layout in a tar. */
    OCI_ARCHIVE("oci-archive", "FILE[:TAG]"),
    /** What podman save and docker save write. */
    DOCKER_ARCHIVE("docker-archive", "FILE[:REF]"),
    /** Podman's storage. */
    CONTAINERS_STORAGE("containers-storage", "REF"),
    /** A directory with an image's files. */
    ROOTFS("rootfs", "DIR");

    private final String prefix;
    private final String form;

    Transport(String prefix, String form) {
      this.prefix = prefix;
      this.form = form;
    }

    /** How references of this kind are written. */
    String form() {
      return prefix + ":" + form;
    }

    private boolean hasName() {
      return form.endsWith("]");
    }
  }

  /**
   * Parses what the user wrote.
   *
   * @throws IllegalArgumentException if it is in no known form; the message says which there are
   */
  static Reference parse(String text) {
    for (Transport transport : Transport.values()) {
      if (text.startsWith(transport.prefix + ":")) {
        return parse(transport, text);
      }
    }
    if (text.startsWith("docker://")) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" is in a registry, and registries come with a later version; copy it first:"
              + " skopeo copy --all "
              + text
              + " oci:DIR:TAG");
    }
    throw new IllegalArgumentException(
        "unknown transport in \"" + text + "\"; expected " + forms() + suggestion(text));
  }

  private static Reference parse(Transport transport, String text) {
    String rest = text.substring(transport.prefix.length() + 1);
    int colon = transport.hasName() ? rest.indexOf(':') : -1;
    String location = colon < 0 ? rest : rest.substring(0, colon);
    String name = colon < 0 ? "" : rest.substring(colon + 1);
    if (location.isEmpty() || (colon >= 0 && name.isEmpty())) {
      throw new IllegalArgumentException("expected " + transport.form() + ", got \"" + text + "\"");
    }
    return new Reference(transport, text, location, name);
  }

  private static String forms() {
    return Arrays.stream(Transport.values()).map(Transport::form).collect(Collectors.joining(", "));
  }

  private static String suggestion(String text) {
    String file = text.contains(":") ? text.substring(0, text.indexOf(':')) : text;
    if (!file.isEmpty() && Files.isDirectory(Path.of(file))) {
      boolean layout = Files.exists(Path.of(file, "oci-layout"));
      return "; did you mean " + (layout ? "oci:" + text : "rootfs:" + file) + "?";
    }
    if (!file.isEmpty() && Files.isRegularFile(Path.of(file))) {
      return "; did you mean oci-archive:" + text + " or docker-archive:" + text + "?";
    }
    return REGISTRY.matcher(text).matches()
        ? "; docker://"
            + text
            + " would be the image in the registry, which comes with a later version, and"
            + " containers-storage:"
            + text
            + " the copy that podman has of it"
        : "";
  }

  /** The location as a path. */
  Path path() {
    return Path.of(location);
  }

  @Override
  public String toString() {
    return text;
  }
}
