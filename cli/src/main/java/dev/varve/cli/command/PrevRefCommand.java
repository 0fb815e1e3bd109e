package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.PreviousOptions;
import dev.varve.cli.option.RegistryOptions;
import dev.varve.cli.report.PreviousReport;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.registry.name.RepositoryName;
import dev.varve.runner.naming.PreviousTag.OnCurrent;
import dev.varve.runner.naming.PreviousTag.Rules;
import dev.varve.runner.naming.TagSeries;
import dev.varve.runner.naming.VersionTag;
import dev.varve.runner.publish.PreviousChoice;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
      "Finds the image that clients have now: the newest matching tag of a " + "repository.",
      "Prints the image as HOST/PATH@DIGEST, or nothing if there is none or none is "
          + "wanted, with the reason on stderr."
    },
    footer = {
      "",
      "Example:",
      "  varve prev-ref ghcr.io/owner/os --current \"$(varve version-tag)\" --on-error warn"
    })
public final class PrevRefCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private RegistryOptions registryOptions;
  @Mixin private PreviousOptions previousOptions;

  @Parameters(paramLabel = "REPO", description = "The repository, as HOST/PATH.")
  private String repository;

  @Option(
      names = "--pattern",
      paramLabel = "REGEX",
      description =
          "Consider only tags in which REGEX matches (default: tags of the same form "
              + "as --current's TAG, or as 40-20251011, with other numbers).")
  private @Nullable Pattern pattern;

  @Option(names = "--current", paramLabel = "TAG", description = "The tag that is being built.")
  private @Nullable String current;

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public PrevRefCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "finding the previous image in " + repository;
  }

  @Override
  public Integer call() throws IOException {
    RepositoryName name = Reference.repository(repository);
    PreviousChoice found;
    try (Session session = Session.open(console, common, registryOptions.in(List.of(name)))) {
      found =
          previousOptions
              .search(rules(), Optional.empty())
              .find(() -> session.repository(name), Set.of());
    }
    PreviousReport report = new PreviousReport(found);
    report.warnings().forEach(warning -> console.tell("WARNING: " + warning));
    if (!common.quiet()) {
      console.tell(report.line());
    }
    report.print(console, json);
    return 0;
  }

  private Rules rules() {
    // A tag without a number, such as latest, has no series.
    boolean isVersion = current != null && current.chars().anyMatch(Character::isDigit);
    return new Rules(
        TagSeries.of(current != null && isVersion ? current : VersionTag.DEFAULT_FORMAT),
        Optional.ofNullable(pattern),
        Optional.ofNullable(current),
        OnCurrent.USE,
        List.of());
  }
}
