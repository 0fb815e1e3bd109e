package dev.varve.cli.session;

import dev.varve.cli.terminal.Failures;
import dev.varve.core.image.ImageSource;
import dev.varve.core.layout.OciLayout;
import dev.varve.registry.http.RegistryException;
import dev.varve.runner.builtin.Predecessors;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The image that a rechunk is planned with.
 *
 * @param reference the image, if any
 * @param implied whether the image was not named, but is the one at the destination
 * @param absence the reason for planning without an image; empty with one
 */
public record PreviousImage(Optional<Reference> reference, boolean implied, String absence) {
  /** The default tag in a layout. */
  private static final String DEFAULT_TAG = "latest";

  /** Chooses the previous image by the options. */
  public static PreviousImage choose(
      @Nullable String named, boolean fresh, Reference destination, Transports transports)
      throws IOException {
    if (named != null && fresh) {
      throw new IllegalArgumentException("--prev and --fresh contradict each other");
    }
    if (named != null) {
      return new PreviousImage(Optional.of(Reference.parse(named)), false, "");
    }
    if (fresh) {
      return none("--fresh");
    }
    return switch (destination.transport()) {
      case OCI -> inLayout(destination);
      case DOCKER -> inRegistry(destination, transports);
      default -> none("--prev names none");
    };
  }

  private static PreviousImage inLayout(Reference destination) throws IOException {
    String tag = destination.name().isEmpty() ? DEFAULT_TAG : destination.name();
    if (!OciLayout.tags(destination.path(), destination.text()).contains(tag)) {
      return noneAt("oci:" + destination.location(), tag);
    }
    Reference tagged =
        new Reference(destination.transport(), destination.text(), destination.location(), tag);
    return new PreviousImage(Optional.of(tagged), true, "");
  }

  private static PreviousImage inRegistry(Reference destination, Transports transports)
      throws IOException {
    return transports.repository(destination).find(destination.name()).isPresent()
        ? new PreviousImage(Optional.of(destination), true, "")
        : noneAt("docker://" + destination.location(), destination.name());
  }

  private static PreviousImage noneAt(String place, String tag) {
    return none("--prev names none, and " + place + " has no image tagged " + tag + " yet");
  }

  private static PreviousImage none(String why) {
    return new PreviousImage(Optional.empty(), false, why);
  }

  /** The note for the user about the choice; empty if there is none. */
  public Optional<String> notice() {
    if (implied) {
      return reference.map(
          there ->
              "the previous image is the one at "
                  + there
                  + " now (--prev names another, --fresh plans without one)");
    }
    return absence.startsWith("--prev")
        ? Optional.of("planning without a previous image: " + absence)
        : Optional.empty();
  }

  /** Returns the reason for the lack of a previous image, for reports. */
  public String reason() {
    return absence.isEmpty()
        ? "the existing image was made from the same source, without one"
        : absence;
  }

  /** Returns the tags in the place of the previous image; empty if the place has no tags. */
  public List<String> tags(Transports transports) throws IOException {
    if (reference.isEmpty()) {
      return List.of();
    }
    Reference there = reference.get();
    return switch (there.transport()) {
      case DOCKER -> transports.repository(there).tags();
      case OCI -> OciLayout.tags(there.path(), there.text());
      default -> List.of();
    };
  }

  /** Opens the images that this one was planned with, at the same place. */
  public Predecessors predecessors(Transports transports) {
    return digest -> {
      Reference there = reference.orElseThrow();
      String at = there.location() + "@" + digest;
      return switch (there.transport()) {
        case OCI -> OciLayout.find(there.path(), digest, "oci:" + at);
        case DOCKER ->
            transports.repository(there).find(digest.toString()).isEmpty()
                ? Optional.empty()
                : Optional.of(
                    transports.image(
                        new Reference(
                            there.transport(),
                            "docker://" + at,
                            there.location(),
                            digest.toString())));
        default -> Optional.empty();
      };
    };
  }

  /** Opens the image, which the session closes; null if there is none. */
  public @Nullable ImageSource open(Session session) throws IOException {
    if (reference.isEmpty()) {
      return null;
    }
    try {
      return session.image(reference.get());
    } catch (IOException e) {
      if (implied) {
        throw new IOException(Failures.reason(e) + "; --fresh plans without that image", e);
      }
      // No such advice if the registry is unavailable: without the image, clients download
      // everything.
      throw reference.get().transport() != Reference.Transport.DOCKER
              || (e instanceof RegistryException refusal
                  && refusal.kind() == RegistryException.Kind.NOT_FOUND)
          ? new IOException(Failures.reason(e) + "; --fresh plans without a previous image", e)
          : e;
    }
  }
}
