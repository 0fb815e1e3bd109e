package dev.varve.cli.report;

import dev.varve.cli.terminal.Failures;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.name.ImageName;
import dev.varve.runner.publish.PreviousChoice;
import java.util.List;

/**
 * Reports the choice of the previous image.
 *
 * @param choice the image, or the reason for choosing none
 */
public record PreviousReport(PreviousChoice choice) implements Report {
  /** Returns the choice in one line. */
  public String line() {
    return (choice.image().isEmpty() ? "no previous image: " : "the previous image: ")
        + choice.reason()
        + (choice.noneMatches() ? " (--pattern REGEX chooses others)" : "");
  }

  /** The image by digest; nothing if there is none. */
  @Override
  public List<String> lines() {
    return reference().isEmpty() ? List.of() : List.of(reference());
  }

  @Override
  public JsonObject json() {
    return JsonObject.EMPTY
        .with("tag", choice.image().flatMap(ImageName::tag).orElse(""))
        .with("digest", digest())
        .with("reference", reference())
        .with("reason", choice.reason());
  }

  private String reference() {
    return choice.image().map(image -> image.repository() + "@" + digest()).orElse("");
  }

  private String digest() {
    return choice.digest().map(Digest::toString).orElse("");
  }

  /** Returns the registry's failure and its consequence; empty without a failure. */
  public List<String> warnings() {
    return choice.failure() == null
        ? List.of()
        : List.of(
            Failures.reason(choice.failure()),
            "continuing without a previous image: clients will download the whole image");
  }
}
