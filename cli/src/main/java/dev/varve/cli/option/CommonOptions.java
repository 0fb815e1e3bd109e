package dev.varve.cli.option;

import dev.varve.cli.session.SessionSettings;
import java.util.List;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of every command. */
@InGroup(HelpGroup.OUTPUT)
public final class CommonOptions implements SessionSettings.Part {
  private static final String DEBUG = "VARVE_DEBUG";

  /** The name of a command's field with these options. */
  private static final String MIXIN = "common";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(
      names = {"-q", "--quiet"},
      description = "Show no progress.")
  private boolean quiet;

  @Option(
      names = "--debug",
      description =
          "Show where errors come from, and log each request to a registry on standard error in one"
              + " line, without logins, tokens and signatures; $$"
              + DEBUG
              + "=http logs the requests alone.")
  private boolean debug;

  /** Whether --quiet is given for this command or a parent command. */
  public boolean quiet() {
    return isSet(command, options -> options.quiet);
  }

  @Override
  public void addTo(SessionSettings session) {
    String debugged = session.console().environment().getOrDefault(DEBUG, "");
    session
        .quiet(quiet())
        .logRequests(
            isSet(command, options -> options.debug)
                || List.of(debugged.split(",", -1)).contains("http"));
  }

  /** Whether --debug is given for a command or a parent command. */
  public static boolean debug(CommandLine command) {
    return isSet(command.getCommandSpec(), options -> options.debug);
  }

  private static boolean isSet(CommandSpec command, Predicate<CommonOptions> option) {
    for (CommandSpec at = command; at != null; at = at.parent()) {
      CommandSpec mixin = at.mixins().get(MIXIN);
      if (mixin != null
          && mixin.userObject() instanceof CommonOptions options
          && option.test(options)) {
        return true;
      }
    }
    return false;
  }
}
