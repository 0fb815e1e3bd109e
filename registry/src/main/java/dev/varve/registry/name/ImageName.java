package dev.varve.registry.name;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import dev.varve.core.image.Digest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an image in a registry: a repository with a tag, a digest, or both.
 *
 * @param repository the repository of the image
 * @param tag the tag; empty if there is only a digest
 * @param digest the digest, which takes precedence over the tag
 */
public record ImageName(RepositoryName repository, Optional<String> tag, Optional<Digest> digest) {
  /** The tag of a name without tag and digest. */
  public static final String DEFAULT_TAG = "latest";

  /** Longer than any name that registries accept: those have paths of at most 255 characters. */
  static final int LONGEST = 1024;

  private static final Pattern SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*://");
  private static final Pattern UPPER_CASE = Pattern.compile("[A-Z]");

  /** The names of Docker Hub, as used by people and by Jib. */
  private static final Set<String> DOCKER_HUB_HOSTS =
      Set.of("docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com");

  private static final String DOCKER_HUB = "docker.io";

  /** The path of Docker Hub's images whose names have one part. */
  private static final String DOCKER_HUB_OFFICIAL = "library/";

  /**
   * Checks the tag.
   *
   * @throws IllegalArgumentException if the tag is malformed, or there is neither tag nor digest
   */
  public ImageName {
    tag.ifPresent(ImageName::requireTag);
    if (tag.isEmpty() && digest.isEmpty()) {
      throw new IllegalArgumentException("expected a tag or a digest for " + repository);
    }
  }

  /**
   * Parses {@code HOST[:PORT]/PATH[:TAG][@DIGEST]}. Without tag and digest, the tag is {@code
   * latest}. The host is required.
   *
   * @throws IllegalArgumentException if the text has another form; the message names the expected
   *     form
   */
  public static ImageName parse(String text) {
    return parse(text, "HOST[:PORT]/PATH[:TAG][@DIGEST]");
  }

  /** Parses a name; {@code form} is the expected form, for messages. */
  static ImageName parse(String text, String form) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "expected %s of at most %d characters, got %d".formatted(form, LONGEST, text.length()));
    }
    String expected = "expected " + form + ", got \"" + text + "\"";
    Matcher scheme = SCHEME.matcher(text);
    if (scheme.find()) {
      throw new IllegalArgumentException(expected + "; leave out " + scheme.group());
    }
    if (text.endsWith("/")) {
      throw new IllegalArgumentException(expected + "; leave out the slash at its end");
    }
    int at = text.indexOf('@');
    String tagged = at < 0 ? text : text.substring(0, at);
    int colon = tagged.indexOf(':', tagged.lastIndexOf('/') + 1);
    String name = colon < 0 ? tagged : tagged.substring(0, colon);
    String qualifier = text.substring(name.length());
    requireHost(name, qualifier, expected);
    requireLowerCase(name, qualifier, expected);
    if (name.length() < tagged.length()) {
      requireTag(tagged.substring(name.length() + 1));
    }
    Optional<Digest> digest =
        at < 0 ? Optional.empty() : Optional.of(Digest.parse(text.substring(at + 1)));
    try {
      return of(ImageReference.parse(tagged), !qualifier.startsWith("@"), digest);
    } catch (InvalidImageReferenceException e) {
      throw new IllegalArgumentException(expected, e);
    }
  }

  private static ImageName of(ImageReference parsed, boolean tagged, Optional<Digest> digest) {
    String host = host(parsed.getRegistry());
    String path = parsed.getRepository();
    if (host.equals(DOCKER_HUB) && !path.contains("/")) {
      path = DOCKER_HUB_OFFICIAL + path;
    }
    return new ImageName(
        new RepositoryName(host, path), tagged ? parsed.getTag() : Optional.empty(), digest);
  }

  /** Returns the canonical name of a registry. */
  public static String host(String written) {
    String host = written.toLowerCase(Locale.ROOT);
    return DOCKER_HUB_HOSTS.contains(host) ? DOCKER_HUB : host;
  }

  private static void requireHost(String name, String qualifier, String expected) {
    int slash = name.indexOf('/');
    String first = slash < 0 ? name : name.substring(0, slash);
    boolean hasHost = isHost(first);
    if (hasHost && slash < 0) {
      throw new IllegalArgumentException(
          expected + "; a path such as " + first + "/owner/name is missing");
    }
    if (first.isEmpty()) {
      throw new IllegalArgumentException(expected);
    }
    if (!hasHost) {
      String onHub = DOCKER_HUB + "/" + (slash < 0 ? DOCKER_HUB_OFFICIAL : "") + name;
      throw new IllegalArgumentException(
          expected
              + "; the host is missing: on Docker Hub it would be "
              + onHub.toLowerCase(Locale.ROOT)
              + qualifier);
    }
  }

  /** Whether the first part of a name is a host, by Docker's rule. */
  private static boolean isHost(String first) {
    return first.contains(".") || first.contains(":") || first.equalsIgnoreCase("localhost");
  }

  private static void requireLowerCase(String name, String qualifier, String expected) {
    int slash = name.indexOf('/');
    if (slash >= 0 && UPPER_CASE.matcher(name.substring(slash)).find()) {
      throw new IllegalArgumentException(
          expected
              + "; repository names are lower case: "
              + name.toLowerCase(Locale.ROOT)
              + qualifier);
    }
  }

  /** Whether a text is a valid tag. */
  public static boolean isTag(String text) {
    return ImageReference.isValidTag(text);
  }

  /**
   * Checks that a text is a valid tag.
   *
   * @throws IllegalArgumentException if it is not; the message says what a tag consists of
   */
  public static void requireTag(String tag) {
    if (!isTag(tag)) {
      throw new IllegalArgumentException(
          "expected a tag of at most 128 letters, digits, underscores, dots and dashes, the first"
              + " no dot or dash, got \""
              + tag
              + "\"");
    }
  }

  /** Returns {@code HOST[:PORT]/PATH[:TAG][@DIGEST]}. */
  @Override
  public String toString() {
    return repository + tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
  }
}
