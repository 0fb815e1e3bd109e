package dev.varve.cli.manual;

import dev.varve.cli.option.GroupedOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Generates the manual, one page for each command, from picocli's model.
 *
 * @see <a href="https://man.openbsd.org/man.7">man(7)</a>, the language
 */
public final class ManPages {
  private final Map<String, String> pages = new LinkedHashMap<>();
  private final String version;

  private ManPages(String version) {
    this.version = version;
  }

  /** Returns the pages by file name. */
  public static Map<String, String> of(CommandLine varve, String version) {
    ManPages manual = new ManPages(version);
    manual.add(varve);
    return manual.pages;
  }

  private void add(CommandLine command) {
    pages.put(name(command) + ".1", page(command));
    for (CommandLine each : below(command)) {
      add(each);
    }
  }

  static List<CommandLine> below(CommandLine command) {
    return command.getSubcommands().values().stream()
        .filter(each -> !each.getCommandSpec().usageMessage().hidden())
        .toList();
  }

  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName("-");
  }

  private String page(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    Help help = command.getHelp();
    List<String> description = texts(spec.usageMessage().description());
    List<String> page = new ArrayList<>();
    page.add(
        ".TH "
            + roff(name(command).toUpperCase(Locale.ROOT))
            + " 1 \"\" \""
            + roff(version)
            + "\" Varve");
    page.add(".ad l");
    page.add(".SH NAME");
    String first = description.isEmpty() ? "" : description.get(0);
    page.add(roff(name(command)) + " \\- " + roff(sentence(first)));
    page.add(".SH SYNOPSIS");
    page.add(roff(help.synopsis(0).strip().replaceAll("\\s+", " ")));
    page.add(".SH DESCRIPTION");
    description.forEach(text -> paragraph(page, text));
    List<CommandLine> below = below(command);
    if (!below.isEmpty()) {
      page.add(".SH COMMANDS");
      for (CommandLine each : below) {
        List<String> says = texts(each.getCommandSpec().usageMessage().description());
        tagged(page, "\\fB" + roff(each.getCommandName()) + "\\fR", says);
      }
    }
    arguments(page, spec);
    verbatim(page, spec.usageMessage().footer());
    if (spec.parent() != null) {
      page.add(".SH \"SEE ALSO\"");
      page.add(".BR " + roff(spec.parent().qualifiedName("-")) + " (1)");
    }
    return String.join("\n", page) + "\n";
  }

  private static void arguments(List<String> page, CommandSpec spec) {
    if (!spec.positionalParameters().isEmpty()) {
      page.add(".SH ARGUMENTS");
      for (PositionalParamSpec parameter : spec.positionalParameters()) {
        tagged(page, "\\fI" + roff(parameter.paramLabel()) + "\\fR", descriptionOf(parameter));
      }
    }
    page.add(".SH OPTIONS");
    GroupedOptions.of(spec)
        .forEach(
            (group, options) -> {
              if (!group.heading().isEmpty()) {
                page.add(".SS " + roff(group.heading()));
              }
              options.forEach(option -> tagged(page, names(option), descriptionOf(option)));
            });
  }

  private static String names(OptionSpec option) {
    List<String> names = new ArrayList<>();
    for (String name : option.names()) {
      names.add("\\fB" + roff(name) + "\\fR");
    }
    String value =
        option.arity().max() == 0
            ? ""
            : option.arity().min() == 0
                ? "[=\\fI" + roff(option.paramLabel()) + "\\fR]"
                : "=\\fI" + roff(option.paramLabel()) + "\\fR";
    return String.join(", ", names) + value;
  }

  static List<String> descriptionOf(ArgSpec argument) {
    String fallback = argument.defaultValueString();
    return texts(argument.description()).stream()
        .map(text -> text.replace("${DEFAULT-VALUE}", fallback))
        .toList();
  }

  private static void tagged(List<String> page, String tag, List<String> texts) {
    page.add(".TP");
    page.add(tag);
    page.add(roff(String.join(" ", texts)));
  }

  private static void paragraph(List<String> page, String text) {
    page.add(".PP");
    page.add(roff(text));
  }

  /** Adds the notes and the example of a command's help, line by line. */
  private static void verbatim(List<String> page, String[] lines) {
    page.add(".SH NOTES");
    page.add(".nf");
    List<String> texts = texts(lines);
    for (String line : texts.subList(Math.min(1, texts.size()), texts.size())) {
      page.add(line.isEmpty() ? ".sp" : roff(line));
    }
    page.add(".fi");
  }

  /** Returns texts as shown in the help, without picocli's escapes. */
  static List<String> texts(String[] lines) {
    List<String> texts = new ArrayList<>();
    for (String line : lines) {
      texts.add(line.replace("%%", "%").replace("$$", "$"));
    }
    return texts;
  }

  private static String sentence(String text) {
    int end = text.indexOf(". ");
    return (end < 0 ? text : text.substring(0, end)).replaceFirst("\\.$", "");
  }

  /** Escapes a text for roff. */
  private static String roff(String text) {
    String escaped = text.replace("\\", "\\e").replace("-", "\\-");
    StringBuilder lines = new StringBuilder();
    for (String line : escaped.split("\n", -1)) {
      String stripped = line.stripTrailing();
      boolean request = stripped.startsWith(".") || stripped.startsWith("'");
      lines.append(lines.length() == 0 ? "" : "\n").append(request ? "\\&" : "").append(stripped);
    }
    return lines.toString();
  }
}
