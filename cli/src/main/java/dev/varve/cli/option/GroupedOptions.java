package dev.varve.cli.option;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Divides the options of a command into the sections of its help. */
public final class GroupedOptions {
  private static final String JSON = "--json";

  private GroupedOptions() {}

  /**
   * Divides a command's options by {@link InGroup}; options without a section come first.
   *
   * @return the visible options of each non-empty section, by name
   */
  public static Map<HelpGroup, List<OptionSpec>> of(CommandSpec command) {
    Map<HelpGroup, List<OptionSpec>> groups = new EnumMap<>(HelpGroup.class);
    command.options().stream()
        .filter(option -> !option.hidden())
        .sorted(Comparator.comparing(OptionSpec::longestName))
        .forEach(
            option -> groups.computeIfAbsent(group(option), any -> new ArrayList<>()).add(option));
    return groups;
  }

  private static HelpGroup group(OptionSpec option) {
    if (option.longestName().equals(JSON)) {
      return HelpGroup.OUTPUT;
    }
    if (!(option.userObject() instanceof Field field)) {
      return HelpGroup.MAIN;
    }
    InGroup group = field.getAnnotation(InGroup.class);
    group = group == null ? field.getDeclaringClass().getAnnotation(InGroup.class) : group;
    return group == null ? HelpGroup.MAIN : group.value();
  }
}
