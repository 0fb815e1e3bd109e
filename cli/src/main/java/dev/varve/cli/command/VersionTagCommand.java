package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.RegistryOptions;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.name.RepositoryName;
import dev.varve.runner.naming.VersionTag;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code varve version-tag}. */
@Command(
    name = "version-tag",
    description = "Prints the tag for an image that is built today, in UTC.",
    footer = {
      "",
      "Example:",
      "  varve version-tag --format '41-%%Y%%m%%d' --unique --repo ghcr.io/owner/os"
    })
public final class VersionTagCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private RegistryOptions registryOptions;

  @Option(
      names = "--format",
      paramLabel = "TEXT",
      description =
          "The form of the tag, with %%Y %%y %%m %%d %%H %%M %%S %%j as in date(1) "
              + "(default: 40-%%Y%%m%%d).")
  private String format = VersionTag.DEFAULT_FORMAT;

  @Option(
      names = "--unique",
      description = "Append .1, .2 and so on if the repository has the tag already.")
  private boolean unique;

  @Option(names = "--repo", paramLabel = "REPO", description = "The repository for --unique.")
  private @Nullable String repository;

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public VersionTagCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "making a version tag";
  }

  @Override
  public Integer call() throws IOException {
    VersionTag tag = VersionTag.at(console.clock().instant(), format);
    if (unique != (repository != null)) {
      throw new IllegalArgumentException(
          "--unique and --repo REPO need each other: --unique avoids the tags that REPO has");
    }
    List<RepositoryName> named =
        repository == null ? List.of() : List.of(Reference.repository(repository));
    try (Session session = Session.open(console, common, registryOptions.in(named))) {
      for (RepositoryName name : named) {
        tag = tag.unique(session.repository(name).tags());
      }
    }
    if (json) {
      console.result(JsonObject.EMPTY.with("tag", tag.text()));
    } else {
      console.result(tag.text());
    }
    return 0;
  }
}
