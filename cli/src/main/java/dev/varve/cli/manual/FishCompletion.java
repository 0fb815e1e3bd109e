package dev.varve.cli.manual;

import dev.varve.cli.option.GroupedOptions;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Generates the completion script for fish, one line for each command and option.
 *
 * @see <a href="https://fishshell.com/docs/current/cmds/complete.html">complete</a>
 */
public final class FishCompletion {
  private final StringBuilder script = new StringBuilder();

  private FishCompletion() {}

  public static String script(CommandLine varve) {
    FishCompletion completion = new FishCompletion();
    completion.script.append("complete -c varve -f\n");
    completion.add(varve, List.of());
    return completion.script.toString();
  }

  private void add(CommandLine command, List<String> path) {
    List<CommandLine> below =
        command.getSubcommands().values().stream()
            .filter(each -> !each.getCommandSpec().usageMessage().hidden())
            .toList();
    String names = below.stream().map(CommandLine::getCommandName).collect(Collectors.joining(" "));
    String here = condition(path, names);
    for (CommandLine each : below) {
      line(
          here,
          "-a " + each.getCommandName() + " -d " + quoted(description(each.getCommandSpec())));
    }
    GroupedOptions.of(command.getCommandSpec()).values().stream()
        .flatMap(List::stream)
        .forEach(option -> line(here, option(option)));
    for (CommandLine each : below) {
      List<String> further = new ArrayList<>(path);
      further.add(each.getCommandName());
      add(each, further);
    }
  }

  /** Returns the condition that a command has been typed, but none of its subcommands. */
  private static String condition(List<String> path, String below) {
    List<String> all = new ArrayList<>();
    path.forEach(name -> all.add("__fish_seen_subcommand_from " + name));
    if (!below.isEmpty()) {
      all.add("not __fish_seen_subcommand_from " + below);
    }
    return String.join("; and ", all);
  }

  private void line(String condition, String what) {
    script.append("complete -c varve -n ").append(quoted(condition)).append(' ').append(what);
    script.append('\n');
  }

  private static String option(OptionSpec option) {
    StringBuilder line = new StringBuilder();
    for (String name : option.names()) {
      line.append(name.startsWith("--") ? "-l " : "-s ").append(name.replaceFirst("^-+", ""));
      line.append(' ');
    }
    if (option.arity().max() > 0) {
      line.append(value(option)).append(' ');
    }
    String[] description = option.description();
    return line + "-d " + quoted(description.length == 0 ? "" : firstSentence(description[0]));
  }

  /** Returns the kind of an option's values: fixed words, files, or any text. */
  private static String value(OptionSpec option) {
    if (option.type().isEnum()) {
      String words =
          Arrays.stream(option.type().getEnumConstants())
              .map(Object::toString)
              .collect(Collectors.joining(" "));
      return "-x -a " + quoted(words);
    }
    boolean file = option.type() == Path.class || option.type() == File.class;
    return file ? "-r -F" : option.arity().min() == 0 ? "" : "-x";
  }

  private static String description(CommandSpec command) {
    String[] description = command.usageMessage().description();
    return description.length == 0 ? "" : firstSentence(description[0]);
  }

  private static String firstSentence(String text) {
    String plain = text.replace("%%", "%").replace("$$", "$");
    int end = plain.indexOf(". ");
    return (end < 0 ? plain : plain.substring(0, end)).replaceFirst("\\.$", "");
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
