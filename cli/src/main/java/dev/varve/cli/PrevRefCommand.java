package dev.varve.cli;

import dev.varve.core.image.Descriptor;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.ImageName;
import dev.varve.registry.PreviousReference;
import dev.varve.registry.PreviousReference.OnCurrent;
import dev.varve.registry.PreviousReference.Rules;
import dev.varve.registry.Repository;
import dev.varve.registry.RepositoryName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve prev-ref}. */
@Command(
    name = "prev-ref",
    description = {
      "Finds the image that clients have now: the newest of a repository's tags that match.",
      "Prints it as HOST/PATH@DIGEST, or nothing where there is none or none is wanted; why, is"
          + " told on stderr."
    },
    footer = {
      "",
      "Example:",
      "  varve prev-ref ghcr.io/owner/os --current \"$(varve version-tag)\" --on-error warn"
    })
final class PrevRefCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private RegistryOptions registryOptions;

  @Parameters(paramLabel = "REPO", description = "The repository, as HOST/PATH.")
  private String repository;

  @Option(
      names = "--pattern",
      paramLabel = "REGEX",
      description = "Only tags in which REGEX is found; ${DEFAULT-VALUE} unless told.")
  private Pattern pattern = PreviousReference.DEFAULT_PATTERN;

  @Option(names = "--current", paramLabel = "TAG", description = "The tag that is being built.")
  private @Nullable String current;

  @Option(
      names = "--on-current",
      paramLabel = "use|previous|fresh",
      description =
          "Where the newest tag is the one that is being built again: use it (unless told), take"
              + " the previous one, or none.")
  private OnCurrent onCurrent = OnCurrent.USE;

  @Option(names = "--fresh", description = "Take none, without asking the registry.")
  private boolean fresh;

  /** What to do when the registry can't be asked. */
  enum OnError {
    WARN,
    FAIL
  }

  @Option(
      names = "--on-error",
      paramLabel = "warn|fail",
      description = "Where the tags can't be listed: warn and take none, or fail (unless told).")
  private OnError onError = OnError.FAIL;

  @Option(names = "--json", description = "Print JSON on stdout, for machines.")
  private boolean json;

  PrevRefCommand(Console console) {
    this.console = console;
  }

  /**
   * What was found.
   *
   * @param image the image by tag and digest; empty if there is none
   * @param reason why it is that one, or none
   */
  record Found(Optional<ImageName> image, String reason) {}

  @Override
  public String activity() {
    return "finding the previous image in " + repository;
  }

  @Override
  public Integer call() throws IOException {
    RepositoryName name = Reference.repository(repository);
    Found found;
    try (ConsoleProgress progress = new ConsoleProgress(console, common.quiet());
        Registries registries = registryOptions.open(console, progress, NamedRegistries.of(name))) {
      found = find(name, registries);
    } catch (IOException e) {
      if (onError == OnError.FAIL) {
        throw e;
      }
      console.tell("WARNING: " + Failures.reason(e));
      console.tell("WARNING: going on without a previous image: clients will download all of it");
      found = new Found(Optional.empty(), "the registry could not be asked");
    }
    tell(found);
    return 0;
  }

  private Found find(RepositoryName name, Registries registries) throws IOException {
    Rules rules = new Rules(pattern, Optional.ofNullable(current), onCurrent, fresh);
    if (fresh) {
      return new Found(Optional.empty(), PreviousReference.choose(List.of(), rules).reason());
    }
    Repository asked = registries.get().repository(name);
    PreviousReference choice = PreviousReference.choose(asked.tags(), rules);
    if (choice.tag().isEmpty()) {
      return new Found(Optional.empty(), choice.reason());
    }
    String tag = choice.tag().get();
    Descriptor image =
        asked
            .find(tag)
            .orElseThrow(
                () ->
                    new IOException(
                        activity() + ": " + tag + " is among its tags, but leads to nothing"));
    return new Found(
        Optional.of(new ImageName(name, choice.tag(), Optional.of(image.digest()))),
        choice.reason());
  }

  private void tell(Found found) {
    String digest =
        found.image().flatMap(ImageName::digest).map(each -> each.toString()).orElse("");
    String reference = found.image().map(image -> image.repository() + "@" + digest).orElse("");
    if (!common.quiet()) {
      console.tell(
          (found.image().isEmpty() ? "no previous image: " : "the previous image: ")
              + found.reason());
    }
    if (json) {
      console.result(
          JsonObject.EMPTY
              .with("tag", found.image().flatMap(ImageName::tag).orElse(""))
              .with("digest", digest)
              .with("reference", reference)
              .with("reason", found.reason()));
    } else if (!reference.isEmpty()) {
      console.result(reference);
    }
  }
}
