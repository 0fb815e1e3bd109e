package dev.varve.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code varve} command itself: it only hands over to its subcommands. */
@Command(
    name = "varve",
    description = "Rechunks bootable OS images so that an update downloads what changed.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.ManifestVersion.class)
final class Main implements Callable<Integer> {
  @Spec private CommandSpec spec;

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "missing the subcommand to run");
  }

  /** The version that the build wrote into the jar's manifest. */
  static final class ManifestVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"varve " + (version == null ? "(not built as a jar)" : version)};
    }
  }
}
