package dev.varve.cli;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.registry.ImageName;
import dev.varve.registry.PreviousReference;
import dev.varve.registry.PreviousReference.OnCurrent;
import dev.varve.registry.PreviousReference.Rules;
import dev.varve.registry.Registry;
import dev.varve.registry.Repository;
import dev.varve.registry.RepositoryName;
import dev.varve.registry.TagSeries;
import dev.varve.registry.http.RegistryException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the image that clients have now is found among a repository's tags. */
final class PreviousOptions {
  @Option(
      names = "--on-current",
      paramLabel = "use|previous|fresh",
      description =
          "Where the newest tag is the one that is being built again: use it (default),"
              + " take the previous one, or none.")
  private OnCurrent onCurrent = OnCurrent.USE;

  @Option(names = "--fresh", description = "Take no previous image, without asking the registry.")
  private boolean fresh;

  /** What to do when the registry can't be asked. */
  enum OnError {
    WARN,
    FAIL;

    /** As it is written on command lines, and completed. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--on-error",
      paramLabel = "warn|fail",
      description = "Where the tags can't be listed: warn and take none, or fail (default).")
  private OnError onError = OnError.FAIL;

  /**
   * What was found.
   *
   * @param image the image by tag and digest; empty if there is none
   * @param reason why it is that one, or none
   * @param wanted whether there should be one
   * @param later the newest tag of a later day than the one that is being built, if there is one
   * @param failure why the registry could not be asked, where that is not the end
   */
  record Found(
      Optional<ImageName> image,
      String reason,
      boolean wanted,
      Optional<String> later,
      @Nullable IOException failure) {
    /** There is one. */
    static Found of(ImageName image, String reason) {
      return new Found(Optional.of(image), reason, true, Optional.empty(), null);
    }

    /** There is none, and there should be none. */
    static Found unwanted(String reason) {
      return new Found(Optional.empty(), reason, false, Optional.empty(), null);
    }

    /** A copy that knows of a tag of a later day, or of none. */
    Found with(Optional<String> laterTag) {
      return new Found(image, reason, wanted, laterTag, failure);
    }

    /** A copy without the image. */
    Found without(String why) {
      return new Found(Optional.empty(), why, wanted, later, failure);
    }

    Optional<Digest> digest() {
      return image.flatMap(ImageName::digest);
    }

    /** The choice in a line. */
    String line() {
      return (image.isEmpty() ? "no previous image: " : "the previous image: ") + reason;
    }

    /** What the user must know of; nothing if the registry could be asked. */
    List<String> warnings() {
      return failure == null
          ? List.of()
          : List.of(
              Failures.reason(failure),
              "going on without a previous image: clients will download all of it");
    }
  }

  /**
   * The rules for finding it.
   *
   * @param series the tags that the version's format makes
   * @param pattern the tags that count in their place, if the user gave one
   * @param current the tag that is being built, if that is known
   * @param followed the tags that clients follow
   */
  Rules rules(
      TagSeries series,
      Optional<Pattern> pattern,
      Optional<String> current,
      List<String> followed) {
    return new Rules(series, pattern, current, onCurrent, fresh, followed);
  }

  /**
   * Finds it.
   *
   * @param registry is asked for only if there is a need
   * @param without the tags that don't count
   */
  Found find(Supplier<Registry> registry, RepositoryName name, Rules rules, Set<String> without)
      throws IOException {
    if (fresh) {
      return Found.unwanted(PreviousReference.choose(List.of(), rules).reason());
    }
    try {
      return find(registry.get().repository(name), rules, without);
    } catch (IOException e) {
      if (onError == OnError.FAIL) {
        throw isMissing(e)
            ? new IOException(
                e.getMessage()
                    + "; on a first build, --fresh does not ask, and --on-error warn goes on",
                e)
            : e;
      }
      return new Found(
          Optional.empty(), "the registry could not be asked", true, Optional.empty(), e);
    }
  }

  private static boolean isMissing(IOException failure) {
    return failure instanceof RegistryException refusal
        && refusal.kind() == RegistryException.Kind.NOT_FOUND;
  }

  private static Found find(Repository asked, Rules rules, Set<String> without) throws IOException {
    List<String> tags = asked.tags().stream().filter(tag -> !without.contains(tag)).toList();
    PreviousReference choice = PreviousReference.choose(tags, rules);
    Optional<String> later = rules.current().flatMap(tag -> rules.series().later(tags, tag));
    if (choice.tag().isEmpty()) {
      boolean wanted = rules.onCurrent() != OnCurrent.FRESH;
      boolean chosenByPattern = wanted && !tags.isEmpty() && later.isEmpty();
      String others = chosenByPattern ? " (--pattern REGEX chooses others)" : "";
      return new Found(Optional.empty(), choice.reason() + others, wanted, later, null);
    }
    String tag = choice.tag().get();
    Descriptor image =
        asked
            .find(tag)
            .orElseThrow(
                () ->
                    new IOException(
                        "finding the previous image in "
                            + asked.name()
                            + ": "
                            + tag
                            + " is among its tags, but leads to nothing"));
    return Found.of(
            new ImageName(asked.name(), choice.tag(), Optional.of(image.digest())), choice.reason())
        .with(later);
  }
}
