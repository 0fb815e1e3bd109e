package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.RegistryOptions;
import dev.varve.cli.session.Reference;
import dev.varve.cli.session.Session;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.name.RepositoryName;
import dev.varve.registry.name.TagOrder;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve tags}. */
@Command(
    name = "tags",
    description = "Lists a repository's tags in natural order, the newest version last.",
    footer = {"", "Example:", "  varve tags ghcr.io/owner/os --pattern '^40-'"})
public final class TagsCommand implements Activity {
  private final Console console;

  @Mixin private CommonOptions common;
  @Mixin private RegistryOptions registryOptions;

  @Parameters(paramLabel = "REPO", description = "The repository, as HOST/PATH.")
  private String repository;

  @Option(
      names = "--pattern",
      paramLabel = "REGEX",
      description = "List only tags in which REGEX matches.")
  private @Nullable Pattern pattern;

  @Option(names = "--json", description = "Print JSON on stdout.")
  private boolean json;

  public TagsCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "listing the tags of " + repository;
  }

  @Override
  public Integer call() throws IOException {
    RepositoryName name = Reference.repository(repository);
    List<String> tags;
    try (Session session = Session.open(console, common, registryOptions.in(List.of(name)))) {
      tags = session.repository(name).tags();
    }
    if (tags.isEmpty()) {
      console.tell(name + " has no tags or does not exist");
    }
    List<String> wanted =
        tags.stream()
            .filter(tag -> pattern == null || pattern.matcher(tag).find())
            .sorted(TagOrder.OLDEST_FIRST)
            .toList();
    if (json) {
      console.result(JsonObject.EMPTY.with("repository", name.toString()).with("tags", wanted));
    } else {
      wanted.forEach(console::result);
    }
    return 0;
  }
}
