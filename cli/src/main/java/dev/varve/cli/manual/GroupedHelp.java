package dev.varve.cli.manual;

import dev.varve.cli.option.GroupedOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The help of a command: its description, an example, its parameters and the most frequent options,
 * then all other options under headings.
 */
public final class GroupedHelp extends Help {
  /** A command with more options than this shows only the required ones in its synopsis. */
  private static final int IN_SYNOPSIS = 8;

  private final CommandSpec command;

  private GroupedHelp(CommandSpec command, ColorScheme colors) {
    super(command, colors);
    this.command = command;
  }

  /** Sets this help for a command line and all of its commands. */
  public static void use(CommandLine commands) {
    commands.setHelpFactory(GroupedHelp::new);
    commands.getCommandSpec().usageMessage().optionListHeading("%n");
    commands.getSubcommands().values().forEach(GroupedHelp::beginWithExample);
  }

  /** Moves the footer, which has the example, before the options. */
  private static void beginWithExample(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    List<String> keys = new ArrayList<>(usage.sectionKeys());
    keys.removeAll(
        List.of(UsageMessageSpec.SECTION_KEY_FOOTER_HEADING, UsageMessageSpec.SECTION_KEY_FOOTER));
    keys.add(
        keys.indexOf(UsageMessageSpec.SECTION_KEY_PARAMETER_LIST_HEADING),
        UsageMessageSpec.SECTION_KEY_FOOTER);
    usage.sectionKeys(keys);
    usage.parameterListHeading("%n");
    if (command.getCommandSpec().positionalParameters().isEmpty()) {
      usage.optionListHeading("%n");
    }
    command.getSubcommands().values().forEach(GroupedHelp::beginWithExample);
  }

  @Override
  public String synopsis(int headingLength) {
    if (command.options().size() <= IN_SYNOPSIS) {
      return super.synopsis(headingLength);
    }
    String required =
        command.options().stream()
            .filter(OptionSpec::required)
            .map(option -> option.longestName() + "=" + option.paramLabel())
            .collect(Collectors.joining(" "));
    return abbreviatedSynopsis()
        .replace("[OPTIONS]", required.isEmpty() ? "[OPTIONS]" : required + " [OPTIONS]");
  }

  @Override
  public String optionList() {
    StringBuilder text = new StringBuilder();
    GroupedOptions.of(command)
        .forEach(
            (group, options) -> {
              if (!group.heading().isEmpty()) {
                text.append(String.format("%n%s:%n", group.heading()));
              }
              Layout layout =
                  createDefaultLayout(
                      command.options(), command.positionalParameters(), colorScheme());
              layout.addOptions(options, parameterLabelRenderer());
              text.append(layout);
            });
    return text.toString();
  }
}
