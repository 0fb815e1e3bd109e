package dev.varve.cli;

import picocli.CommandLine;
import picocli.CommandLine.Option;

/** What every command understands. */
final class CommonOptions {
  /** The name of the field that holds this in a command. */
  private static final String MIXIN = "common";

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(
      names = {"-q", "--quiet"},
      description = "Show no progress.")
  boolean quiet;

  @Option(names = "--debug", description = "Show where errors come from.")
  boolean debug;

  /** Whether a command was asked to show where errors come from. */
  static boolean debug(CommandLine command) {
    return command.getMixins().get(MIXIN) instanceof CommonOptions options && options.debug;
  }
}
