package dev.varve.cli.session;

import dev.varve.cli.terminal.Secrets;
import dev.varve.core.image.Digest;
import dev.varve.registry.name.ImageName;
import dev.varve.registry.name.RepositoryName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The place of an image as named by the user, in the forms of skopeo and podman.
 *
 * @param transport the kind of place
 * @param text the reference as typed
 * @param location the file or directory; for {@link Transport#CONTAINERS_STORAGE} the image's name,
 *     for {@link Transport#DOCKER} the repository's name
 * @param name the tag or name of the image at the location, in a registry also its digest; may be
 *     empty elsewhere
 */
public record Reference(Transport transport, String text, String location, String name) {
  private static final String IN_REGISTRY = "docker://";

  /** Other programs' names of transports, and the corresponding transports. */
  private static final Map<String, String> MEANT =
      Map.of(
          "podman:",
          Transport.CONTAINERS_STORAGE.prefix + ":",
          "dir:",
          Transport.OCI.prefix + ":",
          "storage:",
          Transport.CONTAINERS_STORAGE.prefix + ":");

  private static final Pattern REGISTRY =
      Pattern.compile("(localhost|[\\w-]++(?:\\.[\\w-]++)++)(:\\d+)?/.+");

  /** The kinds of places. */
  public enum Transport {
    /** A registry. */
    DOCKER("docker", "//HOST/PATH[:TAG][@DIGEST]"),
    /** An OCI layout. */
    OCI("oci", "DIR[:TAG]"),
    /** An OCI layout in a tar. */
    OCI_ARCHIVE("oci-archive", "FILE[:TAG]"),
    /** An archive of podman save or docker save. */
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

    /** The form of references of this kind. */
    String form() {
      return prefix + ":" + form;
    }

    private boolean hasName() {
      return form.endsWith("]"); // names in registries are parsed separately
    }
  }

  /**
   * Parses a reference.
   *
   * @throws IllegalArgumentException if the form is unknown; the message lists the known forms
   */
  public static Reference parse(String text) {
    Secrets.requireNone(text, Transport.DOCKER.form());
    for (Transport transport : Transport.values()) {
      if (text.startsWith(transport.prefix + ":")) {
        return parse(transport, text);
      }
    }
    throw new IllegalArgumentException(
        "unknown transport in \"" + text + "\"; expected " + forms() + suggestion(text));
  }

  private static Reference parse(Transport transport, String text) {
    if (transport == Transport.DOCKER) {
      return inRegistry(text);
    }
    String rest = text.substring(transport.prefix.length() + 1);
    int colon = transport.hasName() ? rest.indexOf(':') : -1;
    String location = colon < 0 ? rest : rest.substring(0, colon);
    String name = colon < 0 ? "" : rest.substring(colon + 1);
    if (location.isEmpty() || (colon >= 0 && name.isEmpty())) {
      throw new IllegalArgumentException("expected " + transport.form() + ", got \"" + text + "\"");
    }
    return new Reference(transport, text, location, name);
  }

  private static Reference inRegistry(String text) {
    if (!text.startsWith(IN_REGISTRY)) {
      throw new IllegalArgumentException(
          "expected " + Transport.DOCKER.form() + ", got \"" + text + "\"");
    }
    ImageName image = ImageName.parse(text.substring(IN_REGISTRY.length()));
    String name = image.digest().map(Digest::toString).or(image::tag).orElseThrow();
    return new Reference(Transport.DOCKER, text, image.repository().toString(), name);
  }

  /**
   * Parses the name of an image in a registry, with or without its transport.
   *
   * @throws IllegalArgumentException if the name is invalid; the message shows the valid form
   */
  public static Reference image(String text) {
    Secrets.requireNone(text, "[docker://]HOST/PATH[:TAG][@DIGEST]");
    boolean transport =
        Arrays.stream(Transport.values()).anyMatch(each -> text.startsWith(each.prefix + ":"));
    return inRegistry(transport ? text : IN_REGISTRY + text);
  }

  /**
   * Parses the name of a repository, with or without its transport.
   *
   * @throws IllegalArgumentException if the name is invalid; the message shows the valid form
   */
  public static RepositoryName repository(String text) {
    Secrets.requireNone(text, "[docker://]HOST/PATH");
    return RepositoryName.parse(
        text.startsWith(IN_REGISTRY) ? text.substring(IN_REGISTRY.length()) : text);
  }

  /** The repository of an image in a registry. */
  public RepositoryName repository() {
    return RepositoryName.parse(location);
  }

  /** The digest in the name of an image in a registry, if any. */
  public Optional<Digest> digest() {
    return transport == Transport.DOCKER && name.contains(":")
        ? Optional.of(Digest.parse(name))
        : Optional.empty();
  }

  private static String forms() {
    return Arrays.stream(Transport.values()).map(Transport::form).collect(Collectors.joining(", "));
  }

  private static String suggestion(String text) {
    if (text.startsWith("https://") || text.startsWith("http://")) {
      return "; did you mean " + IN_REGISTRY + text.substring(text.indexOf("//") + 2) + "?";
    }
    for (Map.Entry<String, String> other : MEANT.entrySet()) {
      if (text.startsWith(other.getKey()) && text.length() > other.getKey().length()) {
        return "; did you mean " + other.getValue() + text.substring(other.getKey().length()) + "?";
      }
    }
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
            + " is the image in the registry, and containers-storage:"
            + text
            + " is podman's copy of it"
        : "";
  }

  /** Whether the location is a file or directory with images. */
  boolean isOfImages() {
    return transport == Transport.OCI
        || transport == Transport.OCI_ARCHIVE
        || transport == Transport.DOCKER_ARCHIVE;
  }

  /** The location as a path. */
  public Path path() {
    return Path.of(location);
  }

  @Override
  public String toString() {
    return text;
  }
}
