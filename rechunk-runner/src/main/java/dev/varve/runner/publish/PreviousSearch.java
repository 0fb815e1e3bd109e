package dev.varve.runner.publish;

import dev.varve.core.bytes.Remedy;
import dev.varve.core.image.Descriptor;
import dev.varve.registry.Repository;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.name.ImageName;
import dev.varve.runner.naming.PreviousTag;
import dev.varve.runner.naming.PreviousTag.OnCurrent;
import dev.varve.runner.naming.PreviousTag.Rules;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Finds the image that clients have now among a repository's tags.
 *
 * @param rules the rules of the choice
 * @param fresh the reason why no previous image is wanted; empty if one is wanted
 * @param tolerant whether the build continues without a previous image if the request to the
 *     registry fails
 */
public record PreviousSearch(Rules rules, Optional<String> fresh, boolean tolerant) {
  /** Creates a search by these rules that fails if the request to the registry fails. */
  public static PreviousSearch by(Rules rules) {
    return new PreviousSearch(rules, Optional.empty(), false);
  }

  /** Returns the same search for another tag that is being built. */
  PreviousSearch building(String tag) {
    return new PreviousSearch(rules.building(tag), fresh, tolerant);
  }

  /**
   * Finds the image.
   *
   * @param repository called only if a previous image is wanted
   * @param without the tags that don't count
   * @throws PublishException if the repository or its tags can't be found, or the registry refuses
   *     to list them
   * @throws IOException if the request to the registry fails otherwise
   */
  public PreviousChoice find(Supplier<Repository> repository, Set<String> without)
      throws IOException {
    if (fresh.isPresent()) {
      return PreviousChoice.unwanted(fresh.get());
    }
    try {
      return find(repository.get(), without);
    } catch (IOException e) {
      if (tolerant) {
        return PreviousChoice.unknown(e);
      }
      Optional<Remedy> remedy = remedy(e);
      throw remedy.isPresent() ? new PublishException(e.getMessage(), remedy.get(), e) : e;
    }
  }

  /** Returns the remedy; empty if the failure names one, or if a login or a later run may help. */
  private static Optional<Remedy> remedy(IOException failure) {
    if (!(failure instanceof RegistryException refusal)) {
      return Optional.empty();
    }
    return switch (refusal.kind()) {
      case NOT_FOUND -> Optional.of(Remedy.FIRST_BUILD);
      case REFUSED ->
          refusal.remedy().isPresent()
              ? Optional.empty()
              : Optional.of(Remedy.CONTINUE_WITHOUT_PREVIOUS);
      case NOT_AUTHORIZED, UNAVAILABLE, CORRUPT -> Optional.empty();
    };
  }

  private PreviousChoice find(Repository asked, Set<String> without) throws IOException {
    List<String> tags = asked.tags().stream().filter(tag -> !without.contains(tag)).toList();
    PreviousTag choice = PreviousTag.choose(tags, rules);
    Optional<String> later = rules.current().flatMap(tag -> rules.series().later(tags, tag));
    if (choice.tag().isEmpty()) {
      boolean wanted = rules.onCurrent() != OnCurrent.FRESH;
      boolean noneMatches = wanted && !tags.isEmpty() && later.isEmpty();
      return new PreviousChoice(
          Optional.empty(), choice.reason(), wanted, noneMatches, later, null);
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
                            + ": the registry lists the tag "
                            + tag
                            + ", but has no image for it"));
    return PreviousChoice.of(
            new ImageName(asked.name(), choice.tag(), Optional.of(image.digest())), choice.reason())
        .with(later);
  }
}
